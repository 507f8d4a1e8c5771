// The server as one thing: workers on the sockets of a listener. What they do is worker.cc.
#include "tracker/server.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tracker/worker.h"

namespace candor::tracker {
namespace {

// While one is held up by a disk, the other finds that out and takes another way.
constexpr std::size_t changing_threads = 2;

}  // namespace

struct Server::State {
    State(const ServerOptions& options, Handler handler, Listener its_listener)
        : serving(options, std::move(handler)), listener(std::move(its_listener)) {}

    Serving serving;
    Listener listener;
    std::vector<std::unique_ptr<Worker>> workers;
    std::mutex mutex;  // guards threads
    std::vector<std::thread> threads;
};

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, Handler handler) {
    const int workers = std::max(options.threads, 1);
    auto listener = options.inherited.empty() ? Listener::open(options.listen, workers)
                                              : Listener::inherit(options.inherited, workers);
    if (!listener) return fail(listener.error());

    auto state = std::make_unique<State>(options, std::move(handler), *std::move(listener));
    for (int i = 0; i < workers; ++i) {
        state->workers.push_back(std::make_unique<Worker>(state->serving, state->listener.take()));
    }
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
    stop();
}

Place Server::place() const {
    const ServerOptions& options = state_->serving.options;
    Place place = state_->listener.place();
    // A host that speaks to an address of its own comes from that address.
    const auto address = ClientAddress::parse(place.address);
    const bool is_trusted = !address || options.trusted_proxies.contains(*address);
    place.wants_proxy_header = options.proxy_protocol && is_trusted;
    place.wants_tls = address && state_->serving.certificates.load() != nullptr;
    return place;
}

const std::string& Server::listening_on() const {
    return state_->listener.name();
}

Server::Connections Server::connections() const {
    const int open = state_->serving.open_connections;
    return {static_cast<std::uint64_t>(std::max(open, 0)), state_->serving.accepted_connections};
}

void Server::use_certificates(std::shared_ptr<const Certificates> certificates) {
    state_->serving.certificates = std::move(certificates);
}

void Server::start() {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->threads.empty() || state_->serving.draining) return;
    state_->serving.changing.emplace(changing_threads);
    for (const auto& worker : state_->workers) {
        state_->threads.emplace_back([&worker = *worker] { worker.run(); });
    }
}

void Server::run() {
    start();
    join();
}

void Server::stop() {
    if (!state_->serving.draining.exchange(true)) {
        for (const auto& worker : state_->workers) worker->drain();
    }
    join();
}

/// Several callers may wait at once; the first one joins.
void Server::join() {
    const std::scoped_lock lock(state_->mutex);
    for (std::thread& thread : state_->threads) {
        if (thread.joinable()) thread.join();
    }
}

}  // namespace candor::tracker
