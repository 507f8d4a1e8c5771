// Time as the policy sees it: whole seconds of UTC, and a port that tells what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace candor::policy {

using Instant = std::chrono::sys_seconds;

/// Days since 1970-01-01 UTC; daily keys and event files are named by it.
using Day = std::int32_t;

[[nodiscard]] constexpr Day day_of(Instant instant) {
    return static_cast<Day>(
        std::chrono::floor<std::chrono::days>(instant).time_since_epoch().count());
}
[[nodiscard]] constexpr Instant start_of(Day day) {
    return Instant{std::chrono::seconds{std::int64_t{day} * 86400}};
}

/// Port: what time it is. Safe to call from any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

}  // namespace candor::policy
