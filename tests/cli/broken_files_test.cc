// One thing is wrong in each folder of tests/broken: one line says what, with file and line, and
// nothing starts.
#include <doctest/doctest.h>
#include <sysexits.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "cli/wiring.h"
#include "policy/config/config_fault.h"

namespace candor::tests {
namespace {

namespace fs = std::filesystem;
const fs::path broken = fs::path{CANDOR_SOURCE_DIR} / "tests/broken";

std::string read(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// The folder's own name is left out, so that the expectation holds wherever the clone lies.
std::string without_folder(std::string line, const fs::path& folder) {
    const std::string prefix = folder.string() + "/";
    for (std::size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
        line.erase(at, prefix.size());
    }
    return line + "\n";
}

}  // namespace

TEST_SUITE("cli/broken_files") {
    TEST_CASE("each broken configuration or evidence file gives its own line, with file and line") {
        std::set<std::string> lines;
        for (const auto& entry : fs::directory_iterator{broken}) {
            const fs::path& folder = entry.path();
            CAPTURE(folder.filename().string());
            const auto rules = cli::load_rules((folder / "candor.toml").string());
            REQUIRE_FALSE(rules);
            REQUIRE(rules.error().size() == 1);
            CHECK(rules.error().front().line > 0);
            const std::string line = without_folder(policy::to_line(rules.error().front()), folder);
            CHECK(line == read(folder / "expected.txt"));
            CHECK(lines.insert(line).second);
            CHECK(cli::report(rules.error()) == EX_CONFIG);
        }
        CHECK(lines.size() >= 30);
    }
}

}  // namespace candor::tests
