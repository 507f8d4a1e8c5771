// What the daemons must do again and again for tracking to be lawful, and when it was last done:
// the opt-out page tested, clicks, keys and decisions past their retention destroyed. Values only;
// the store keeps them, the daemons do them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "policy/clock.h"

namespace candor::policy {

/// The numbers are those of the table `duties`.
enum class Duty : std::uint8_t {
    TestOptOut = 1,   ///< of the tracker: its own opt-out page, over HTTP, for one controller
    PurgeEvents = 2,  ///< of the tracker: event files past their retention are gone
    ShredKeys = 3     ///< of the milter: keys and decisions past their retention are gone
};

inline constexpr std::array all_duties{Duty::TestOptOut, Duty::PurgeEvents, Duty::ShredKeys};

/// When each was last done with success; nothing = never.
struct Duties {
    std::optional<Instant> opt_out_tested_at;
    std::optional<Instant> events_purged_at;
    std::optional<Instant> keys_shredded_at;
    bool operator==(const Duties&) const = default;

    [[nodiscard]] std::optional<Instant>& at(Duty duty);
};

/// How often a daemon does each of them.
inline constexpr std::chrono::hours duty_every{1};
/// How long one success counts (notes on the pack: P9 within 24 hours, P11 within 48).
inline constexpr std::chrono::hours opt_out_test_counts{24};
inline constexpr std::chrono::hours purge_counts{48};

/// Whether what was done at `done_at` counts `now`, for so long after it. A record of the future
/// says that a clock was wrong, not that it is done.
[[nodiscard]] bool counts(const std::optional<Instant>& done_at, Instant now,
                          std::chrono::hours for_long);

[[nodiscard]] bool opt_out_tested(const Duties& duties, Instant now);
/// Both purges: clicks without their keys, or keys without their clicks, still name people.
[[nodiscard]] bool purge_on_time(const Duties& duties, Instant now);

/// For trying a message where no daemon ever ran: a duty that was never recorded counts as done
/// `now`; one that is overdue stays so. Whether there was one.
[[nodiscard]] bool assume_unrecorded(Duties& duties, Instant now);

}  // namespace candor::policy
