// Names, order and times of one controller's keys. Files themselves are `key_file`.
#include "cli/key_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

#include "cli/key_file.h"

namespace candor::cli {
namespace {

constexpr policy::Day days_ahead = 2;
constexpr std::string_view key_ending = ".key", marker_ending = ".shredded";

/// What `read` makes of the names in `directory`, sorted. One that is not there holds none.
template <class Read>
auto names_in(const std::filesystem::path& directory, Read&& read)
    -> Result<std::vector<typename decltype(read(std::string{}))::value_type>> {
    std::vector<typename decltype(read(std::string{}))::value_type> found;
    if (!is_there(directory)) return found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (const auto name = read(entry->path().filename().string())) found.push_back(*name);
    }
    if (error) return key_unavailable("listing", directory, error.value());
    std::ranges::sort(found);
    return found;
}

/// A controller's number as this program writes it: another spelling is another folder.
std::optional<policy::ControllerNumber> controller_number(const std::string& name) {
    policy::ControllerNumber number = 0;
    const char* end = name.data() + name.size();
    const auto [stop, fault] = std::from_chars(name.data(), end, number);
    if (fault != std::errc{} || stop != end || name != std::to_string(number)) return {};
    return number;
}

/// `link-NNN.key` -> NNN.
std::optional<std::uint8_t> link_key_id(const std::string& name) {
    if (name.size() != 12 || !name.starts_with("link-") || !name.ends_with(".key")) return {};
    unsigned id = 0;
    const auto [stop, fault] = std::from_chars(name.data() + 5, name.data() + 8, id);
    if (fault != std::errc{} || stop != name.data() + 8 || id < 1 || id > 255) return {};
    return static_cast<std::uint8_t>(id);
}

auto named_with(std::string_view ending) {
    return [ending](const std::string& name) -> std::optional<policy::DayClass> {
        if (!name.ends_with(ending)) return std::nullopt;
        return policy::day_class_from(name.substr(0, name.size() - ending.size()));
    };
}

bool has(const std::vector<policy::DayClass>& sorted, const policy::DayClass& name) {
    return std::ranges::binary_search(sorted, name);
}

bool has_ended(const policy::DayClass& name, policy::Day today) {
    return policy::last_day_of(name.day, name.retention) < today;
}

}  // namespace

Result<std::vector<policy::ControllerNumber>> numbered_folders(
    const std::filesystem::path& directory) {
    return names_in(directory, controller_number);
}

std::filesystem::path KeyFolder::link_file(std::uint8_t id) const {
    return directory_ / fmt::format("link-{:03}.key", id);
}

std::filesystem::path KeyFolder::daily_file(const policy::DayClass& name,
                                            std::string_view ending) const {
    return daily_directory() / (policy::to_name(name) + std::string(ending));
}

Result<std::vector<std::uint8_t>> KeyFolder::link_keys() const {
    return names_in(directory_, link_key_id);
}
Result<std::vector<policy::DayClass>> KeyFolder::daily_keys() const {
    return names_in(daily_directory(), named_with(key_ending));
}
Result<std::vector<policy::DayClass>> KeyFolder::shredded() const {
    return names_in(daily_directory(), named_with(marker_ending));
}

Result<std::vector<policy::DayClass>> KeyFolder::usable_daily_keys() const {
    auto daily = daily_keys();
    if (!daily) return daily;
    // Listed last: a marker is made before its key goes, and removed after it.
    const auto gone = shredded();
    if (!gone) return fail(gone.error());
    std::erase_if(*daily, [&](const policy::DayClass& name) { return has(*gone, name); });
    return daily;
}

Result<void> KeyFolder::add_links_to(policy::KeyRing& ring) const {
    const auto links = link_keys();
    if (!links) return fail(links.error());
    for (const std::uint8_t id : *links) {
        const auto key = read_key<policy::LinkKey>(link_file(id));
        if (!key) return fail(key.error());
        ring.add_link_key(controller_, id, *key);
    }
    return {};
}

Result<void> KeyFolder::add_daily_to(policy::KeyRing& ring) const {
    const auto daily = usable_daily_keys();
    if (!daily) return fail(daily.error());
    for (const auto& name : *daily) {
        const auto key = read_key<policy::DailyKey>(daily_file(name, key_ending));
        // Destroyed since the listing.
        if (!key && key.error().fault == Fault::Missing) continue;
        if (!key) return fail(key.error());
        ring.add_daily_key({controller_, name.day, name.retention}, *key);
    }
    return {};
}

