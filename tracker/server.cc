// Workers of the server: one thread, one io_context and one listening socket (SO_REUSEPORT) each,
// so that nothing is shared on the way of a request. One sweep timer per worker keeps all
// deadlines.
#include "tracker/server.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <ctime>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tracker/connection.h"

namespace candor::tracker {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<steady_clock, asio::wait_traits<steady_clock>, Executor>;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr milliseconds longest_sweep{250};
constexpr milliseconds shortest_sweep{5};
constexpr milliseconds drain_sweep{20};
// A client may just now be sending on a connection that looks idle.
constexpr milliseconds idle_grace{500};

std::string date_now() {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr)));
}

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};

std::optional<HostPort> host_port_of(std::string_view listen) {
    const std::size_t colon = listen.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = listen.substr(0, colon);
    const std::string_view digits = listen.substr(colon + 1);
    HostPort found;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), found.port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (host.empty() || (!bracketed && host.find(':') != std::string_view::npos)) {
        return std::nullopt;
    }
    found.host = host;
    return found;
}

Result<tcp::endpoint> endpoint_of(std::string_view listen) {
    const auto wanted = host_port_of(listen);
    if (!wanted) {
        return fail(Fault::Malformed,
                    fmt::format("tracker.listen = \"{}\" is not HOST:PORT", listen));
    }
    ErrorCode error;
    const auto address = asio::ip::make_address(wanted->host, error);
    if (!error) return tcp::endpoint(address, wanted->port);
    asio::io_context io;
    tcp::resolver resolver(io);
    const auto found = resolver.resolve(wanted->host, std::to_string(wanted->port), error);
    if (error || found.empty()) {
        return fail(Fault::Unavailable, fmt::format("tracker.listen: no address for \"{}\": {}",
                                                    wanted->host, error.message()));
    }
    return found.begin()->endpoint();
}

class Worker {
  public:
    Worker(const ServerOptions& options, const Handler& handler, const std::atomic<bool>& draining,
           std::atomic<int>& open_connections)
        : context_{options, handler, draining, open_connections, date_now()},
          io_(1),
          acceptor_(io_),
          timer_(io_) {}

