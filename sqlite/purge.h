// Retention: event files whose class has ended are unlinked, whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "policy/clock.h"
#include "policy/keys.h"
#include "policy/result.h"

namespace candor::sqlite {

/// What the name of an event file says.
struct EventFileName {
    policy::Day sent_on = 0;
    policy::RetentionClass retention = 0;
    auto operator<=>(const EventFileName&) const = default;
};
/// `YYYYMMDD-CLASS.db`, and back.
[[nodiscard]] std::string to_file_name(const EventFileName& name);
[[nodiscard]] std::optional<EventFileName> event_file_name(std::string_view file_name);

/// Unlinks every event file that must be gone on `today`, with -wal and -shm. The caller is the
/// writer of `directory` and has closed its connections to them. Returns how many there were.
/// Errors: Unavailable.
[[nodiscard]] Result<std::size_t> retire_event_files(const std::filesystem::path& directory,
                                                     policy::Day today);

}  // namespace candor::sqlite
