// Retention: event files whose class has ended are unlinked, whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "policy/clock.h"
#include "policy/result.h"
#include "policy/tokens/day_class_name.h"

namespace candor::sqlite {

/// `YYYYMMDD-CLASS.db` -> what it names; nothing for a file of another name.
[[nodiscard]] std::optional<policy::DayClass> event_file_of(std::string_view file_name);

/// Unlinks a database file with -wal and -shm. Nobody has it open for writing. Errors: Unavailable.
[[nodiscard]] Result<void> unlink_database(const std::filesystem::path& file);

/// Unlinks every event file that must be gone on `today`, with -wal and -shm. The caller is the
/// writer of `directory` and has closed its connections to them. Returns how many there were.
/// Errors: Unavailable.
[[nodiscard]] Result<std::size_t> retire_event_files(const std::filesystem::path& directory,
                                                     policy::Day today);

}  // namespace candor::sqlite
