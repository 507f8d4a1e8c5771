// The records lie where the daemons put them anyway: duties in optouts.db, daily keys by their
// names. Only an operator's word has a file of its own, STATE/clock.confirmed.
#include "cli/clock_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

#include "policy/decision/duties.h"
#include "policy/law/page_text.h"
#include "sqlite/database.h"
#include "sqlite/opt_out_rows.h"

namespace candor::cli {
namespace {

namespace fs = std::filesystem;

fs::path confirmation_in(const fs::path& state_dir) {
    return state_dir / "clock.confirmed";
}

void add_duties(const fs::path& state_dir, const KeyFiles& files, ClockRecords& records) {
    const fs::path file = state_dir / "store" / "optouts" / "optouts.db";
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return;
    auto database = sqlite::Database::open(file, sqlite::Access::Read);
    if (!database) return;
    for (const KeyFolder& folder : files.folders()) {
        const auto duties = sqlite::read_duties(*database, folder.controller());
        if (!duties) return;
        for (const auto& moment : {duties->events_purged_at, duties->keys_shredded_at}) {
            if (moment) records.moments.push_back(*moment);
        }
    }
}

void add_confirmation(const fs::path& state_dir, ClockRecords& records) {
    std::ifstream file(confirmation_in(state_dir));
    std::int64_t seconds = 0;
    if (file >> seconds) records.moments.emplace_back(std::chrono::seconds{seconds});
}

Result<void> add_keys(const KeyFiles& files, policy::Day today, ClockRecords& records) {
    for (const KeyFolder& folder : files.folders()) {
        const auto keys = folder.daily_keys();
        if (!keys) return fail(keys.error());
        for (const auto& name : *keys) {
            if (name.day < today) records.newest_key = std::max(records.newest_key, {name.day});
        }
    }
    return {};
}

tl::unexpected<Error> jumped(policy::Instant now, policy::Instant record) {
    return fail(Fault::Unavailable,
                fmt::format("clock: it says {}, far from {}, the last day on record: nothing is "
                            "made for coming days nor destroyed until the clock is set, or "
                            "`candor keys shred --expired --force` says that it is right",
                            policy::date_of(now), policy::date_of(record)));
}

}  // namespace

Result<void> believe_clock(const ClockRecords& records, policy::Instant now) {
    std::optional<policy::Instant> last;  // that does not lie too far ahead
    for (const policy::Instant moment : records.moments) {
        if (moment <= now + behind_at_most) last = std::max(last, {moment});
    }
    // While the clock is behind, keys that were destroyed would be made a second time, and links of
    // those days would open as links of somebody else. Keys tell nothing of it: there are some of
    // nearly every day.
    if (!last && !records.moments.empty()) {
        return jumped(now, std::ranges::min(records.moments));
    }
    if (records.newest_key) last = std::max(last, {policy::start_of(*records.newest_key + 1)});
    if (last && now - *last >= longest_pause) return jumped(now, *last);
    return {};
}

Result<void> believe_clock(const fs::path& state_dir, const KeyFiles& files, policy::Instant now) {
    ClockRecords records;
    if (auto added = add_keys(files, policy::day_of(now), records); !added) return added;
    add_duties(state_dir, files, records);
    add_confirmation(state_dir, records);
    return believe_clock(records, now);
}

Result<void> confirm_clock(const fs::path& state_dir, policy::Instant now) {
    std::ofstream file(confirmation_in(state_dir), std::ios::trunc);
    file << now.time_since_epoch().count() << '\n';
    file.close();
    if (!file) {
        return fail(Fault::Unavailable,
                    fmt::format("clock: cannot write {}", confirmation_in(state_dir).string()));
    }
    std::error_code ignored;  // the daemons share its group; who cannot read it goes on waiting
    fs::permissions(confirmation_in(state_dir), fs::perms{0660}, ignored);
    return {};
}

}  // namespace candor::cli
