// Listening sockets, worker threads, deadlines and a graceful stop. Knows bytes and time, and
// leaves every answer to the Handler. The address of a client goes into its request and nowhere
// else: nothing here keeps or logs one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.h"
#include "tracker/certificates.h"
#include "tracker/client_address.h"
#include "tracker/http_request.h"
#include "tracker/http_response.h"
#include "tracker/listener.h"

namespace candor::tracker {

/// Called from several threads at once, for a POST from one that may wait for a disk: nobody else's
/// answer waits with it. What it throws becomes a 500.
using Handler = std::function<Response(const Request&)>;

struct ServerOptions {
    std::string listen = "127.0.0.1:8080";  ///< see Listener::open
    std::vector<int> inherited;             ///< listening sockets that count instead, borrowed
    int threads = 2;
    int max_connections = 4096;      ///< beyond it the one that lets us wait longest makes room
    TrustedProxies trusted_proxies;  ///< whose X-Forwarded-For counts; a unix socket's always does
    bool proxy_protocol = false;     ///< trusted peers begin with a PROXY header, version 1 or 2
    std::shared_ptr<const Certificates> certificates;  ///< null = no TLS; unix sockets have none
    std::chrono::milliseconds header_timeout{15000};   ///< whole request, absolute; also an answer
    std::chrono::milliseconds idle_timeout{60000};     ///< between requests
    std::chrono::milliseconds take_time{1000};  ///< an answer not taken for so long makes room
    std::chrono::milliseconds drain{5000};      ///< how long stop() waits for open requests
    std::function<void(std::string_view)> on_warning;  ///< may be empty; any thread
    /// May be empty. Called by the thread that called the Handler, before any of the answers leaves
    /// that it has made since.
    std::function<void()> before_answers;
};

class Server {
  public:
    /// Binds and listens; nothing is answered before start().
    /// Errors: those of Listener::open, Listener::inherit.
    [[nodiscard]] static Result<std::unique_ptr<Server>> open(const ServerOptions& options,
                                                              Handler handler);
    /// stop(), if that was not done.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Where this host itself reaches it: the first socket where there are several.
    [[nodiscard]] Place place() const;
    /// As bound, with the port that was found: what to tell an operator.
    [[nodiscard]] const std::string& listening_on() const;

    struct Connections {
        std::uint64_t open = 0;
        std::uint64_t accepted = 0;  ///< since the start
    };
    [[nodiscard]] Connections connections() const;

    /// For connections that come from now on; null = no TLS. Safe to call from any thread.
    void use_certificates(std::shared_ptr<const Certificates> certificates);

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
