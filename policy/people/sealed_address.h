// The address of a contact row, sealed so that the database alone names no one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/result.h"
#include "policy/tokens/keys.h"

namespace candor::policy {

/// AES-256-SIV with the controller as associated data: SIV 16 bytes, then the ciphertext.
[[nodiscard]] Result<std::string> seal_address(const AddressKey& key, ControllerNumber controller,
                                               std::string_view address);
/// Errors: Malformed (not sealed under this key and controller).
[[nodiscard]] Result<std::string> unseal_address(const AddressKey& key, ControllerNumber controller,
                                                 std::string_view sealed);

}  // namespace candor::policy
