#include "milter/apply_edits.h"

#include <doctest/doctest.h>

#include "tests/milter/world.h"

namespace candor::tests {

TEST_SUITE("milter/apply_edits") {
    TEST_CASE(
        "fields of one name are removed from the last to the first, so that indexes stay true") {
        using Kind = rewriter::HeaderEdit::Kind;
        rewriter::Edits edits;
        edits.headers = {
            {Kind::Insert, "A", 1, " 1"}, {Kind::Remove, "X", 1, {}}, {Kind::Remove, "X", 2, {}}};
        RecordingMta mta;
        REQUIRE(milter::apply_edits({}, edits, mta));
        CHECK(mta.requests == std::vector<std::string>{"remove X 2", "remove X 1", "insert A 1"});
    }

    TEST_CASE("a source-routed recipient is deleted in both spellings") {
        const std::vector<std::string> raw{"<@relay.example:e@to.example>"};
        RecordingMta mta;
        REQUIRE(milter::apply_edits(raw, {}, mta));
        CHECK(mta.requests == std::vector<std::string>{"delete <@relay.example:e@to.example>",
                                                       "delete <e@to.example>"});
    }

    TEST_CASE("nothing to edit asks the MTA for nothing") {
        RecordingMta mta;
        REQUIRE(milter::apply_edits({}, {}, mta));
        CHECK(mta.requests.empty());
    }
}

}  // namespace candor::tests
