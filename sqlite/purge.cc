// Unlinking a file takes a tenth of a millisecond and leaves nothing behind; deleting its rows
// would hold up commits for a second and leave their bytes in free pages.
#include "sqlite/purge.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <system_error>
#include <vector>

namespace candor::sqlite {
namespace {

constexpr std::string_view suffix = ".db";

}  // namespace

std::string to_file_name(const EventFileName& name) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{name.sent_on}}};
    return fmt::format("{:04}{:02}{:02}-{}{}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       static_cast<int>(name.retention), suffix);
}

std::optional<EventFileName> event_file_name(std::string_view file_name) {
    if (!file_name.ends_with(suffix)) return std::nullopt;
    const std::string_view stem = file_name.substr(0, file_name.size() - suffix.size());
    unsigned date = 0, retention = 0;
    const char* end = stem.data() + stem.size();
    const auto [dash, fault] = std::from_chars(stem.data(), end, date);
    if (fault != std::errc{} || dash != stem.data() + 8 || dash == end || *dash != '-') {
        return std::nullopt;
    }
    const auto [stop, class_fault] = std::from_chars(dash + 1, end, retention);
    if (class_fault != std::errc{} || stop != end || retention < 1 || retention > 15) {
        return std::nullopt;
    }
    const std::chrono::year_month_day ymd{std::chrono::year{static_cast<int>(date / 10000)},
                                          std::chrono::month{date / 100 % 100},
                                          std::chrono::day{date % 100}};
    if (!ymd.ok()) return std::nullopt;
    return EventFileName{
        static_cast<policy::Day>(std::chrono::sys_days{ymd}.time_since_epoch().count()),
        static_cast<policy::RetentionClass>(retention)};
}

Result<std::size_t> retire_event_files(const std::filesystem::path& directory, policy::Day today) {
    std::error_code error;
    std::vector<std::filesystem::path> ended;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = event_file_name(entry->path().filename().string());
        if (name && policy::last_day_of(name->sent_on, name->retention) < today) {
            ended.push_back(entry->path());
        }
    }
    if (error) {
        return fail(Fault::Unavailable,
                    fmt::format("store: cannot list {}: {}", directory.string(), error.message()));
    }
    for (const auto& file : ended) {
        // The WAL first: were it left alone, its rows would outlive their file.
        for (const char* part : {"-wal", "-shm", ""}) {
            std::filesystem::remove(file.string() + part, error);
            if (error) {
                return fail(Fault::Unavailable, fmt::format("store: cannot remove {}: {}",
                                                            file.string(), error.message()));
            }
        }
    }
    return ended.size();
}

}  // namespace candor::sqlite
