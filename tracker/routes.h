// What each address of the tracker answers: Request -> Response, with all else behind ports.
// Holds the two rules of a click: the answer never depends on who clicked or on what the store
// says, and a person is named in an event only if that is still allowed at the time of the click.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "policy/clock.h"
#include "policy/config.h"
#include "policy/journal.h"
#include "policy/keys.h"
#include "policy/store.h"
#include "tracker/event_queue.h"
#include "tracker/http.h"
#include "tracker/pages.h"

namespace candor::tracker {

/// All are borrowed and must outlive the Routes; all are safe to call from any thread.
struct Ports {
    policy::Store& store;
    const policy::KeySource& keys;
    const policy::Clock& clock;
    policy::Journal& journal;
    EventSink& events;
};

/// Safe to call from any thread.
class Routes {
  public:
    Routes(std::shared_ptr<const policy::Config> config, const Ports& ports);

    /// Never fails: a store that does not answer costs an event its person, and a POST a 503.
    [[nodiscard]] Response answer(const Request& request);
    void reload(std::shared_ptr<const policy::Config> config);

  private:
    [[nodiscard]] Response click(const Request& request, std::string_view token);
    [[nodiscard]] Response opt_out(const Request& request, std::string_view token);
    [[nodiscard]] Response record_opt_out(const Request& request, const policy::OptOutLink& link,
                                          const Sender& sender, policy::OptOutScope scope,
                                          policy::OptOutSource source);
    [[nodiscard]] policy::Event event_of(const policy::OpenedToken& opened, const Request& request,
                                         policy::Instant now);
    [[nodiscard]] bool may_be_named(const policy::IndividualLink& link, policy::Instant now);
    [[nodiscard]] Sender sender_of(policy::ControllerNumber controller) const;

    /// A line per click would drown the log during an outage.
    struct Throttle {
        std::atomic<std::int64_t> quiet_until{0};  ///< seconds since 1970
    };
    void warn(Throttle& throttle, std::string_view event, std::string_view message,
              policy::Instant now);

    Ports ports_;
    Throttle store_warning_;
    Throttle key_warning_;
    [[nodiscard]] std::shared_ptr<const policy::Config> config() const;
    /// Whether a configured controller has no link key at all: its tokens cannot be told from
    /// noise.
    [[nodiscard]] bool lacks_link_keys(const policy::KeyRing& ring) const;

    mutable std::mutex mutex_;  // guards config_
    std::shared_ptr<const policy::Config> config_;
};

/// Whether this may stand in Location: http or https, a host, and only visible ASCII.
[[nodiscard]] bool is_safe_location(std::string_view destination);

}  // namespace candor::tracker
