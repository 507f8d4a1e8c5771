// One HTTP connection on a bare Asio socket with a concrete executor type: no type erasure and no
// timer per operation on the hot path. Internal to the server: only worker.h includes it.
// Everything of one connection happens on its worker's thread.
#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "tracker/http.h"
#include "tracker/server.h"

namespace candor::tracker {

using Executor = boost::asio::io_context::executor_type;
using Protocol = boost::asio::generic::stream_protocol;  // TCP or a unix socket
using Socket = boost::asio::basic_stream_socket<Protocol, Executor>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// What all connections of one worker share; outlives them.
struct ConnectionContext {
    const ServerOptions& options;
    const Handler& handler;
    const std::atomic<bool>& draining;
    std::atomic<int>& open_connections;  ///< of all workers
    std::string date;                    ///< the value of Date, refreshed by the worker's sweep
};

using ListHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Connection final : public ListHook, public std::enable_shared_from_this<Connection> {
  public:
    Connection(Socket socket, const Peer& peer, ConnectionContext& context);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start();
    /// Ends it at once; whatever is under way is dropped.
    void close();

    [[nodiscard]] SteadyTime deadline() const { return deadline_; }
    /// Waits for a request of which no byte has come.
    [[nodiscard]] bool idle() const { return idle_; }

  private:
    void read_proxy_header();
    void take_proxy_header();
    void proceed();
    void read();
    void answer();
    void send(bool keep_alive);
    void send_continue();
    void finish();
    void discard();

    Socket socket_;
    Peer peer_;
    ConnectionContext& context_;
    RequestReader reader_;
    std::string out_;
    SteadyTime deadline_;
    bool idle_ = true;
    std::size_t discarded_ = 0;
};

using ConnectionList =
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

}  // namespace candor::tracker
