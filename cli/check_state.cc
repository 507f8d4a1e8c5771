// What the daemons would refuse at their start, and what they would never notice: a database that
// others can read, a page that has rotted.
#include "cli/check_state.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

#include "cli/check_folders.h"
#include "policy/decision/audit.h"
#include "policy/decision/duties.h"
#include "policy/tokens/keys.h"
#include "sqlite/database.h"
#include "sqlite/migrations.h"
#include "sqlite/opt_out_rows.h"

namespace candor::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t key_too_open = 0027;    // others at all, or the group writing
constexpr mode_t store_too_open = 0006;  // others reading or writing

class Findings {
  public:
    void fault(const fs::path& file, std::string message) {
        findings.faults.push_back({file.string(), 0, std::move(message)});
    }
    void unreadable(const fs::path& file, int why) {
        fault(file, std::generic_category().message(why) +
                        (why == EACCES ? " (run as the user that owns it)" : ""));
    }
    CheckFindings findings;
};

/// What lies in `directory`, sorted; nothing when it is not there.
std::vector<fs::path> entries_of(const fs::path& directory, Findings& findings) {
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        found.push_back(entry->path());
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        findings.unreadable(directory, error.value());
    }
    std::ranges::sort(found);
    return found;
}

/// Its mode and size, or a fault when it cannot be looked at.
bool look_at(const fs::path& file, struct stat& known, Findings& findings) {
    if (::lstat(file.c_str(), &known) == 0) return true;
    if (errno != ENOENT) findings.unreadable(file, errno);
    return false;
}

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
}

void check_database(const fs::path& file, sqlite::FileKind kind, Findings& findings) {
    struct stat known {};
    if (!look_at(file, known, findings)) return;
    if ((known.st_mode & store_too_open) != 0) {
        findings.fault(file, fmt::format("mode {:04o}, but others must neither read nor write it: "
                                         "chmod 0660",
                                         known.st_mode & 07777U));
    }
    if (::access(file.c_str(), R_OK | W_OK) != 0) {
        findings.unreadable(file, errno);
        return;
    }
    auto database = sqlite::Database::open(file, sqlite::Access::Read);
    if (!database) {
        findings.fault(file, database.error().message);
        return;
    }
    auto query = database->query("PRAGMA quick_check(1)");
    const auto row = query ? query->next() : Result<bool>{tl::unexpected(query.error())};
    if (!row) {
        findings.fault(file, row.error().message);
        return;
    }
    if (!*row || query->bytes_at(0) != "ok") {
        findings.fault(file, "the database is damaged: restore it from the backup");
        return;
    }
    const auto version = database->schema_version();
    if (version && *version > sqlite::current_schema(kind)) {
        findings.fault(file, "was made by a newer version of this program");
    }
}

void check_store(const fs::path& store, Findings& findings) {
    using sqlite::FileKind;
    check_database(store / "people" / "people.db", FileKind::People, findings);
    check_database(store / "evidence" / "campaigns.db", FileKind::Campaigns, findings);
    check_database(store / "optouts" / "optouts.db", FileKind::OptOuts, findings);
    check_database(store / "totals" / "totals.db", FileKind::Totals, findings);
    for (const fs::path& file : entries_of(store / "events", findings)) {
        if (file.extension() == ".db") check_database(file, FileKind::Events, findings);
    }
    for (const fs::path& file : entries_of(store / "decisions", findings)) {
        if (file.extension() == ".db") check_database(file, FileKind::Decisions, findings);
    }
    const fs::path journal = store / "waiting" / "optouts.journal";
    struct stat known {};
    if (look_at(journal, known, findings) && (known.st_mode & store_too_open) != 0) {
        findings.fault(journal, "others can read or write it: chmod 0660");
    }
}

}  // namespace

std::vector<std::string> neglected_duties(const policy::Config& config, policy::Instant now) {
    const fs::path file = fs::path(config.state_dir) / "store" / "optouts" / "optouts.db";
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return {};
    auto database = sqlite::Database::open(file, sqlite::Access::Read);
    if (!database) return {};
    std::vector<std::string> lines;
    for (const policy::Controller& controller : config.controllers) {
        const auto duties = sqlite::read_duties(*database, controller.number);
        if (!duties) return {};
        const auto say = [&](std::string_view text) {
            lines.push_back(fmt::format("{}:{}: warning: controller `{}`: nothing is tracked: {}",
                                        config.file, controller.line, controller.name, text));
        };
        if (!policy::opt_out_tested(*duties, now)) {
            say("the opt-out page has not passed its test within a day; the tracker tests it at "
                "its start and hourly");
        }
        if (!policy::purge_on_time(*duties, now)) {
            say("clicks, keys and decisions past their retention have not all been destroyed "
                "within two days; the two daemons do that");
        }
    }
    return lines;
}

CheckFindings check_state(const fs::path& state_dir) {
    Findings findings;
    struct stat known {};
    if (look_at(state_dir, known, findings)) {
        if ((known.st_mode & 0002U) != 0) {
            findings.fault(state_dir, "others can write it: chmod o-w");
        }
        if (::geteuid() == 0 && known.st_uid != 0) {
            findings.findings.notes.push_back(fmt::format(
                "{}: warning: belongs to another user than root, who runs this check: what the "
                "daemons may read is seen only as their user",
                state_dir.string()));
        }
    }
    std::ranges::move(folders_of_others(state_dir), std::back_inserter(findings.findings.faults));
    check_keys(state_dir / "keys", findings);
    check_store(state_dir / "store", findings);
    return std::move(findings.findings);
}

}  // namespace candor::cli
