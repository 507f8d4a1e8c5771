#include "cli/wiring.h"

#include <doctest/doctest.h>
#include <sysexits.h>

#include <algorithm>
#include <string>

#include "policy/law/packs.h"

namespace candor::tests {
namespace {
const std::string source_dir = CANDOR_SOURCE_DIR;
}

TEST_SUITE("cli/wiring") {
    TEST_CASE("the example configuration loads whole: policy, evidence, streams") {
        const auto rules = cli::load_rules(source_dir + "/examples/candor.toml");
        REQUIRE(rules);
        CHECK((*rules)->policy.effective.pack_name() == "strict-2026");
        CHECK((*rules)->policy.evidence.lias.size() >= 2);
        CHECK((*rules)->config.streams.size() >= 2);
        CHECK((*rules)->policy.effective.row_for("DE").default_treatment ==
              policy::Treatment::Plaintext);
    }

    TEST_CASE("ten faults are ten lines with file and line, and the exit code is EX_CONFIG") {
        const auto rules = cli::load_rules(source_dir + "/tests/bad_config/ten-faults/candor.toml");
        REQUIRE(!rules);
        CHECK(rules.error().size() == 10);
        for (const auto& fault : rules.error()) {
            CHECK(fault.file.ends_with("candor.toml"));
            CHECK(fault.line > 0);
        }
        CHECK(cli::report(rules.error()) == EX_CONFIG);
    }

    TEST_CASE("filter lists are read beside the configuration, and what is left out is said") {
        const auto rules = cli::load_rules(source_dir + "/tests/cli/filter_lists/candor.toml");
        REQUIRE(rules);
        REQUIRE((*rules)->filter_lists);
        CHECK((*rules)->filter_lists->blocks("https://count.example/", rewriter::FetchKind::Image));
        REQUIRE((*rules)->notices.size() == 1);
        CHECK((*rules)->notices.front().ends_with(
            "rules.txt:3: notice: 1 rules taken, 1 not understood and left out"));
    }

    TEST_CASE("a file that is no filter list is a fault with file and line") {
        const auto rules = cli::load_rules(source_dir + "/tests/cli/filter_lists/faults.toml");
        REQUIRE(!rules);
        REQUIRE(rules.error().size() == 3);
        CHECK(rules.error()[0].file.ends_with("page.html"));
        CHECK(rules.error()[0].line == 1);
        CHECK(rules.error()[1].file.ends_with("broken.json"));
        CHECK(rules.error()[1].line == 3);
        CHECK(rules.error()[2].file.ends_with("absent.txt"));
    }

    TEST_CASE("packs of one's own are read beside the configuration") {
        const std::string folder = source_dir + "/tests/cli/own_pack";
        const auto rules = cli::load_rules(folder + "/candor.toml");
        REQUIRE(rules);
        const policy::EffectivePolicy& effective = (*rules)->policy.effective;
        CHECK(effective.pack_name() == "house-2026");
        CHECK(effective.row_for("IT").code == "EU");
        CHECK(effective.row_for("IT").with_legitimate_interest == policy::Treatment::Aggregate);
        CHECK(effective.row_for("BR").layer == "house-overlay");
        CHECK(effective.facts_of() == "house-overlay");
        // Before the overlay begins the pack applies without it, under a digest of its own.
        REQUIRE((*rules)->policy.without_overlays);
        CHECK((*rules)->policy.without_overlays->row_for("BR").code == "ZZ");
        CHECK((*rules)->policy.without_overlays->digest() != effective.digest());
    }

    TEST_CASE("faults of configuration, packs and evidence are all told at once") {
        const auto reading = cli::read_rules(source_dir + "/tests/cli/own_pack/faults.toml");
        std::string lines;
        for (const auto& fault : reading.faults) {
            const std::string line = policy::to_line(fault);
            lines += line.substr(line.rfind("own_pack/") + 9) + "\n";
        }
        CAPTURE(lines);
        CHECK(reading.faults.size() == 4);
        CHECK(lines.find("faults.toml:1: ") != std::string::npos);
        CHECK(lines.find("evidence/lia.toml:") != std::string::npos);
        CHECK(lines.find("faulty-pack.toml:16: ") != std::string::npos);
        CHECK(lines.find("faulty-overlay.toml:7: ") != std::string::npos);
    }

    TEST_CASE("a file that is not there is one clear fault") {
        const auto rules = cli::load_rules("/nonexistent/candor.toml");
        REQUIRE(!rules);
        REQUIRE(rules.error().size() == 1);
        CHECK(rules.error().front().message.find("No such file") != std::string::npos);
    }
}

}  // namespace candor::tests
