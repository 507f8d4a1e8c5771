// Unlinking a file takes a tenth of a millisecond and leaves nothing behind; deleting its rows
// would hold up commits for a second and leave their bytes in free pages.
#include "sqlite/purge.h"

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <vector>

#include "sqlite/damaged_files.h"

namespace candor::sqlite {
namespace {

constexpr std::string_view suffix = ".db";

}  // namespace

std::optional<policy::DayClass> event_file_of(std::string_view file_name) {
    if (!file_name.ends_with(suffix)) return std::nullopt;
    return policy::day_class_from(file_name.substr(0, file_name.size() - suffix.size()));
}

Result<void> unlink_database(const std::filesystem::path& file) {
    // The WAL first: were it left alone, its rows would outlive their file.
    for (const char* part : {"-wal", "-shm", ""}) {
        std::error_code error;
        std::filesystem::remove(file.string() + part, error);
        if (!error) continue;
        return fail(Fault::Unavailable,
                    fmt::format("store: cannot remove {}: {}", file.string(), error.message()));
    }
    return {};
}

Result<std::size_t> retire_event_files(const std::filesystem::path& directory, policy::Day today) {
    std::error_code error;
    std::vector<std::filesystem::path> ended;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string file_name = entry->path().filename().string();
        auto name = event_file_of(file_name);
        if (!name) name = damaged_event_file_of(file_name);
        if (name && policy::last_day_of(name->day, name->retention) < today) {
            ended.push_back(entry->path());
        }
    }
    if (error) {
        return fail(Fault::Unavailable,
                    fmt::format("store: cannot list {}: {}", directory.string(), error.message()));
    }
    for (const auto& file : ended) {
        if (auto gone = unlink_database(file); !gone) return fail(gone.error());
    }
    return ended.size();
}

}  // namespace candor::sqlite
