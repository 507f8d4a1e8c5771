// Reads the files; what may be in them say tracker/theme_check and tracker/certificates.
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

/// read_file() names the file in its message, and so does the fault it becomes.
policy::ConfigFault unreadable(const std::string& file, const Error& error) {
    return {file, 0, error.message.substr(file.size() + 2)};
}

tl::expected<std::shared_ptr<const tracker::Theme>, Faults> load_theme(
    const policy::TrackerSettings& settings) {
    if (settings.theme_dir.empty()) return tracker::Theme::shipped();
    const std::filesystem::path directory = settings.theme_dir;
    Faults faults;
    const auto read = [&](const char* name, bool needed) {
        tracker::ThemeFile file{(directory / name).string(), {}};
        auto text = read_file(file.name);
        const bool is_there = text.has_value();
        if (is_there) {
            file.text = *std::move(text);
        } else if (needed || text.error().fault != Fault::Missing) {
            faults.push_back(unreadable(file.name, text.error()));
        }
        return std::pair(std::move(file), is_there);
    };
    const auto [style, has_style] = read("style.css", true);
    const auto [page, has_page] = read("page.html", false);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return tracker::Theme::parse(style, has_page ? &page : nullptr);
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
    if (settings.tls.empty()) return nullptr;
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

}  // namespace

tl::expected<TrackerFiles, Faults> load_tracker_files(const policy::TrackerSettings& settings) {
    auto theme = load_theme(settings);
    auto certificates = load_certificates(settings);
    Faults faults;
    if (!theme) std::ranges::move(theme.error(), std::back_inserter(faults));
    if (!certificates) std::ranges::move(certificates.error(), std::back_inserter(faults));
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return TrackerFiles{*std::move(theme), *std::move(certificates)};
}

}  // namespace candor::cli
