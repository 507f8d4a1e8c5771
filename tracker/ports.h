// What the routes lean on: ports of `policy`, the event queue, and what a reload replaces.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "policy/clock.h"
#include "policy/config.h"
#include "policy/journal.h"
#include "policy/keys.h"
#include "policy/store.h"
#include "tracker/certificates.h"
#include "tracker/event_queue.h"
#include "tracker/metrics.h"
#include "tracker/theme.h"

namespace candor::tracker {

/// All are borrowed and must outlive the Routes; all are safe to call from any thread.
struct Ports {
    policy::Store& store;
    const policy::KeySource& keys;
    const policy::Clock& clock;
    policy::Journal& journal;
    EventSink& events;
    Metrics* metrics = nullptr;  ///< may be null
};

/// As read from the operator's files; config and theme are never null.
struct Settings {
    std::shared_ptr<const policy::Config> config;
    std::shared_ptr<const Theme> theme = Theme::shipped();
    std::shared_ptr<const Certificates> certificates = nullptr;  ///< null = no TLS of our own
};

/// A warning at most once a minute: a line per request would drown the log during an outage.
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
