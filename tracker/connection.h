// One HTTP connection, over TLS or not. Internal to the server: only worker.h includes it.
// Everything of one connection happens on its worker's thread.
#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tracker/server.h"

namespace candor::tracker {

using Executor = boost::asio::io_context::executor_type;
using Protocol = boost::asio::generic::stream_protocol;  // TCP or a unix socket
using Socket = boost::asio::basic_stream_socket<Protocol, Executor>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// What all connections of a server share; outlives them.
struct Serving {
    Serving(const ServerOptions& its_options, Handler its_handler)
        : options(its_options),
          handler(std::move(its_handler)),
          certificates(its_options.certificates) {}

    const ServerOptions options;
    const Handler handler;
    std::atomic<bool> draining{false};
    std::atomic<int> open_connections{0};
    std::atomic<std::uint64_t> accepted_connections{0};
    /// Of connections that come from now on; null = no TLS.
    std::atomic<std::shared_ptr<const Certificates>> certificates;
};

/// What all connections of one worker share; outlives them.
struct ConnectionContext {
    Serving& serving;
    std::string date;  ///< the value of Date, refreshed by the worker's sweep
    /// Whose answer is made; it is asked to send_answer() in a moment.
    std::function<void(std::shared_ptr<class Connection>)> answered;
};

using ListHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Connection : public ListHook {
  public:
    /// TLS on TCP where there are certificates; a unix socket has a proxy of ours at its end.
    [[nodiscard]] static std::shared_ptr<Connection> make(Socket socket, const Peer& peer,
                                                          bool is_local,
                                                          ConnectionContext& context);
    virtual ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    virtual void start() = 0;
    /// What `answered` of the context was called for.
    virtual void send_answer() = 0;
    /// Ends it at once; whatever is under way is dropped.
    virtual void close() = 0;

    [[nodiscard]] SteadyTime deadline() const { return deadline_; }
    /// Waits for a request of which no byte has come.
    [[nodiscard]] bool idle() const { return idle_; }
    /// Owes no answer, for no whole request is here: it may be ended for one that comes.
    [[nodiscard]] bool can_make_room() const { return can_make_room_; }

  protected:
    explicit Connection(ConnectionContext& context);
    void set_deadline_in(std::chrono::milliseconds time);

    ConnectionContext& context_;
    SteadyTime deadline_;
    bool idle_ = true;
    bool can_make_room_ = true;
};

using ConnectionList =
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

}  // namespace candor::tracker
