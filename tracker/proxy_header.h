// The PROXY protocol, versions 1 and 2 (haproxy.org, doc/proxy-protocol.txt): what a load balancer
// says before the first byte of its client. Bytes in, an address out; no sockets.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "policy/result.h"
#include "tracker/client_address.h"

namespace candor::tracker {

struct ProxyHeader {
    std::size_t bytes = 0;  ///< what follows belongs to the client
    /// Nothing: the connection is the proxy's own (a health check), or its client has no IP
    /// address. Either way nobody behind it is a proxy of ours.
    std::optional<ClientAddress> client;
};

/// With the extensions of version 2; longer is no header.
inline constexpr std::size_t max_proxy_header_bytes = 2048;

/// The header at the beginning of `bytes`; nothing while more bytes are needed to tell.
/// Errors: Malformed (something else; whoever sent it is not the proxy that was promised).
[[nodiscard]] Result<std::optional<ProxyHeader>> read_proxy_header(std::string_view bytes);

}  // namespace candor::tracker
