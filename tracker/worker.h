// One thread of the server: its io_context, the sockets it accepts from and the connections it
// accepted, so that nothing is shared on the way of a request. One sweep timer keeps all deadlines.
// Internal to the server: only server.cc includes it.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "tracker/connection.h"
#include "tracker/listener.h"

namespace candor::tracker {

class Worker {
  public:
    /// `serving` is borrowed and outlives the worker; takes over the descriptors of `sockets`.
    Worker(Serving& serving, const std::vector<Listener::Socket>& sockets);

    /// Until drain() was called and the last connection has ended.
    void run();
    /// Safe to call from any thread; `serving.draining` was set before.
    void drain();

  private:
    using Acceptor = boost::asio::basic_socket_acceptor<Protocol, Executor>;
    using Timer = boost::asio::basic_waitable_timer<
        std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
    struct Door {
        Acceptor acceptor;
        bool is_local;            ///< a unix socket
        Protocol::endpoint peer;  ///< of the connection that comes next
        bool paused = false;
    };

    void collect(std::shared_ptr<Connection> answered);
    void send_answers();
    void accept(Door& door);
    void admit(Socket socket, const Door& door);
    bool make_room();
    void take_what_waits(Door& door);
    void sweep_later();
    void sweep();
    [[nodiscard]] const ServerOptions& options() const { return context_.serving.options; }

    ConnectionContext context_;
    ConnectionList connections_;  // above io_, whose end destroys connections and unlinks them
    boost::asio::io_context io_;
    std::list<Door> doors_;
    Timer timer_;
    std::vector<std::shared_ptr<Connection>> answered_;  // below io_: it holds sockets
    bool sends_soon_ = false;
    std::optional<SteadyTime> drain_began_;
};

}  // namespace candor::tracker
