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
#include "cli/key_folder.h"
#include "policy/decision/audit.h"
#include "policy/decision/duties.h"
#include "policy/tokens/keys.h"
#include "sqlite/database.h"
#include "sqlite/migrations.h"
#include "sqlite/opt_out_rows.h"
#include "sqlite/store.h"

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

/// The fault's sentence without the file, which the line begins with.
std::string said_of(const fs::path& file, std::string message) {
    const std::string named = " " + file.string();
    const std::size_t at = message.find(named);
    return at == std::string::npos ? message : message.erase(at, named.size());
}

/// What SQLite's own check says of a file that is not whole; empty for one that is.
Result<std::string> damage_of(sqlite::Database& database, sqlite::FileKind kind) {
    const auto version = database.schema_version();
    if (!version) return fail(version.error());
    auto query = database.query("PRAGMA quick_check");
    if (!query) return fail(query.error());
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return std::string();
        const std::string_view said = query->bytes_at(0);
        // SQLite 3.40 says so of every row of that table as it was before step 5 of the schema.
        const bool mistaken = kind == sqlite::FileKind::OptOuts && *version < 5 &&
                              said == "NULL value in undone_opt_outs.source";
        if (said != "ok" && !mistaken) return std::string(said);
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
    const auto damage =
        database ? damage_of(*database, kind) : Result<std::string>{fail(database.error())};
    if (!damage) {
        findings.fault(file, said_of(file, damage.error().message));
        return;
    }
    if (!damage->empty()) {
        findings.fault(file, fmt::format("the database is damaged: restore it from the backup "
                                         "(SQLite says: {})",
                                         damage->substr(0, damage->find('\n'))));
        return;
    }
    const auto version = database->schema_version();
    if (version && *version > sqlite::current_schema(kind)) {
        findings.fault(file, "was made by a newer version of this program");
    }
}

/// Files that must be there, by what is made only after them.
void check_lost_files(const fs::path& state_dir, Findings& findings) {
    const fs::path store = state_dir / "store";
    std::error_code ignored;
    const auto require = [&](const fs::path& file, std::string_view what) {
        if (!fs::exists(file, ignored) && !ignored) {
            findings.fault(
                file, fmt::format("is lost, and with it {}: restore it from the backup", what));
        }
    };
    const fs::path mark = sqlite::SqliteStore::opt_outs_mark(state_dir);
    if (fs::exists(mark, ignored)) {
        require(store / "optouts" / "optouts.db",
                fmt::format("every opt-out (or, where an empty one is really meant, remove {})",
                            mark.string()));
    }
    // The milter makes both at its start, and no month of decisions before.
    Findings said_elsewhere;
    for (const fs::path& file : entries_of(store / "decisions", said_elsewhere)) {
        if (file.extension() != ".db") continue;
        require(store / "people" / "people.db", "every contact and consent");
        require(store / "evidence" / "campaigns.db", "the numbers of all campaigns");
        break;
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
            lines.push_back(
                policy::to_line({config.file, controller.line,
                                 fmt::format("warning: nothing of controller `{}` is tracked: {}",
                                             controller.name, text)}));
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
    check_lost_files(state_dir, findings);
    check_store(state_dir / "store", findings);
    return std::move(findings.findings);
}

}  // namespace candor::cli