Result<void> KeyFolder::make_missing() const {
    if (auto made = make_key_directory(directory_); !made) return made;
    if (auto made = make_key_directory(daily_directory()); !made) return made;
    const auto links = link_keys();
    if (!links) return fail(links.error());
    if (!links->empty()) return {};
    const auto lost = has_lost_links();
    if (!lost) return fail(lost.error());
    if (*lost) return lost_key(first_link());
    auto made = make_key(first_link(), sizeof(policy::LinkKey));
    if (!made) return fail(made.error());
    return {};
}

Result<bool> KeyFolder::has_lost_links() const {
    const auto daily = daily_keys();
    if (!daily) return fail(daily.error());
    // Looked for last: a process that starts makes it, and daily keys after it.
    const auto links = link_keys();
    if (!links) return fail(links.error());
    return !daily->empty() && links->empty();
}

Result<std::uint8_t> KeyFolder::rotate() const {
    const auto links = link_keys();
    if (!links) return fail(links.error());
    if (links->empty()) {
        return fail(Fault::Missing,
                    fmt::format("keys: {} holds no link key; the milter makes the first at its "
                                "start",
                                directory_.string()));
    }
    if (links->back() == std::numeric_limits<std::uint8_t>::max()) {
        return fail(
            Fault::OverLimit,
            fmt::format("keys: {} holds link key 255, the last there can be", directory_.string()));
    }
    const auto id = static_cast<std::uint8_t>(links->back() + 1);
    const auto made = make_key(link_file(id), sizeof(policy::LinkKey));
    if (!made) return fail(made.error());
    if (!*made) return fail(Fault::Unavailable, "keys: another process rotates at this moment");
    return id;
}

Result<void> KeyFolder::ensure_daily(policy::Day today, Daily& daily) const {
    if (auto made = make_key_directory(directory_); !made) return made;
    if (auto made = make_key_directory(daily_directory()); !made) return made;
    const auto there = daily_keys();
    if (!there) return fail(there.error());
    const auto gone = shredded();
    if (!gone) return fail(gone.error());
    for (std::size_t number = 1; number < policy::retention_class_days.size(); ++number) {
        const auto k = static_cast<policy::RetentionClass>(number);
        // One of a day far ahead is of a clock that was wrong, and says nothing of those in
        // between.
        policy::Day newest = std::numeric_limits<policy::Day>::min();
        for (const auto& name : *there) {
            if (name.retention != k || name.day > today + days_ahead) continue;
            newest = std::max(newest, name.day);
        }
        // Ascending: another process that does the same at once sees no gap below the newest.
        for (policy::Day day = today; day <= today + days_ahead; ++day) {
            const policy::DayClass name{day, k};
            if (has(*gone, name)) continue;
            if (day <= newest) {
                daily.lost += has(*there, name) ? 0 : 1;
                continue;
            }
            const auto made = make_key(daily_file(name, key_ending), sizeof(policy::DailyKey));
            if (!made) return fail(made.error());
            daily.made += *made ? 1 : 0;
        }
    }
    return {};
}

Result<int> KeyFolder::destroy_expired(policy::Day today) const {
    const auto there = daily_keys();
    if (!there) return fail(there.error());
    const auto gone = shredded();
    if (!gone) return fail(gone.error());
    int destroyed = 0;
    for (const auto& name : *there) {
        if (!has(*gone, name) && !has_ended(name, today)) continue;
        if (auto done = destroy_key(daily_file(name, key_ending)); !done) return fail(done.error());
        ++destroyed;
    }
    if (destroyed > 0) {
        if (auto done = sync_directory(daily_directory()); !done) return fail(done.error());
    }
    // Markers last: while one stands, its key does not come back.
    for (const auto& name : *gone) {
        if (!has_ended(name, today)) continue;
        std::error_code error;
        std::filesystem::remove(daily_file(name, marker_ending), error);
        if (error)
            return key_unavailable("removing", daily_file(name, marker_ending), error.value());
    }
    return destroyed;
}

Result<bool> KeyFolder::shred(const policy::DayClass& name, bool ended) const {
    const auto key = daily_file(name, key_ending);
    const bool there = is_there(key);
    // The marker first: whatever happens in between, the key is not used nor made again.
    if (!ended && is_there(daily_directory())) {
        if (auto made = make_marker(daily_file(name, marker_ending)); !made) {
            return fail(made.error());
        }
    }
    if (!there) return false;
    if (auto done = destroy_key(key); !done) return fail(done.error());
    if (auto done = sync_directory(daily_directory()); !done) return fail(done.error());
    return true;
}

}  // namespace candor::cli
