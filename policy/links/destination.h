// What a mail client would open: the destination of a link as it is sealed into a token and sent
// back in `Location`. Source: WHATWG URL Standard for what is trimmed and percent-encoded, but
// nothing is normalised: no case, no escapes, no dot segments, no order.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.h"

namespace candor::policy {

struct Destination {
    std::string url;
    std::string host;  ///< as host_of(url) says
};

/// `value` is the attribute value after character references, in UTF-8.
/// C0 and blanks trimmed at both ends; TAB, CR, LF removed; bytes <= 0x20 and >= 0x7F
/// percent-encoded; an IDN host as A-label; all else byte for byte, fragment included.
/// Errors: Malformed (not http/https with a host, userinfo present, host not a public name or
/// address), OverLimit (over max_destination_bytes).
[[nodiscard]] Result<Destination> destination_of(std::string_view value);
/// The URL alone.
[[nodiscard]] Result<std::string> serialise_destination(std::string_view value);

/// The host of an http(s) URL in lower case, without port, or empty.
[[nodiscard]] std::string host_of(std::string_view url);

}  // namespace candor::policy
