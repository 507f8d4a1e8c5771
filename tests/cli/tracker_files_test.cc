// The tracker's files as they lie on disk.
#include "cli/tracker_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/self_signed.h"
#include "tests/temporary_folder.h"

namespace candor::cli {
namespace {

/// What is wrong with the files that `settings` names, a line each.
std::string faults_of(const policy::TrackerSettings& settings) {
    policy::Config config;
    config.tracker = settings;
    const auto loaded = load_tracker_files(std::make_shared<const policy::Config>(config));
    std::string said;
    if (!loaded) {
        for (const auto& fault : loaded.error()) said += policy::to_line(fault) + "\n";
    }
    return said;
}

tracker::Settings loaded(const policy::TrackerSettings& settings) {
    policy::Config config;
    config.tracker = settings;
    auto files = load_tracker_files(std::make_shared<const policy::Config>(config));
    REQUIRE(files);
    return *std::move(files);
}

TEST_SUITE_BEGIN("cli/tracker_files");

TEST_CASE("where no file is named, what ships is used") {
    const auto settings = loaded({});
    CHECK(settings.theme == tracker::Theme::shipped());
    CHECK(settings.scanners == tracker::ScannerNetworks::shipped());
    CHECK(settings.certificates == nullptr);
}

TEST_CASE("a theme is read, and every fault has its file") {
    const tests::TemporaryFolder directory;
    policy::TrackerSettings settings;
    settings.theme_dir = directory.path().string();
    const std::string css = (directory.path() / "style.css").string();
    const std::string html = (directory.path() / "page.html").string();
    CHECK(faults_of(settings) == css + ": No such file or directory\n");

    std::ofstream(css) << "p{color:red}";
    CHECK(loaded(settings)
              .theme->document(tracker::languages().front(), "t", "c")
              .find("p{color:red}") != std::string::npos);

    std::ofstream(html) << "<!DOCTYPE html>\n<script>";
    CHECK(faults_of(settings).starts_with(html + ":2: <script> is not allowed in a page\n"));
}

TEST_CASE(
    "networks of an operator take the place of those that ship; all faults are said at once") {
    const tests::TemporaryFolder directory;
    policy::TrackerSettings settings;
    settings.scanner_networks = (directory.path() / "nets.tsv").string();
    settings.theme_dir = directory.path().string();
    std::ofstream(directory.path() / "style.css") << "p{color:red}";
    std::ofstream(settings.scanner_networks)
        << "network\tscope\tcertainty\tlabel\n192.0.2.0/24\tall\tcertain\tours\n";
    const auto scanners = loaded(settings).scanners;
    const auto certainty = [&](const char* address) {
        return scanners->of(*tracker::ClientAddress::parse(address), policy::EventKind::Click);
    };
    CHECK(certainty("192.0.2.7") == tracker::Certainty::Certain);
    CHECK(certainty("40.92.0.1") == tracker::Certainty::None);

    std::ofstream(settings.scanner_networks, std::ios::app) << "everything\tall\tcertain\tx\n";
    std::filesystem::remove(directory.path() / "style.css");
    CHECK(faults_of(settings) ==
          (directory.path() / "style.css").string() + ": No such file or directory\n" +
              settings.scanner_networks +
              ":3: `everything` is not a network such as 192.0.2.0/24, 2001:db8::/32 or "
              "asn:64496\n");
}

TEST_CASE("a private key that others can read is refused, and so is what is not there") {
    const tests::TemporaryFolder directory;
    const std::string certificate = (directory.path() / "c.pem").string();
    const std::string key = (directory.path() / "k.pem").string();
    const tests::SelfSigned made("go.acme.example");
    std::ofstream(certificate) << made.certificate;
    std::ofstream(key) << made.key;
    policy::TrackerSettings settings;
    settings.tls = {{certificate, key, 1}};

    REQUIRE(::chmod(key.c_str(), 0644) == 0);
    CHECK(faults_of(settings) ==
          key + ": mode 0644, but others must not read a private key: chmod o=\n");
    REQUIRE(::chmod(key.c_str(), 0640) == 0);
    CHECK(loaded(settings).certificates != nullptr);

    settings.theme_dir = (directory.path() / "none").string();
    settings.tls.push_back({certificate + "x", key + "x", 2});
    CHECK(std::ranges::count(faults_of(settings), '\n') == 3);
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::cli
