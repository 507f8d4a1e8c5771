// Key files as they lie on disk; see check_keys.h.
#include "cli/check_keys.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "cli/key_files.h"
#include "cli/key_folder.h"
#include "policy/decision/audit.h"
#include "policy/tokens/keys.h"

namespace candor::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t key_too_open = 0027;  // others at all, or the group writing

std::size_t key_length(const fs::path& file) {
    const std::string name = file.filename().string();
    if (name == "recipient.key") return sizeof(policy::RecipientKey);
    if (name == "address.key") return sizeof(policy::AddressKey);
    if (name == "audit.key") return sizeof(policy::AuditKey);
    return name.starts_with("link-") ? sizeof(policy::LinkKey) : sizeof(policy::DailyKey);
}

void check_key(const fs::path& file, Findings& findings) {
    struct stat known {};
    if (!look_at(file, known, findings)) return;
    if ((known.st_mode & key_too_open) != 0) {
        findings.fault(file, fmt::format("mode {:04o}, but others must not read a key nor the "
                                         "group write it: chmod 0640 it, and think of it as known",
                                         known.st_mode & 07777U));
    }
    if (!S_ISREG(known.st_mode) || static_cast<std::size_t>(known.st_size) != key_length(file)) {
        findings.fault(file, fmt::format("is not a key of {} bytes", key_length(file)));
    }
    if (::access(file.c_str(), R_OK) != 0) findings.unreadable(file, errno);
}

/// Whether there is a key in `directory` or below it.
bool check_keys_in(const fs::path& directory, Findings& findings) {
    struct stat known {};
    if (!look_at(directory, known, findings)) return false;
    if ((known.st_mode & 0002U) != 0) findings.fault(directory, "others can write it: chmod o-w");
    bool any = false;
    for (const fs::path& entry : entries_of(directory, findings)) {
        struct stat inside {};
        if (!look_at(entry, inside, findings)) continue;
        if (S_ISDIR(inside.st_mode)) {
            any = check_keys_in(entry, findings) || any;
        } else if (entry.extension() == ".key") {
            check_key(entry, findings);
            any = true;
        }
    }
    return any;
}

}  // namespace

void check_keys(const fs::path& keys, Findings& findings) {
    const bool any = check_keys_in(keys, findings);
    if (!any) {
        if (findings.findings.faults.empty()) {
            findings.findings.notes.push_back(
                fmt::format("{}: no keys yet; they will be made at the first start of the milter",
                            keys.string()));
        }
        return;
    }
    // A host with a tracker alone has neither of the two; with one of them the other is lost.
    std::error_code ignored;
    const bool recipient = fs::exists(keys / "recipient.key", ignored);
    const bool address = fs::exists(keys / "address.key", ignored);
    if (recipient != address && !ignored) {
        findings.fault(keys / (recipient ? "address.key" : "recipient.key"),
                       "is lost while other keys are there: restore it from the backup");
    }
    for (const fs::path& entry : entries_of(keys, findings)) {
        if (!fs::is_directory(entry, ignored)) continue;
        const KeyFolder folder(entry, 0);
        const auto lost = folder.has_lost_links();
        if (lost && *lost) {
            findings.fault(folder.first_link(),
                           "is lost, and there is no other link key: no link and no opt-out link "
                           "opens: restore it from the backup");
        }
    }
}

std::vector<std::string> keys_left_behind(const policy::Config& config) {
    std::vector<policy::ControllerNumber> configured;
    for (const policy::Controller& controller : config.controllers) {
        configured.push_back(controller.number);
    }
    const auto left = KeyFiles::open_left(fs::path(config.state_dir) / "keys", configured);
    if (!left) return {};
    std::vector<std::string> lines;
    for (const KeyFolder& folder : left->folders()) {
        const auto links = folder.link_keys();
        if (!links || links->empty()) continue;
        lines.push_back(
            fmt::format("{}: warning: keys of controller number {}, which is not configured any "
                        "more: its links go on, without persons, and its opt-outs are recorded; "
                        "keep the folder, or they die",
                        folder.directory().string(), folder.controller()));
    }
    return lines;
}

}  // namespace candor::cli
