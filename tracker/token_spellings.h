// A token as it comes back from mail gateways, readers and people: escaped twice, wrapped, with
// punctuation or half a sentence behind it. Whatever is tried must open under its key, so no
// guess can lead anybody to another place than the author's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/tokens/keys.h"
#include "policy/tokens/token.h"

namespace candor::tracker {

/// What stands behind `/c/` or `/u/` of a path in any of the spellings `//c/`, `/C/`, `/c//`;
/// `route` is the letter in lower case. Nothing when the path is another one.
[[nodiscard]] std::optional<std::string_view> behind_route(std::string_view path, char route);

/// Other tokens that `written` may have been, likeliest first; at most four, none of them
/// `written` itself. Linear.
[[nodiscard]] std::vector<std::string> repaired_tokens(std::string_view written);

/// policy::open() of `written`, without what stands behind it, else of the first repaired token
/// that opens. Errors: those of `written`.
[[nodiscard]] Result<policy::OpenedToken> open_any_spelling(const policy::KeyRing& ring,
                                                            std::string_view written,
                                                            policy::Instant now,
                                                            policy::Identity identity);

/// Of a token that does not open: whose opt-out it may be, in any spelling, because the link key
/// that it names is not in the ring. Only the key could tell whether it is one.
[[nodiscard]] std::optional<policy::ControllerNumber> opt_out_without_key(
    const policy::KeyRing& ring, std::string_view written);

}  // namespace candor::tracker
