// How a tracker shows that it is ours: it answers a challenge under a link key. Who has no link key
// learns nothing from any number of answers, and no answer opens or seals a token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "policy/tokens/keys.h"

namespace candor::policy {

/// Where a tracker answers: this, the controller's number in decimal, `/` and the challenge.
inline constexpr std::string_view tracker_proof_path = "/.well-known/candor/";
inline constexpr std::size_t challenge_bytes = 32;

/// `KEY-ID MAC`: the id of the controller's sealing key in decimal, and 43 characters of base64url.
/// `request` is what follows tracker_proof_path. Nothing when it is no such request, or when there
/// is no link key of that controller.
[[nodiscard]] std::optional<std::string> prove_tracker(const KeyRing& ring,
                                                       std::string_view request);

/// The id of the link key that `answer` was made with, compared in constant time.
/// Errors: Malformed (no answer, or made under another key), Missing (its key is not in the ring).
[[nodiscard]] Result<std::uint8_t> verify_tracker(const KeyRing& ring, ControllerNumber controller,
                                                  std::string_view challenge,
                                                  std::string_view answer);

}  // namespace candor::policy
