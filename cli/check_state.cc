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
#include "cli/check_keys.h"
#include "policy/decision/duties.h"
#include "sqlite/damaged_files.h"
#include "sqlite/database.h"
#include "sqlite/migrations.h"
#include "sqlite/opt_out_rows.h"
#include "sqlite/store.h"

namespace candor::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t store_too_open = 0006;  // others reading or writing

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

void check_waiting(const fs::path& waiting, Findings& findings) {
    const fs::path unreadable = waiting / sqlite::unreadable_lines_name;
    struct stat known {};
    for (const fs::path& file : {waiting / "optouts.journal", unreadable}) {
        if (look_at(file, known, findings) && (known.st_mode & store_too_open) != 0) {
            findings.fault(file, "others can read or write it: chmod 0660");
        }
    }
    if (look_at(unreadable, known, findings) && known.st_size > 0) {
        findings.fault(unreadable,
                       "holds lines of the journal of opt-outs that nobody could read: say again "
                       "whom they name (candor optout import), then remove it");
    }
}

void check_store(const fs::path& store, Findings& findings) {
    using sqlite::FileKind;
    check_database(store / "people" / "people.db", FileKind::People, findings);
    check_database(store / "evidence" / "campaigns.db", FileKind::Campaigns, findings);
    check_database(store / "optouts" / "optouts.db", FileKind::OptOuts, findings);
    check_database(store / "totals" / "totals.db", FileKind::Totals, findings);
    for (const fs::path& file : entries_of(store / "events", findings)) {
        if (sqlite::damaged_event_file_of(file.filename().string())) {
            findings.fault(file,
                           "was damaged and set aside: clicks of that day are in no list but "
                           "counted; it goes when its class ends, or remove it");
        } else if (file.extension() == ".db") {
            check_database(file, FileKind::Events, findings);
        }
    }
    for (const fs::path& file : entries_of(store / "decisions", findings)) {
        if (file.extension() == ".db") check_database(file, FileKind::Decisions, findings);
    }
    check_waiting(store / "waiting", findings);
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
