// The milter's own listening socket, handed to libmilter as `fd:N`.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.h"

namespace candor::milter {

/// Owns the descriptor and, for a unix socket, the file.
class Listener {
  public:
    /// `inet:HOST:PORT` (port 0 = a free one), `unix:PATH` or `fd:N`. TCP sockets get TCP_NODELAY,
    /// which accepted sockets inherit: without it every message waits 41 ms (Nagle against delayed
    /// ACK). A stale unix socket is removed, a live one is not. Errors: Malformed, Unavailable.
    [[nodiscard]] static Result<Listener> open(std::string_view spec);

    /// What smfi_setconn takes: a descriptor of its own for libmilter, which closes it when it is
    /// told to stop. Ours stays open, so that poke() can still wake it.
    [[nodiscard]] std::string hand_over() const;
    [[nodiscard]] int descriptor() const { return fd_; }
    /// The spec with the port that was bound, for logs: "inet:127.0.0.1:8891".
    [[nodiscard]] const std::string& name() const { return name_; }
    /// Wakes a libmilter that waits in accept by connecting once.
    void poke() const;

    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&& other) noexcept;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

  private:
    Listener() = default;
    int fd_ = -1;
    std::string name_;
    std::string path_;  // of a unix socket we made
};

}  // namespace candor::milter
