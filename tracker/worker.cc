// Accepting, sweeping, draining; see worker.h.
#include "tracker/worker.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cstring>
#include <ctime>
#include <exception>
#include <utility>

namespace candor::tracker {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

constexpr milliseconds longest_sweep{250};
constexpr milliseconds shortest_sweep{5};
constexpr milliseconds drain_sweep{20};
// Enough to make what they share cheap, few enough that the first of them waits some 40 us.
constexpr std::size_t most_answers = 8;
// A client may just now be sending on a connection that looks idle.
constexpr milliseconds idle_grace{500};

std::string date_now() {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr)));
}

Peer peer_of(const Protocol::endpoint& endpoint, const TrustedProxies& proxies) {
    ClientAddress address;
    if (endpoint.data()->sa_family == AF_INET) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, endpoint.data(), std::min(sizeof ipv4, endpoint.size()));
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &ipv4.sin_addr, bytes.size());
        address = ClientAddress::of_ipv4(bytes);
    } else {
        sockaddr_in6 ipv6{};
        std::memcpy(&ipv6, endpoint.data(), std::min(sizeof ipv6, endpoint.size()));
        ClientAddress::Bytes bytes{};
        std::memcpy(bytes.data(), &ipv6.sin6_addr, bytes.size());
        address = ClientAddress(bytes);
    }
    return {address, proxies.contains(address)};
}

}  // namespace

Worker::Worker(Serving& serving, const std::vector<Listener::Socket>& sockets)
    : context_{serving, date_now(),
               [this](std::shared_ptr<Connection> answered) { collect(std::move(answered)); }},
      io_(1),
      timer_(io_) {
    for (const Listener::Socket& socket : sockets) {
        const bool is_local = socket.family == AF_UNIX;
        const Protocol protocol(socket.family, is_local ? 0 : IPPROTO_TCP);
        doors_.push_back({Acceptor(io_, protocol, socket.descriptor), is_local, {}, false});
    }
}

void Worker::run() {
    for (Door& door : doors_) accept(door);
    sweep_later();
    for (;;) {
        try {
            io_.run();
            return;
        } catch (const std::exception&) {
            // Out of memory in a completion handler: its connection is gone, the rest goes on.
            if (options().on_warning) {
                options().on_warning("a connection was lost to an internal fault");
            }
        }
    }
}

void Worker::drain() {
    asio::post(io_, [this] {
        drain_began_ = steady_clock::now();
        for (Door& door : doors_) {
            if (options().inherited.empty()) take_what_waits(door);
            ErrorCode ignored;
            door.acceptor.close(ignored);
        }
        timer_.cancel();  // sweep now, and often from now on
    });
}

/// Where requests come faster than they are answered, several are ready whenever we look: their
/// answers then share one call of before_answers, and nobody waits for somebody who is not ready.
void Worker::collect(std::shared_ptr<Connection> answered) {
    answered_.push_back(std::move(answered));
    if (answered_.size() >= most_answers) return send_answers();
    if (std::exchange(sends_soon_, true)) return;
    asio::post(io_, [this] {  // runs behind what is ready now
        sends_soon_ = false;
        send_answers();
    });
}

void Worker::send_answers() {
    if (answered_.empty()) return;
    before_answers(options());
    for (const auto& connection : std::exchange(answered_, {})) connection->send_answer();
}

void Worker::accept(Door& door) {
    door.acceptor.async_accept(door.peer, [this, &door](ErrorCode error, Socket socket) {
        if (!error) {
            door.paused = true;  // what admit() throws must not leave the listener deaf
            admit(std::move(socket), door);
            door.paused = false;
        } else if (error != asio::error::connection_aborted) {
            // Out of descriptors: the sweep tries again, a busy loop would help nobody.
            door.paused = door.acceptor.is_open();
            return;
        }
        if (door.acceptor.is_open()) accept(door);
    });
}

void Worker::admit(Socket socket, const Door& door) {
    if (context_.serving.open_connections >= options().max_connections) {
        // Nobody to make room: the new one is turned away by closing it.
        if (!make_room()) return;
    }
    // Who may open the file of a unix socket is of our group.
    const Peer peer =
        door.is_local ? Peer{{}, true} : peer_of(door.peer, options().trusted_proxies);
    const auto connection = Connection::make(std::move(socket), peer, door.is_local, context_);
    connections_.push_back(*connection);
    connection->start();
}

/// Whoever has waited longest goes, idle or slow with a request or an answer: the time it has left
/// would be longer for one that idles than for one that has just come. That one has its request
/// with it, as a rule, and is through before its turn is near. An answer that is not taken tells of
/// what is done: clicks and opt-outs were on disk before it was sent.
bool Worker::make_room() {
    const auto now = steady_clock::now();
    const auto waits_since = [now](const Connection& one) { return one.waits_since(now); };
    const auto longest = std::ranges::min_element(connections_, {}, waits_since);
    if (longest == connections_.end() || waits_since(*longest) == Connection::not_now) return false;
    longest->close();
    return true;
}

/// The kernel has completed these connections: closing the listener would reset them.
void Worker::take_what_waits(Door& door) {
    ErrorCode error;
    door.acceptor.non_blocking(true, error);
    while (!error) {
        Socket socket(io_);
        door.acceptor.accept(socket, door.peer, error);
        if (!error) admit(std::move(socket), door);
    }
}

void Worker::sweep_later() {
    auto pause = std::clamp(std::min(options().header_timeout, options().idle_timeout) / 4,
                            shortest_sweep, longest_sweep);
    if (drain_began_) pause = std::min(pause, drain_sweep);
    timer_.expires_after(pause);
    timer_.async_wait([this](ErrorCode) { sweep(); });
}

void Worker::sweep() {
    const auto now = steady_clock::now();
    context_.date = date_now();
    for (Door& door : doors_) {
        if (!door.paused || !door.acceptor.is_open()) continue;
        door.paused = false;
        accept(door);
    }
    const auto drain = options().drain;
    const bool end_idle = drain_began_ && now >= *drain_began_ + std::min(idle_grace, drain);
    const bool end_all = drain_began_ && now >= *drain_began_ + drain;
    for (Connection& connection : connections_) {
        connection.note_untaken(now);
        const bool overdue = now >= connection.deadline();
        if (overdue || end_all || (end_idle && connection.idle())) connection.close();
    }
    // With no connection and no timer left, run() returns.
    if (drain_began_ && connections_.empty()) return;
    sweep_later();
}

}  // namespace candor::tracker
