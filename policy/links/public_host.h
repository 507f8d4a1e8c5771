// Hosts that anybody may be sent to: no machine of the reader's own network.
#pragma once

#include <string_view>

namespace candor::policy {

/// `[2001:db8::1]` with an address that is global unicast, or stands for an IPv4 one that is.
[[nodiscard]] bool is_public_ipv6(std::string_view bracketed);

/// `ascii_domain` as to_ascii_domain() makes it: a name of two labels or more that is not kept for
/// private use, or an IPv4 address, however a browser may read one, that is public.
[[nodiscard]] bool is_public_name(std::string_view ascii_domain);

}  // namespace candor::policy
