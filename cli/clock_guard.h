// Whether the clock may be believed: asked before anything is made for coming days or destroyed on
// schedule. A clock that is wrong for a minute must not cost what nobody can bring back.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "cli/key_files.h"
#include "policy/clock.h"
#include "policy/result.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

/// What is on record of times at which the clock was believed.
struct ClockRecords {
    /// What was destroyed on schedule, and the word of an operator. Not the test of the opt-out
    /// page nor decisions: they go by any clock, and would vouch for the wrong one.
    std::vector<policy::Instant> moments;
    /// Of the daily keys for days before today; those of later days may be of a wrong clock.
    std::optional<policy::Day> newest_key;
};

/// From what is on record, the last day that has a daily key included; after a longer pause an
/// operator has to say that the clock is right.
inline constexpr std::chrono::days longest_pause{3};
/// Behind what is on record: of so many days no key has been destroyed. A clock that has been ahead
/// and was believed comes back within it.
inline constexpr std::chrono::days behind_at_most{policy::retention_class_days[1]};

/// Errors: Unavailable (`now` lies too far from all that is on record; the message says what to
/// do). Where nothing is on record any clock is believed.
[[nodiscard]] Result<void> believe_clock(const ClockRecords& records, policy::Instant now);

/// The same for the state of `files`. What cannot be read says nothing; errors: those of the keys.
[[nodiscard]] Result<void> believe_clock(const std::filesystem::path& state_dir,
                                         const KeyFiles& files, policy::Instant now);

/// An operator says that `now` is right: both daemons go on. Errors: Unavailable.
[[nodiscard]] Result<void> confirm_clock(const std::filesystem::path& state_dir,
                                         policy::Instant now);

}  // namespace candor::cli
