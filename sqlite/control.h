// The control socket of a daemon: how others have a file changed whose writer it is.
// Knows sockets and deadlines; what is said stands in `messages`.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "policy/store.h"
#include "sqlite/writer.h"

namespace candor::sqlite {

/// An import of a hundred thousand rows in one request.
inline constexpr std::size_t max_request_bytes = std::size_t{64} << 20;

/// Sends one request and waits for its answer. Errors: Missing (nobody listens), Unavailable
/// (no answer within `wait`), OverLimit (over max_request_bytes).
[[nodiscard]] Result<std::string> ask(const std::filesystem::path& socket,
                                      const std::string& request, std::chrono::milliseconds wait);

/// Serves one peer after another on a thread of its own until destroyed.
class ControlServer {
  public:
    /// `socket` is replaced if it is there: the caller holds the writer lock, so whoever made it is
    /// gone. `store` must outlive the server. Errors: Unavailable.
    [[nodiscard]] static Result<std::unique_ptr<ControlServer>> start(
        policy::Store& store, const std::filesystem::path& socket);

    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;
    ~ControlServer();

  private:
    ControlServer(policy::Store& store, std::filesystem::path socket, Descriptor listener,
                  Descriptor stop);
    void serve();
    void serve_peer(const Descriptor& peer);

    policy::Store& store_;
    const std::filesystem::path socket_;
    const Descriptor listener_;
    const Descriptor stop_;  // readable when the server is to end
    std::thread thread_;
};

}  // namespace candor::sqlite
