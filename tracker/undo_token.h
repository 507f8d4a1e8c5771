// The token of a confirmation page: it takes back what that one visit of a page did, within a
// quarter of an hour. Sealed under a key that is made of the link key for this purpose alone, so no
// link opens as one and it opens as no link.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "policy/store.h"
#include "policy/tokens/keys.h"

namespace candor::tracker {

inline constexpr std::chrono::minutes undo_time{15};

/// A clock that was put back by a little makes nothing late.
[[nodiscard]] bool is_too_late_to_undo(const policy::OptOut& made, policy::Instant now);

/// base64url. docs/formats.md has the layout. Errors: Missing (no link key), Broken.
[[nodiscard]] Result<std::string> seal_undo(const policy::KeyRing& ring,
                                            const policy::OptOut& made);

/// What is to be taken back. Errors: Malformed (not a token of ours), Missing (its link key is
/// gone), OverLimit (made longer ago than undo_time).
[[nodiscard]] Result<policy::OptOut> open_undo(const policy::KeyRing& ring, std::string_view token,
                                               policy::Instant now);

}  // namespace candor::tracker
