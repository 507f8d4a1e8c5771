// base64url without padding (RFC 4648, section 5), strict: one spelling for every byte string.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::policy {

[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// Nothing for a foreign character, an impossible length, or spare bits that are not zero: a
/// decoder that forgives those would accept several spellings of one token.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace candor::policy
