// SHA-256 in hex: the fingerprint of a policy or a piece of evidence in a decision.
#pragma once

#include <string>
#include <string_view>

namespace candor::policy {

/// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view text);

}  // namespace candor::policy
