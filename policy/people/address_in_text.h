// Free text that is kept unsealed may hold no e-mail address: how one is noticed, and what stands
// in its place where the text cannot be refused.
#pragma once

#include <string>
#include <string_view>

#include "policy/people/recipient_id.h"

namespace candor::policy {

/// How often an escape is undone: deeper ones nobody writes, and each round reads the whole text.
inline constexpr int max_escapes = 4;

/// Whether `text` has an "@", as it is, percent-encoded (also several times) or as "=40". Finds too
/// much rather than too little.
[[nodiscard]] bool may_hold_address(std::string_view text);

/// The same with what could be a mailbox before it and a domain behind it: to be refused where a
/// person wrote the text and can write it differently.
[[nodiscard]] bool looks_like_address(std::string_view text);

/// "hmac-sha256:" and 16 hex digits: the same for the same `name`, and nobody can guess names by it
/// without the key.
[[nodiscard]] std::string keyed_name(const RecipientKey& key, ControllerNumber controller,
                                     std::string_view name);

}  // namespace candor::policy
