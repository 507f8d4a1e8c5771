#include "cli/wiring.h"

#include <doctest/doctest.h>
#include <sysexits.h>

#include <algorithm>
#include <string>

#include "policy/packs.h"

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

    TEST_CASE("a file that is not there is one clear fault") {
        const auto rules = cli::load_rules("/nonexistent/candor.toml");
        REQUIRE(!rules);
        REQUIRE(rules.error().size() == 1);
        CHECK(rules.error().front().message.find("No such file") != std::string::npos);
    }
}

}  // namespace candor::tests
