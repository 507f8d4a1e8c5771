// Wires the parts of the tracker; see tracker.h.
#include "tracker/tracker.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "tracker/event_queue.h"
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
            .on_warning = [&journal](std::string_view text) { journal.warning("http", text); }};
}

}  // namespace

// In this order: the server ends before the routes it calls, the routes before their queue.
struct Tracker::Parts {
    Parts(Settings settings, policy::Store& store, const policy::KeySource& keys,
          const policy::Clock& clock, policy::Journal& the_journal)
        : journal(the_journal),
          config(settings.config),
          drain(config->tracker.drain),
          self_test(store, keys, clock, the_journal),
          limiter({.per_second = config->tracker.rate_per_second,
                   .burst = config->tracker.rate_burst,
                   .exempt = config->tracker.rate_exempt}),
          queue(store, the_journal),
          routes(std::move(settings), {store, keys, clock, the_journal, queue}) {}

    policy::Journal& journal;
    std::shared_ptr<const policy::Config> config;  // of the thread that calls reload() and tend()
    std::chrono::milliseconds drain;
    SelfTest self_test;
    RateLimiter limiter;
    EventQueue queue;
    Routes routes;
    std::unique_ptr<Server> server;
};

Result<std::unique_ptr<Tracker>> Tracker::open(Settings settings, policy::Store& store,
                                               const policy::KeySource& keys,
                                               const policy::Clock& clock, policy::Journal& journal,
                                               std::vector<int> inherited) {
    const ServerOptions options = options_of(settings, std::move(inherited), journal);
    auto parts = std::make_unique<Parts>(std::move(settings), store, keys, clock, journal);
    auto server = Server::open(options, [&parts = *parts](const Request& request) {
        const auto now = std::chrono::steady_clock::now();
        const bool is_usual = parts.limiter.admits(request.client, now);
        return parts.routes.answer(request, is_usual ? Pace::Usual : Pace::BeyondRate);
    });
    if (!server) return fail(server.error());
    parts->server = std::move(*server);
    return std::unique_ptr<Tracker>(new Tracker(std::move(parts)));
}

Tracker::Tracker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Tracker::~Tracker() {
    stop();
}

void Tracker::start() {
    parts_->server->start();
    parts_->journal.started("tracker", listening_on());
}

void Tracker::run() {
    start();
    parts_->server->run();
}

void Tracker::stop() {
    parts_->server->stop();
    parts_->queue.stop(std::max(parts_->drain, least_flush));
}

void Tracker::reload(Settings settings) {
    parts_->config = settings.config;
    parts_->server->use_certificates(settings.certificates);
    parts_->routes.reload(std::move(settings));
}

void Tracker::tend() {
    parts_->self_test.run_due(*parts_->config, parts_->server->place());
}

std::uint16_t Tracker::port() const {
    return parts_->server->place().port;
}
const std::string& Tracker::listening_on() const {
    return parts_->server->listening_on();
}

}  // namespace candor::tracker
