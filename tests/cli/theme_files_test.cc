// Theme files as they lie on disk.
#include "cli/theme_files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/sqlite/temporary_state.h"

namespace candor::cli {
namespace {

TEST_SUITE_BEGIN("cli/theme_files");

TEST_CASE(
    "without a directory the theme ships; with one it is read, and every fault has its file") {
    CHECK(load_theme({}).value() == tracker::Theme::shipped());

    const tests::TemporaryState directory;
    policy::TrackerSettings settings;
    settings.theme_dir = directory.path().string();
    const std::string css = (directory.path() / "style.css").string();
    const std::string html = (directory.path() / "page.html").string();

    const auto missing = load_theme(settings);
    REQUIRE_FALSE(missing);
    REQUIRE(missing.error().size() == 1);
    CHECK(policy::to_line(missing.error().front()) == css + ": No such file or directory");

    std::ofstream(css) << "p{color:red}";
    const auto themed = load_theme(settings);
    REQUIRE(themed);
    CHECK((*themed)->document(tracker::languages().front(), "t", "c").find("p{color:red}") !=
          std::string::npos);

    std::ofstream(html) << "<!DOCTYPE html>\n<script>";
    const auto faulty = load_theme(settings);
    REQUIRE_FALSE(faulty);
    CHECK(policy::to_line(faulty.error().front()) ==
          html + ":2: <script> is not allowed in a page");
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::cli
