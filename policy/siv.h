// AES-256-SIV (RFC 5297): deterministic authenticated encryption. No nonce that could repeat, no
// limit on messages per key, and a retry by the MTA seals to the same bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "policy/result.h"

struct evp_cipher_ctx_st;

namespace candor::policy {

inline constexpr std::size_t siv_bytes = 16;

/// One key, ready for use. Immutable: any number of threads may seal and open at once.
class Siv {
  public:
    explicit Siv(const std::array<std::uint8_t, 64>& key);

    /// The 16-byte SIV, then the ciphertext, as long as `plain`.
    /// Errors: Malformed (`associated` or `plain` empty), Broken (OpenSSL refuses).
    [[nodiscard]] Result<std::string> seal(std::string_view associated,
                                           std::string_view plain) const;
    /// Errors: Malformed (not sealed under this key with `associated`), Broken.
    [[nodiscard]] Result<std::string> open(std::string_view associated,
                                           std::string_view sealed) const;

  private:
    struct Free {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    using Context = std::unique_ptr<evp_cipher_ctx_st, Free>;
    static Context keyed(const std::array<std::uint8_t, 64>& key, bool sealing);
    static Context copy_of(const Context& keyed);

    // A SIV context of OpenSSL 3.0 does one operation per key set-up, so each call works on a copy
    // of one of these; copying costs less than half of setting the key again.
    Context sealing_, opening_;
};

}  // namespace candor::policy
