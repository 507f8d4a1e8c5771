// Whose request it is, whatever stands in between: the peer of the socket, or whom a proxy we trust
// names in X-Forwarded-For. In memory only, while the request is judged: an address is never
// logged, never stored, never part of an answer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config/network.h"

namespace candor::tracker {

/// 16 bytes, IPv4 as ::ffff:a.b.c.d; `!is_known()` behind a unix socket whose proxy names nobody.
using ClientAddress = policy::IpAddress;

/// `tracker.trusted_proxies`.
class TrustedProxies {
  public:
    TrustedProxies() = default;
    /// What is no network is left out; the configuration has refused it.
    explicit TrustedProxies(std::span<const std::string> networks);
    [[nodiscard]] bool contains(const ClientAddress& address) const;

  private:
    std::vector<policy::Network> networks_;
};

/// Who is at the other end of a connection.
struct Peer {
    ClientAddress address;    ///< not known on a unix socket
    bool is_trusted = false;  ///< a proxy of ours: one of `tracker.trusted_proxies`, or local
};

/// The peer itself, unless it is trusted: then the rightmost address of `forwarded_for` (the
/// X-Forwarded-For lines joined by commas) that is no proxy of ours. What stands left of that one
/// was written by the client, who may write anything. Where all are ours: the leftmost. An entry
/// that is no address ends the search, and the client is not known.
[[nodiscard]] ClientAddress client_of(const Peer& peer, std::string_view forwarded_for,
                                      const TrustedProxies& proxies);

}  // namespace candor::tracker
