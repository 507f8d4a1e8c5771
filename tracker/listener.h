// The sockets on which connections arrive: bound by us, or inherited from who started us and keeps
// them open while we are restarted. Knows addresses and descriptors, no connection.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/result.h"

namespace candor::tracker {

/// Where a server answers, as this host reaches it.
struct Place {
    std::string address;     ///< IPv4 or IPv6, without brackets; loopback where it listens on all
    std::uint16_t port = 0;  ///< 0: `unix_path` counts
    std::string unix_path;
    bool wants_proxy_header = false;  ///< from us as well
    bool wants_tls = false;
};

/// Owns descriptors and, for a unix socket of our own, its file.
class Listener {
  public:
    /// `HOST:PORT` (`[::1]:8080`; port 0 = any free one) or `unix:PATH`. `workers` (1 or more)
    /// sockets on one port, so that the kernel shares connections out; a unix socket has one, which
    /// all use. The file of a unix socket has mode 0660; a stale one is replaced, a live one not.
    /// Errors: Malformed (`listen` cannot be read), Unavailable (in use, or no address of ours).
    [[nodiscard]] static Result<Listener> open(std::string_view listen, int workers);
    /// Listening stream sockets somebody else made; all workers use all of them.
    /// Errors: Malformed (a descriptor is not that), Unavailable (none is left for a copy).
    [[nodiscard]] static Result<Listener> inherit(std::span<const int> descriptors, int workers);

    struct Socket {
        int descriptor = -1;
        int family = 0;  ///< AF_INET, AF_INET6 or AF_UNIX
    };
    /// What the next worker listens on; the caller owns the descriptors. For each worker once.
    [[nodiscard]] std::vector<Socket> take();

    [[nodiscard]] const Place& place() const { return place_; }
    /// As bound, with the port that was found: what to tell an operator.
    [[nodiscard]] const std::string& name() const { return name_; }

    Listener(Listener&& other) noexcept { *this = std::move(other); }
    Listener& operator=(Listener&& other) noexcept;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

  private:
    Listener() = default;
    void describe(const Socket& socket);

    std::vector<std::vector<Socket>> of_workers_;
    Place place_;
    std::string name_;
    std::string own_file_;  // of a unix socket we made
};

}  // namespace candor::tracker
