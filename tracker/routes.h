// What each address of the tracker answers: Request -> Response, with all else behind ports.
// Holds the two rules of a click: the answer never depends on who clicked or on what the store
// says, and a person is named in an event only if that is still allowed at the time of the click.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "policy/tokens/token.h"
#include "tracker/bursts.h"
#include "tracker/http_request.h"
#include "tracker/http_response.h"
#include "tracker/opt_out_routes.h"
#include "tracker/ports.h"
#include "tracker/verdict.h"

namespace candor::tracker {

/// Whether a client asks faster than anybody clicks. A redirect and an opt-out page never depend
/// on it: the click is then counted as a machine's, without a row of its own.
enum class Pace : std::uint8_t { Usual, BeyondRate };

/// Safe to call from any thread.
class Routes {
  public:
    Routes(Settings settings, const Ports& ports);

    /// Never fails: a store that does not answer costs an event its person, and a POST a 503.
    /// BeyondRate: what is neither a link, an opt-out nor /healthz is a 429.
    [[nodiscard]] Response answer(const Request& request, Pace pace = Pace::Usual);
    void reload(Settings settings);
    /// From now on /healthz is a 503, so that a balancer turns away from us; all else is answered.
    void drain() { draining_ = true; }
    /// About once a second: wipes what is remembered of moments that are over.
    void forget();

  private:
    [[nodiscard]] Response click(const Request& request, std::string_view token, Pace pace);
    [[nodiscard]] Response image(const Request& request, std::string_view token, Pace pace);
    void warn_of_missing_key(const Error& error, policy::Instant now);
    [[nodiscard]] policy::Event event_of(policy::EventKind kind, const policy::OpenedToken& opened,
                                         const Request& request, Pace pace, policy::Instant now);
    [[nodiscard]] Judgement judgement_of(const policy::OpenedToken& opened,
                                         const policy::Event& event, const Request& request);
    [[nodiscard]] bool meets_honeypot(const policy::OpenedToken& opened, const policy::Event& event,
                                      const Request& request, Bursts::Time moment);
    [[nodiscard]] bool may_be_named(const policy::IndividualLink& link, policy::EventKind kind,
                                    policy::Instant now);
    [[nodiscard]] Response unknown_link(const Request& request) const;
    [[nodiscard]] std::shared_ptr<const Settings> settings() const;

    Ports ports_;
    OptOutRoutes opt_outs_;
    Bursts bursts_;
    RareWarning store_warning_;
    RareWarning key_warning_;
    std::atomic<bool> draining_{false};

    mutable std::mutex mutex_;  // guards settings_
    std::shared_ptr<const Settings> settings_;
};

/// Whether this may stand in Location: http or https, a host, and only visible ASCII.
[[nodiscard]] bool is_safe_location(std::string_view destination);

}  // namespace candor::tracker
