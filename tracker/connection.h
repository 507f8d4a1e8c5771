// One HTTP connection, over TLS or not. Internal to the server: only worker.h includes it.
// Everything of one connection happens on its worker's thread, but for what a POST asks for.
#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
    /// Where requests are handled that change something and wait for a disk; runs from start() on.
    std::optional<boost::asio::thread_pool> changing;
};

/// The option of that name, whatever it throws.
void before_answers(const ServerOptions& options);

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

    static constexpr SteadyTime not_now = SteadyTime::max();
    /// Since when its client lets us wait, for a whole request or for an answer to be taken: what
    /// waits longest makes room for one that comes. `not_now`: it may not be ended, for its answer
    /// is not made yet or was not to be had for the whole of `take_time`.
    [[nodiscard]] SteadyTime waits_since(SteadyTime now) const;
    /// The sweep's: an answer that is still here has not been taken since `now` at least.
    void note_untaken(SteadyTime now);

  protected:
    enum class Stage : std::uint8_t {
        Asking,     ///< no whole request is here, or nothing is owed any more
        Answering,  ///< a whole one is, and its answer is not on its way
        Sending,
        Closed  ///< though it stays in the list until its handler ran
    };
    explicit Connection(ConnectionContext& context);
    void set_deadline_in(std::chrono::milliseconds time);

    ConnectionContext& context_;
    SteadyTime wait_began_;  ///< the present wait for a request
    SteadyTime deadline_;
    /// The first sweep that found an answer here; of requests that came in one go the first answer
    /// counts, or a client could let us wait for each.
    SteadyTime untaken_since_ = not_now;
    Stage stage_ = Stage::Asking;
    bool idle_ = true;
};

using ConnectionList =
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

}  // namespace candor::tracker
