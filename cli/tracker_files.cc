// Reads the files; what may be in them say tracker/theme_check, scanner_networks and
// certificates.
#include "cli/tracker_files.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>

#include "cli/wiring.h"

namespace candor::cli {
namespace {

using Faults = std::vector<policy::ConfigFault>;

constexpr mode_t others = 0007;

/// `tracker.theme_dir`: style.css, and page.html if there is one.
tl::expected<std::shared_ptr<const tracker::Theme>, Faults> load_theme(
    const std::filesystem::path& directory) {
    Faults faults;
    const auto read = [&](const char* name, bool needed) {
        tracker::ThemeFile file{(directory / name).string(), {}};
        auto text = read_file(file.name);
        const bool is_there = text.has_value();
        if (is_there) {
            file.text = *std::move(text);
        } else if (std::error_code error; needed || std::filesystem::exists(file.name, error)) {
            faults.push_back(unreadable(file.name, text.error()));
        }
        return std::pair(std::move(file), is_there);
    };
    const auto [style, has_style] = read("style.css", true);
    const auto [page, has_page] = read("page.html", false);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return tracker::Theme::parse(style, has_page ? &page : nullptr);
}

tl::expected<std::shared_ptr<const tracker::ScannerNetworks>, Faults> load_scanners(
    const std::string& file) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected(Faults{unreadable(file, text.error())});
    return tracker::ScannerNetworks::parse(*text, file);
}

std::string pem_of(const std::string& file, Faults& faults) {
    auto text = read_file(file);
    if (text) return *std::move(text);
    faults.push_back(unreadable(file, text.error()));
    return {};
}

void check_mode(const std::string& key_file, Faults& faults) {
    struct stat known {};
    if (::stat(key_file.c_str(), &known) != 0 || (known.st_mode & others) == 0) return;
    faults.push_back({key_file, 0,
                      fmt::format("mode {:04o}, but others must not read a private key: chmod o=",
                                  known.st_mode & 07777U)});
}

tl::expected<std::shared_ptr<const tracker::Certificates>, Faults> load_certificates(
    const policy::TrackerSettings& settings) {
    Faults faults;
    std::vector<tracker::PemPair> pairs;
    for (const policy::TlsFiles& files : settings.tls) {
        check_mode(files.key, faults);
        pairs.push_back({files.certificate, pem_of(files.certificate, faults), files.key,
                         pem_of(files.key, faults)});
    }
    auto certificates =
        tracker::Certificates::parse(faults.empty() ? pairs : std::span<const tracker::PemPair>{});
    for (tracker::PemPair& pair : pairs) OPENSSL_cleanse(pair.key.data(), pair.key.size());
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return certificates;
}

/// What was read, or its faults behind those that are there.
template <class Part>
void take(tl::expected<Part, Faults> read, Part& part, Faults& faults) {
    if (read) {
        part = *std::move(read);
    } else {
        std::ranges::move(read.error(), std::back_inserter(faults));
    }
}

}  // namespace

tl::expected<tracker::Settings, Faults> load_tracker_files(
    std::shared_ptr<const policy::Config> config) {
    tracker::Settings settings{std::move(config)};
    const policy::TrackerSettings& named = settings.config->tracker;
    Faults faults;
    if (!named.theme_dir.empty()) take(load_theme(named.theme_dir), settings.theme, faults);
    if (!named.scanner_networks.empty()) {
        take(load_scanners(named.scanner_networks), settings.scanners, faults);
    }
    if (!named.tls.empty()) take(load_certificates(named), settings.certificates, faults);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return settings;
}

}  // namespace candor::cli
