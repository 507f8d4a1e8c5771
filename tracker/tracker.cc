// Wires the parts of the tracker; see tracker.h.
#include "tracker/tracker.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "tracker/event_queue.h"
#include "tracker/routes.h"
#include "tracker/self_test.h"
#include "tracker/server.h"

namespace candor::tracker {
namespace {

// Even `drain = 0` leaves a healthy store the time for its last commit.
constexpr std::chrono::milliseconds least_flush{1000};

ServerOptions options_of(const policy::TrackerSettings& settings, std::vector<int> inherited,
                         policy::Journal& journal) {
    return {.listen = settings.listen,
            .inherited = std::move(inherited),
            .threads = settings.threads,
            .max_connections = settings.max_connections,
            .trusted_proxies = TrustedProxies(settings.trusted_proxies),
            .proxy_protocol = settings.proxy_protocol,
            .header_timeout = settings.header_timeout,
            .idle_timeout = settings.idle_timeout,
            .drain = settings.drain,
            .on_warning = [&journal](std::string_view text) { journal.warning("http", text); }};
}

}  // namespace

// In this order: the server ends before the routes it calls, the routes before their queue, the
// queue before its spool.
struct Tracker::Parts {
    Parts(Settings settings, std::filesystem::path spool_directory, policy::Store& store,
          const policy::KeySource& keys, const policy::Clock& clock, policy::Journal& the_journal)
        : journal(the_journal),
          config(settings.config),
          drain(config->tracker.drain),
          self_test(store, keys, clock, the_journal),
          spool(std::move(spool_directory), {.max_bytes = config->tracker.max_spool_bytes}),
          queue({store, spool, keys, clock, the_journal}),
          routes(std::move(settings), {store, keys, clock, the_journal, queue}) {}

    policy::Journal& journal;
    std::shared_ptr<const policy::Config> config;  // of the thread that calls reload() and tend()
    std::chrono::milliseconds drain;
    SelfTest self_test;
    Spool spool;
    EventQueue queue;
    Routes routes;
    std::unique_ptr<Server> server;
};

Result<std::unique_ptr<Tracker>> Tracker::open(Settings settings,
                                               std::filesystem::path spool_directory,
                                               policy::Store& store, const policy::KeySource& keys,
                                               const policy::Clock& clock, policy::Journal& journal,
                                               std::vector<int> inherited) {
    const std::size_t skipped = settings.scanners->skipped_systems();
    if (skipped > 0) journal.scanner_systems_skipped(skipped);
    const ServerOptions options =
        options_of(settings.config->tracker, std::move(inherited), journal);
    auto parts = std::make_unique<Parts>(std::move(settings), std::move(spool_directory), store,
                                         keys, clock, journal);
    auto server = Server::open(options, [&routes = parts->routes](const Request& request) {
        return routes.answer(request);
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
    parts_->routes.reload(std::move(settings));
}

void Tracker::tend() {
    parts_->routes.forget();
    parts_->self_test.run_due(*parts_->config, parts_->server->place());
}

std::uint16_t Tracker::port() const {
    return parts_->server->place().port;
}
const std::string& Tracker::listening_on() const {
    return parts_->server->listening_on();
}

}  // namespace candor::tracker
