// Wires the parts of the tracker; see tracker.h.
#include "tracker/tracker.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "tracker/descriptors.h"
#include "tracker/event_queue.h"
#include "tracker/held_events.h"
#include "tracker/metrics.h"
#include "tracker/rate_limiter.h"
#include "tracker/routes.h"
#include "tracker/self_test.h"
#include "tracker/server.h"

namespace candor::tracker {
namespace {

// Even `drain = 0` leaves a healthy store the time for its last commit.
constexpr std::chrono::milliseconds least_flush{1000};

ServerOptions options_of(const Settings& settings, std::vector<int> inherited,
                         policy::Journal& journal) {
    const policy::TrackerSettings& tracker = settings.config->tracker;
    return {.listen = tracker.listen,
            .inherited = std::move(inherited),
            .threads = tracker.threads,
            .max_connections = tracker.max_connections,
            .trusted_proxies = TrustedProxies(tracker.trusted_proxies),
            .proxy_protocol = tracker.proxy_protocol,
            .certificates = settings.certificates,
            .header_timeout = tracker.header_timeout,
            .idle_timeout = tracker.idle_timeout,
            .drain = tracker.drain,
            .on_warning = [&journal](std::string_view text) { journal.warning("http", text); },
            .before_answers = {}};
}

/// Beyond what the system allows nobody would be ended for one that comes: it would not be taken.
void limit_connections(ServerOptions& options, policy::Journal& journal) {
    const std::uint64_t descriptors = descriptor_limit();
    const int fitting = connections_within(descriptors, options.threads, options.max_connections);
    if (fitting < options.max_connections) {
        journal.warning("connections_limited",
                        fmt::format("{} open files are allowed: {} connections, not {}",
                                    descriptors, fitting, options.max_connections));
    }
    options.max_connections = fitting;
}

RateLimits rate_limits_of(const policy::TrackerSettings& settings) {
    return {.per_second = settings.rate_per_second,
            .burst = settings.rate_burst,
            .exempt = settings.rate_exempt};
}

}  // namespace

// In this order: the server ends before the routes it calls, the routes before their queue, the
// queue before its spool.
struct Tracker::Parts {
    Parts(Settings settings, std::filesystem::path spool_directory, policy::Store& the_store,
          const policy::KeySource& the_keys, const policy::Clock& clock,
          policy::Journal& the_journal)
        : store(the_store),
          keys(the_keys),
          journal(the_journal),
          started_at(clock.now()),
          config(settings.config),
          drain(settings.config->tracker.drain),
          self_test(store, keys, clock, journal),
          limiter(rate_limits_of(settings.config->tracker)),
          spool(std::move(spool_directory),
                spool_limits_of(settings.config->tracker.max_spool_bytes)),
          queue({store, spool, keys, clock, journal}),
          held_events(queue),
          counted_events(metrics, held_events),
          routes(std::move(settings), {store, keys, clock, journal, counted_events, &metrics}) {}

    [[nodiscard]] Response answer(const Request& request);
    [[nodiscard]] Response answer_admin(const Request& request) const;
    [[nodiscard]] Gauges gauges() const;

