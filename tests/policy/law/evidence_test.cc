// Assessments and processor agreements: strict, or they do not count.
#include "policy/law/evidence.h"

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
    return "[lia]\nid = \"a\"\ncontroller = \"acme\"\nstatus = \"approved\"\noutcome = "
           "\"pass\"\napproved_by = \"Dana\"\napproved_at = 2026-10-01\nreview_by = " +
           review_by +
           "\njurisdictions = [\"uk\", \"EU\"]\ntreatments = [\"aggregate\"]\npurpose = \"p\"\n"
           "necessity = \"n\"\nbalancing = \"b\"\n" +
           more;
}

std::string dpa_text(const std::string& country) {
    return "[dpa]\nprocessor = \"hoster\"\ncontroller = \"acme\"\nsigned_at = 2026-10-01\n"
           "review_by = 2027-10-01\ncountry = " +
           country + "\n";
}

std::string notice_text(const std::string& url, const std::string& covers = "\"clicks\"") {
    return "[privacy_notice]\ncontroller = \"acme\"\nurl = \"" + url +
           "\"\nversion = \"1\"\ncovers = [" + covers +
           "]\nattested_by = \"Dana\"\nattested_at = 2026-10-01\nreview_by = 2027-10-01\n";
}

std::string overlay_text(const std::string& review_by) {
    return "[overlay_switch]\nname = \"legitimate-interest\"\nenabled_by = \"Dana\"\n"
           "enabled_at = 2026-10-01\nreview_by = " +
           review_by + "\nreason = \"Board decision 14\"\n";
}

}  // namespace

TEST_SUITE("policy/evidence") {
    TEST_CASE("agreements, privacy notices and overlay records are read") {
        Evidence evidence;
        const std::string tool =
            "transfer_tool = \"SCC 2021/914\"\nservice_provider_terms = true\n"
            "sub_processors = [\"cdn\"]\n";
        CHECK(parse_evidence(dpa_text("\"US\"") + tool, "d.toml", evidence).empty());
        CHECK(parse_evidence(dpa_text("\"uk\""), "e.toml", evidence).empty());
        CHECK(parse_evidence(notice_text("https://acme.example/p", "\"clicks\", \"opens\""),
                             "p.toml", evidence)
                  .empty());
        CHECK(parse_evidence(overlay_text("2027-10-01"), "o.toml", evidence).empty());
        CHECK(parse_evidence(overlay_text("2027-10-01"), "p.toml", evidence).size() == 1);
        REQUIRE(evidence.dpas.size() == 2);
        CHECK(evidence.dpas[0].service_provider_terms);
        CHECK(evidence.dpas[0].sub_processors == std::vector<std::string>{"cdn"});
        CHECK(evidence.dpas[1].country == "GB");
        REQUIRE(evidence.privacy_notices.size() == 1);
        CHECK(evidence.privacy_notices[0].covers == std::vector{Measured::Clicks, Measured::Opens});
        REQUIRE(evidence.overlay_switches.size() == 1);
        CHECK(evidence.overlay_switches[0].recorded());
    }

    TEST_CASE("every document on file is part of the policy's digest, in whatever order") {
        Evidence one, other;
        CHECK(parse_evidence(lia_text("2027-10-01"), "a.toml", one).empty());
        CHECK(parse_evidence(dpa_text("\"DE\""), "b.toml", one).empty());
        CHECK(parse_evidence(dpa_text("\"DE\""), "x.toml", other).empty());
        CHECK(parse_evidence(lia_text("2027-10-01"), "y.toml", other).empty());
        CHECK(digest_input(one) == digest_input(other));
        CHECK(parse_evidence(overlay_text("2027-10-01"), "z.toml", other).empty());
        CHECK(digest_input(one) != digest_input(other));
    }

    TEST_CASE("the templates are read, hold every key, and count for nothing as they are") {
        for (const auto* kind : {"lia", "dpa", "privacy-notice", "overlay-switch"}) {
            CAPTURE(kind);
            const std::string text{evidence_template(kind)};
            REQUIRE_FALSE(text.empty());
            Evidence evidence;
            for (const ConfigFault& fault : parse_evidence(text, "t.toml", evidence)) {
                CAPTURE(fault.message);
                const bool open = fault.message.ends_with("must not be empty") ||
                                  fault.message.find("is missing") != std::string::npos ||
                                  fault.message.find("must begin with") != std::string::npos ||
                                  fault.message.find("is not an ISO 3166") != std::string::npos;
                CHECK(open);
            }
            const bool counts = std::ranges::any_of(
                evidence.lias, [](const Lia& lia) { return lia.status == "approved"; });
            CHECK_FALSE(counts);
            CHECK(evidence.dpas.empty());
            CHECK(evidence.privacy_notices.empty());
            CHECK(evidence.overlay_switches.empty());
        }
        CHECK(evidence_template("other").empty());

        // With every comment of a key taken away, nothing is unknown in them.
        for (const auto* kind : {"lia", "dpa", "privacy-notice", "overlay-switch"}) {
            std::istringstream lines{std::string{evidence_template(kind)}};
            std::string all;
            for (std::string line; std::getline(lines, line);) {
                if (line.starts_with("#") && !line.starts_with("# ")) line.erase(0, 1);
                all += line + "\n";
            }
            Evidence evidence;
            for (const ConfigFault& fault : parse_evidence(all, "t.toml", evidence)) {
                CAPTURE(kind);
                CAPTURE(fault.message);
                CHECK(fault.message.find("unknown key") == std::string::npos);
                CHECK(fault.message.find("TOML") == std::string::npos);
            }
        }
    }

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
            {lia_text("2027-10-02"), 8, "at most 12 months"},
            {lia_text("2026-10-01"), 8, "must be after"},
            {lia_text("\"2027-01-01\""), 8, "must be a date"},
            {lia_text("2027-01-01", "eprivacy = \"x\"\n"), 14, "unknown key"},
            {"[lia]\nid = \"a\"\ncontroller = \"c\"\nstatus = \"aproved\"\n", 4,
             "did you mean `approved`"},
            {"[lia]\nid = \"a\"\ncontroller = \"c\"\nstatus = \"approved\"\n", 1,
             "`lia.outcome` is missing"},
            {"[dpa]\nprocessor = \"p\"\ncontroller = \"c\"\n", 1, "`dpa.signed_at` is missing"},
            {dpa_text("\"DE\"") + "service_providerterms = true\n", 7, "unknown key"},
            {dpa_text("\"US\""), 1, "the events leave the EEA"},
            {dpa_text("\"Ireland\""), 6, "is not an ISO 3166 code"},
            {notice_text("http://acme.example/privacy"), 3, "must begin with https://"},
            {notice_text("https://acme.example/privacy", "\"click\""), 5, "did you mean `clicks`"},
            {notice_text("https://acme.example/privacy") + "text_sha256 = \"abc\"\n", 9,
             "is not a SHA-256"},
            {"[overlay_switch]\nname = \"legitimate-interest\"\n", 1,
             "`overlay_switch.enabled_by` is missing"},
            {overlay_text("2026-10-01"), 5, "must be after"},
            {"\n", 1, "holds one table"},
            {"[lia]\nid = \"a\"\n[dpa]\nprocessor = \"p\"\n", 3, "holds one table"},
            {"lia = 1\n", 1, "`lia` must be a table"},
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
            CHECK(evidence.privacy_notices.empty());
            CHECK(evidence.overlay_switches.empty());
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
