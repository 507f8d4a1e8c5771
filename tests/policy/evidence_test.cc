// Assessments and processor agreements: strict, or they do not count.
#include "policy/evidence.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace candor::policy;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string lia_text(const std::string& review_by, const std::string& more = "") {
    return "[lia]\nid = \"a\"\ncontroller = \"acme\"\nstatus = \"approved\"\napproved_by = "
           "\"Dana\"\n"
           "approved_at = 2026-10-01\nreview_by = " +
           review_by +
           "\njurisdictions = [\"uk\", \"EU\"]\ntreatments = [\"aggregate\"]\npurpose = \"p\"\n"
           "necessity = \"n\"\nbalancing = \"b\"\n" +
           more;
}

}  // namespace

TEST_SUITE("policy/evidence") {
    TEST_CASE("an approved assessment is read with its digest and canonical codes") {
        Evidence evidence;
        const auto faults = parse_evidence(lia_text("2027-10-01"), "a.toml", evidence);
        CHECK(faults.empty());
        REQUIRE(evidence.lias.size() == 1);
        CHECK(evidence.lias.front().digest.size() == 64);
        CHECK(evidence.lias.front().jurisdictions == std::vector<std::string>{"GB", "EU"});
        CHECK(evidence.lias.front().treatments == std::vector{Treatment::Aggregate});
    }

    TEST_CASE("a fault adds nothing and says its line") {
        struct Row {
            std::string text;
            int line;
            std::string words;
        };
        const std::vector<Row> rows{
            {lia_text("2027-10-02"), 7, "at most 12 months"},
            {lia_text("2026-10-01"), 7, "must be after"},
            {lia_text("\"2027-01-01\""), 7, "must be a date"},
            {lia_text("2027-01-01", "eprivacy = \"x\"\n"), 13, "unknown key"},
            {"[lia]\nid = \"a\"\ncontroller = \"c\"\nstatus = \"aproved\"\n", 4,
             "did you mean `approved`"},
            {"[lia]\nid = \"a\"\ncontroller = \"c\"\nstatus = \"approved\"\n", 1,
             "`lia.approved_by` is missing"},
            {"[dpa]\nprocessor = \"p\"\ncontroller = \"c\"\n", 1, "`dpa.signed_at` is missing"},
            {"\n", 0, "one [lia] or one [dpa]"},
            {"[lia\n", 1, "not valid TOML"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.words);
            Evidence evidence;
            const auto faults = parse_evidence(row.text, "a.toml", evidence);
            REQUIRE_FALSE(faults.empty());
            CHECK(faults.front().line == row.line);
            CHECK(faults.front().message.find(row.words) != std::string::npos);
            CHECK(evidence.lias.empty());
            CHECK(evidence.dpas.empty());
        }
    }

    TEST_CASE("a draft may be incomplete") {
        Evidence evidence;
        CHECK(parse_evidence("[lia]\nid = \"a\"\ncontroller = \"c\"\nstatus = \"draft\"\n",
                             "a.toml", evidence)
                  .empty());
        CHECK(evidence.lias.size() == 1);
    }

    TEST_CASE("an id can be used once") {
        Evidence evidence;
        CHECK(parse_evidence(lia_text("2027-01-01"), "a.toml", evidence).empty());
        CHECK(parse_evidence(lia_text("2027-01-01"), "b.toml", evidence).size() == 1);
        CHECK(evidence.lias.size() == 1);
    }

    TEST_CASE("the example's assessments are valid: individual for the US, aggregate for Italy") {
        Evidence evidence;
        for (const char* name : {"lia-us-2026.toml", "lia-it-2026.toml"}) {
            const std::string path = std::string(CANDOR_SOURCE_DIR "/examples/evidence/") + name;
            for (const ConfigFault& fault : parse_evidence(read_file(path), name, evidence)) {
                FAIL_CHECK(to_line(fault));
            }
        }
        REQUIRE(evidence.lias.size() == 2);
        CHECK(evidence.lias[0].treatments.front() == Treatment::Individual);
        CHECK(evidence.lias[0].jurisdictions.front() == "US");
        CHECK(evidence.lias[1].treatments == std::vector{Treatment::Aggregate});
    }
}
