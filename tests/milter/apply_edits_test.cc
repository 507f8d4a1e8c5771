#include "milter/apply_edits.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

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
        REQUIRE(milter::apply_edits({}, edits, {}, mta));
        CHECK(mta.requests == std::vector<std::string>{"remove X 2", "remove X 1", "insert A 1"});
    }

    TEST_CASE("a source-routed recipient is deleted in both spellings") {
        const std::vector<std::string> raw{"<@relay.example:e@to.example>"};
        RecordingMta mta;
        REQUIRE(milter::apply_edits(raw, {}, {}, mta));
        CHECK(mta.requests == std::vector<std::string>{"delete <@relay.example:e@to.example>",
                                                       "delete <e@to.example>"});
    }

    TEST_CASE("gaps and new text leave in order, byte for byte, in full packets") {
        const auto seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random{seed};
        const auto up_to = [&random](std::size_t most) {
            return std::uniform_int_distribution<std::size_t>{0, most}(random);
        };
        // Small and large, on both sides of a packet's size.
        const auto some = [&](std::size_t left) {
            return std::min(left, up_to(3) == 0 ? up_to(200'000) : up_to(300));
        };
        for (int round = 0; round < 50; ++round) {
            std::string body(some(400'000) + some(400'000), ' ');
            std::ranges::generate(body, [&] { return static_cast<char>('a' + up_to(25)); });
            rewriter::Edits edits;
            for (std::size_t at = 0; at < body.size() && up_to(20) > 0;) {
                const std::size_t begin = at + some(body.size() - at);
                at = begin + (up_to(1) == 0 ? 0 : some(body.size() - begin));
                edits.body.push_back({{begin, at}, std::string(some(300'000), 'X')});
            }
            if (edits.body.empty()) edits.body.push_back({{0, body.size()}, {}});
            RecordingMta mta;
            REQUIRE(milter::apply_edits({}, edits, body, mta));
            REQUIRE(mta.body);
            // doctest would print both.
            CHECK((*mta.body == rewriter::apply({{}, body}, edits).body));
            REQUIRE(!mta.piece_sizes.empty());
            CHECK(mta.piece_sizes.back() <= milter::max_body_piece);
            mta.piece_sizes.pop_back();
            for (const std::size_t size : mta.piece_sizes) CHECK(size == milter::max_body_piece);
        }
    }

    TEST_CASE("a body that becomes empty is replaced, and a fault ends the sending") {
        rewriter::Edits edits;
        edits.body = {{{0, 200'000}, {}}};
        const std::string body(200'000, 'a');
        RecordingMta emptied;
        REQUIRE(milter::apply_edits({}, edits, body, emptied));
        CHECK(emptied.body == "");
        edits.body = {{{0, 1}, "b"}};
        RecordingMta gone;
        gone.fail_at = 2;
        CHECK_FALSE(milter::apply_edits({}, edits, body, gone));
        CHECK(gone.requests.size() == 2);
    }

    TEST_CASE("nothing to edit asks the MTA for nothing") {
        RecordingMta mta;
        REQUIRE(milter::apply_edits({}, {}, {}, mta));
        CHECK(mta.requests.empty());
    }
}

}  // namespace candor::tests