    /// `alone`: only binds, and fails where another socket listens already, which SO_REUSEPORT
    /// would not notice.
    ErrorCode listen(const tcp::endpoint& endpoint, bool alone) {
        ErrorCode error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error && !alone) acceptor_.set_option(ReusePort(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error && !alone) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) {
            ErrorCode ignored;
            acceptor_.close(ignored);
        }
        return error;
    }
    void close_listener() {
        ErrorCode ignored;
        acceptor_.close(ignored);
    }
    [[nodiscard]] tcp::endpoint endpoint() const {
        ErrorCode ignored;
        return acceptor_.local_endpoint(ignored);
    }

    void run() {
        accept();
        sweep_later();
        for (;;) {
            try {
                io_.run();
                return;
            } catch (const std::exception&) {
                // Out of memory in a completion handler: its connection is gone, the rest goes on.
                if (context_.options.on_warning) {
                    context_.options.on_warning("a connection was lost to an internal fault");
                }
            }
        }
    }

    /// Safe to call from any thread; `draining` was set before.
    void drain() {
        asio::post(io_, [this] {
            drain_began_ = steady_clock::now();
            take_what_waits();
            ErrorCode ignored;
            acceptor_.close(ignored);
            timer_.cancel();  // sweep now, and often from now on
        });
    }

  private:
    void accept() {
        acceptor_.async_accept([this](ErrorCode error, Socket socket) {
            if (!error) {
                accept_paused_ = true;  // what admit() throws must not leave the listener deaf
                admit(std::move(socket));
                accept_paused_ = false;
            } else if (error != asio::error::connection_aborted) {
                // Out of descriptors: the sweep tries again, a busy loop would help nobody.
                accept_paused_ = acceptor_.is_open();
                return;
            }
            if (acceptor_.is_open()) accept();
        });
    }

    void admit(Socket socket) {
        if (context_.open_connections >= context_.options.max_connections) {
            const auto longest_idle =
                std::ranges::min_element(connections_, {}, [](const Connection& connection) {
                    return connection.idle() ? connection.deadline() : SteadyTime::max();
                });
            // Nobody to make room: the new one is turned away by closing it.
            if (longest_idle == connections_.end() || !longest_idle->idle()) return;
            longest_idle->close();
        }
        auto connection = std::make_shared<Connection>(std::move(socket), context_);
        connections_.push_back(*connection);
        connection->start();
    }

    /// The kernel has completed these connections: closing the listener would reset them.
    void take_what_waits() {
        ErrorCode error;
        acceptor_.non_blocking(true, error);
        while (!error) {
            Socket socket(io_);
            acceptor_.accept(socket, error);
            if (!error) admit(std::move(socket));
        }
    }

    void sweep_later() {
        const auto& options = context_.options;
        auto pause = std::clamp(std::min(options.header_timeout, options.idle_timeout) / 4,
                                shortest_sweep, longest_sweep);
        if (drain_began_) pause = std::min(pause, drain_sweep);
        timer_.expires_after(pause);
        timer_.async_wait([this](ErrorCode) { sweep(); });
    }

    void sweep() {
        const auto now = steady_clock::now();
        context_.date = date_now();
        if (accept_paused_ && acceptor_.is_open()) {
            accept_paused_ = false;
            accept();
        }
        const auto drain = context_.options.drain;
        const bool end_idle = drain_began_ && now >= *drain_began_ + std::min(idle_grace, drain);
        const bool end_all = drain_began_ && now >= *drain_began_ + drain;
        for (Connection& connection : connections_) {
            const bool overdue = now >= connection.deadline();
            if (overdue || end_all || (end_idle && connection.idle())) connection.close();
        }
        // With no connection and no timer left, run() returns.
        if (drain_began_ && connections_.empty()) return;
        sweep_later();
    }

    ConnectionContext context_;
    ConnectionList connections_;  // above io_, whose end destroys connections and unlinks them
    asio::io_context io_;
    Acceptor acceptor_;
    Timer timer_;
    bool accept_paused_ = false;
    std::optional<SteadyTime> drain_began_;
};

}  // namespace

struct Server::State {
    ServerOptions options;
    Handler handler;
    std::atomic<bool> draining{false};
    std::atomic<int> open_connections{0};
    tcp::endpoint endpoint;
    std::vector<std::unique_ptr<Worker>> workers;
    std::mutex mutex;  // guards threads
    std::vector<std::thread> threads;
};

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, Handler handler) {
    const auto wanted = endpoint_of(options.listen);
    if (!wanted) return fail(wanted.error());

    auto state = std::make_unique<State>();
    state->options = options;
    state->handler = std::move(handler);
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
        state->workers.push_back(std::make_unique<Worker>(
            state->options, state->handler, state->draining, state->open_connections));
    }
    // First alone, to notice a second tracker on the same port; then each worker with its own.
    Worker& first = *state->workers.front();
    ErrorCode error = first.listen(*wanted, true);
    state->endpoint = *wanted;
    if (!error) {
        state->endpoint = first.endpoint();
        first.close_listener();
    }
    for (const auto& worker : state->workers) {
        if (!error) error = worker->listen(state->endpoint, false);
    }
    if (error) {
        return fail(Fault::Unavailable,
                    fmt::format("tracker.listen = \"{}\": {}", options.listen, error.message()));
    }
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
    stop();
}

std::uint16_t Server::port() const {
    return state_->endpoint.port();
}

std::string Server::listening_on() const {
    const auto address = state_->endpoint.address();
    return fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), address.to_string(),
                       port());
}

std::string Server::reached_at() const {
    auto address = state_->endpoint.address();
    if (address.is_unspecified()) {
        if (address.is_v6()) {
            address = asio::ip::address_v6::loopback();
        } else {
            address = asio::ip::address_v4::loopback();
        }
    }
    return address.to_string();
}

void Server::start() {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->threads.empty() || state_->draining) return;
    for (const auto& worker : state_->workers) {
        state_->threads.emplace_back([&worker = *worker] { worker.run(); });
    }
}

void Server::run() {
    start();
    join();
}

void Server::stop() {
    if (!state_->draining.exchange(true)) {
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
