// Listening sockets, worker threads, deadlines and a graceful stop. Knows bytes and time, and
// leaves every answer to the Handler. Never asks for, keeps or logs the address of a peer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "tracker/http.h"

namespace candor::tracker {

/// Called from several threads at once. What it throws becomes a 500.
using Handler = std::function<Response(const Request&)>;

struct ServerOptions {
    std::string listen = "127.0.0.1:8080";  ///< `HOST:PORT` (`[::1]:8080`); port 0 = any free one
    int threads = 2;                        ///< each with its own socket on the same port
    int max_connections = 4096;             ///< beyond it the longest idle one makes room
    std::chrono::milliseconds header_timeout{15000};   ///< whole request, absolute; also an answer
    std::chrono::milliseconds idle_timeout{60000};     ///< between requests
    std::chrono::milliseconds drain{5000};             ///< how long stop() waits for open requests
    std::function<void(std::string_view)> on_warning;  ///< may be empty; any thread
};

class Server {
  public:
    /// Binds and listens; nothing is answered before start().
    /// Errors: Malformed (`listen` cannot be read), Unavailable (in use, or not an address of
    /// ours).
    [[nodiscard]] static Result<std::unique_ptr<Server>> open(const ServerOptions& options,
                                                              Handler handler);
    /// stop(), if that was not done.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// As bound, with the port that was found: what to tell an operator.
    [[nodiscard]] std::string listening_on() const;
    /// The address at which this host itself reaches the server, without brackets: loopback where
    /// it listens on all.
    [[nodiscard]] std::string reached_at() const;

    /// Starts the threads and returns.
    void start();
    /// start(), then waits until stop() was called from another thread and is through.
    void run();
    /// Takes no new connection, answers what was begun with `Connection: close`, ends idle
    /// connections after a short grace and all others after `drain`. Returns when all is ended.
    void stop();

  private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    void join();
    std::unique_ptr<State> state_;
};

}  // namespace candor::tracker
