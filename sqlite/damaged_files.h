// Event files that are damaged: told from those that merely cannot be opened now, and set aside, so
// that one bad day does not stop the record of all others. Retention destroys them in time.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/result.h"
#include "policy/tokens/day_class_name.h"

namespace candor::sqlite {

/// Whether SQLite itself finds it damaged, or its owner is another user who does not share it.
/// Reads the whole file.
[[nodiscard]] bool is_damaged(const std::filesystem::path& file);

/// Renames `YYYYMMDD-CLASS.db`, with -wal and -shm, to `YYYYMMDD-CLASS.damaged.N.db`. Nobody has it
/// open. The new name. Errors: Unavailable.
[[nodiscard]] Result<std::filesystem::path> set_aside(const std::filesystem::path& file);

/// `YYYYMMDD-CLASS.damaged.N.db` -> what it names; nothing for a file of another name.
[[nodiscard]] std::optional<policy::DayClass> damaged_event_file_of(std::string_view file_name);

/// Those in `directory`, or only of one day and class. Errors: Unavailable.
[[nodiscard]] Result<std::vector<std::filesystem::path>> damaged_event_files(
    const std::filesystem::path& directory, const std::optional<policy::DayClass>& of = {});

}  // namespace candor::sqlite
