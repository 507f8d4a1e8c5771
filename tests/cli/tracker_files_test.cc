// Theme and PEM files as they lie on disk.
#include "cli/tracker_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/self_signed.h"
#include "tests/sqlite/temporary_state.h"

namespace candor::cli {
namespace {

TEST_SUITE_BEGIN("cli/tracker_files");

TEST_CASE(
    "without a directory the theme ships; with one it is read, and every fault has its file") {
    const auto shipped = load_tracker_files({});
    REQUIRE(shipped);
    CHECK(shipped->theme == tracker::Theme::shipped());
    CHECK(shipped->certificates == nullptr);

    const tests::TemporaryState directory;
    policy::TrackerSettings settings;
    settings.theme_dir = directory.path().string();
    const std::string css = (directory.path() / "style.css").string();
    const std::string html = (directory.path() / "page.html").string();

    const auto missing = load_tracker_files(settings);
    REQUIRE_FALSE(missing);
    REQUIRE(missing.error().size() == 1);
    CHECK(policy::to_line(missing.error().front()) == css + ": No such file or directory");

    std::ofstream(css) << "p{color:red}";
    const auto themed = load_tracker_files(settings);
    REQUIRE(themed);
    CHECK(themed->theme->document(tracker::languages().front(), "t", "c").find("p{color:red}") !=
          std::string::npos);

    std::ofstream(html) << "<!DOCTYPE html>\n<script>";
    const auto faulty = load_tracker_files(settings);
    REQUIRE_FALSE(faulty);
    CHECK(policy::to_line(faulty.error().front()) ==
          html + ":2: <script> is not allowed in a page");
}

TEST_CASE("a private key that others can read is refused, and so is what is not there") {
    const tests::TemporaryState directory;
    const std::string certificate = (directory.path() / "c.pem").string();
    const std::string key = (directory.path() / "k.pem").string();
    const tests::SelfSigned made("go.acme.example");
    std::ofstream(certificate) << made.certificate;
    std::ofstream(key) << made.key;
    policy::TrackerSettings settings;
    settings.tls = {{certificate, key, 1}};

    REQUIRE(::chmod(key.c_str(), 0644) == 0);
    const auto open_to_all = load_tracker_files(settings);
    REQUIRE_FALSE(open_to_all);
    CHECK(policy::to_line(open_to_all.error().front()) ==
          key + ": mode 0644, but others must not read a private key: chmod o=");
    REQUIRE(::chmod(key.c_str(), 0640) == 0);
    const auto loaded = load_tracker_files(settings);
    REQUIRE(loaded);
    CHECK(loaded->certificates != nullptr);

    settings.theme_dir = (directory.path() / "none").string();
    settings.tls.push_back({certificate + "x", key + "x", 2});
    const auto missing = load_tracker_files(settings);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().size() == 3);
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::cli
