// A warning at most once a minute: a line per request would drown the log during an outage.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "policy/clock.h"
#include "policy/journal.h"

namespace candor::tracker {

/// Safe to call from any thread.
class RareWarning {
  public:
    void warn(policy::Journal& journal, std::string_view event, std::string_view message,
              policy::Instant now) {
        const std::int64_t seconds = now.time_since_epoch().count();
        std::int64_t quiet_until = quiet_until_.load();
        if (seconds < quiet_until) return;
        // Of several threads only the one that sets the next time writes the line.
        if (quiet_until_.compare_exchange_strong(quiet_until, seconds + 60)) {
            journal.warning(event, message);
        }
    }

  private:
    std::atomic<std::int64_t> quiet_until_{0};  ///< seconds since 1970
};

}  // namespace candor::tracker