    policy::Store& store;
    const policy::KeySource& keys;
    policy::Journal& journal;
    const policy::Instant started_at;
    std::atomic<std::shared_ptr<const policy::Config>> config;
    const std::chrono::milliseconds drain;
    SelfTest self_test;
    RateLimiter limiter;
    Metrics metrics;
    Spool spool;
    EventQueue queue;
    HeldEvents held_events;
    CountedEvents counted_events;
    Routes routes;
    std::unique_ptr<Server> server;
    std::unique_ptr<Server> admin;  // null where none is configured
};

Response Tracker::Parts::answer(const Request& request) {
    const auto began = std::chrono::steady_clock::now();
    const bool is_usual = limiter.admits(request.client, began);
    if (!is_usual) metrics.beyond_rate();
    Response response = routes.answer(request, is_usual ? Pace::Usual : Pace::BeyondRate);
    if (!response.is_own_test) {
        metrics.answered(route_class_of(request.path), response.status,
                         std::chrono::steady_clock::now() - began);
    }
    return response;
}

Response Tracker::Parts::answer_admin(const Request& request) const {
    if (request.method != Method::Get) return refusal_of(405);
    if (request.path != "/metrics") return refusal_of(404);
    return {200,
            {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
            prometheus_text(metrics, gauges())};
}

Gauges Tracker::Parts::gauges() const {
    const auto connections = server->connections();
    Gauges gauges;
    gauges.connections_open = connections.open;
    gauges.connections_accepted = connections.accepted;
    gauges.events = queue.counts();
    gauges.started_at = started_at;
    gauges.store_answers = store.opt_outs_of(0, policy::nobody.prefix()).has_value();
    const auto ring = keys.ring();
    gauges.daily_keys = ring->daily_keys().size();
    std::map<policy::ControllerNumber, policy::Day> newest;
    for (const auto& [epoch, key] : ring->daily_keys()) {
        newest[epoch.controller] = std::max(newest[epoch.controller], epoch.day);
    }
    bool is_first = true;
    const auto configured = config.load();  // a reload meanwhile drops the tracker's own
    for (const policy::Controller& controller : configured->controllers) {
        const auto duties = store.duties_of(controller.number);
        const auto tested = duties ? duties->opt_out_tested_at : std::nullopt;
        const auto found = newest.find(controller.number);
        const auto day = found == newest.end() ? std::nullopt : std::optional(found->second);
        // Nothing is less than anything: a controller without a key or a test is the worst off.
        gauges.newest_daily_key = is_first ? day : std::min(gauges.newest_daily_key, day);
        gauges.opt_out_tested_at = is_first ? tested : std::min(gauges.opt_out_tested_at, tested);
        is_first = false;
    }
    return gauges;
}

Result<std::unique_ptr<Tracker>> Tracker::open(Settings settings,
                                               std::filesystem::path spool_directory,
                                               policy::Store& store, const policy::KeySource& keys,
                                               const policy::Clock& clock, policy::Journal& journal,
                                               std::vector<int> inherited) {
    const std::size_t skipped = settings.scanners->skipped_systems();
    if (skipped > 0) journal.scanner_systems_skipped(skipped);
    ServerOptions options = options_of(settings, std::move(inherited), journal);
    limit_connections(options, journal);
    ServerOptions admin_options;
    admin_options.listen = settings.config->tracker.admin_socket;
    admin_options.threads = 1;
    admin_options.max_connections = 64;
    admin_options.drain = std::chrono::milliseconds{0};
    auto parts = std::make_unique<Parts>(std::move(settings), std::move(spool_directory), store,
                                         keys, clock, journal);
    // A click is on disk before its answer leaves.
    options.before_answers = [&parts = *parts] { parts.held_events.hand_over(); };
    auto server = Server::open(
        options, [&parts = *parts](const Request& request) { return parts.answer(request); });
    if (!server) return fail(server.error());
    parts->server = std::move(*server);
    if (!admin_options.listen.empty()) {
        auto admin = Server::open(admin_options, [&parts = *parts](const Request& request) {
            return parts.answer_admin(request);
        });
        if (!admin) return fail(admin.error());
        parts->admin = std::move(*admin);
    }
    return std::unique_ptr<Tracker>(new Tracker(std::move(parts)));
}

Tracker::Tracker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Tracker::~Tracker() {
    stop();
}

void Tracker::start() {
    parts_->server->start();
    if (parts_->admin) parts_->admin->start();
    parts_->journal.started("tracker", listening_on());
}

void Tracker::run() {
    start();
    parts_->server->run();
}

void Tracker::stop() {
    parts_->routes.drain();
    parts_->server->stop();
    parts_->queue.stop(std::max(parts_->drain, least_flush));
    if (parts_->admin) parts_->admin->stop();
}

void Tracker::reload(Settings settings) {
    parts_->config = settings.config;
    parts_->server->use_certificates(settings.certificates);
    parts_->routes.reload(std::move(settings));
}

void Tracker::tend() {
    parts_->routes.forget();
    parts_->self_test.run_due(*parts_->config.load(), parts_->server->place());
}

std::uint16_t Tracker::port() const {
    return parts_->server->place().port;
}
const std::string& Tracker::listening_on() const {
    return parts_->server->listening_on();
}

}  // namespace candor::tracker
