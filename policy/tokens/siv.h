// AES-SIV (RFC 5297): deterministic authenticated encryption. No nonce that could repeat, no limit
// on messages per key, and a retry by the MTA seals to the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "policy/tokens/block_cipher.h"

namespace candor::policy {

inline constexpr std::size_t siv_bytes = 16;

/// One key, ready for use. Immutable: any number of threads may seal and open at once.
class Siv {
  public:
    /// 64 bytes: AES-256, as every key of ours; 32: AES-128. With any other nothing can be sealed.
    explicit Siv(std::span<const std::uint8_t> key);
    ~Siv();  // wipes what was made of the key
    Siv(const Siv&) = delete;
    Siv& operator=(const Siv&) = delete;

    /// The 16-byte SIV, then the ciphertext, as long as `plain`.
    /// Errors: Malformed (`associated` or `plain` empty), Broken (OpenSSL refuses).
    [[nodiscard]] Result<std::string> seal(std::string_view associated,
                                           std::string_view plain) const;
    /// The same into `sealed`, siv_bytes longer than `plain` and apart from it.
    [[nodiscard]] Result<void> seal_into(std::span<char> sealed, std::string_view associated,
                                         std::string_view plain) const;
    /// Errors: Malformed (not sealed under this key with `associated`), Broken.
    [[nodiscard]] Result<std::string> open(std::string_view associated,
                                           std::string_view sealed) const;

  private:
    [[nodiscard]] Block cmac(BlockCipher::Use& chain, std::string_view text) const;
    [[nodiscard]] Block siv_of(BlockCipher::Use& chain, std::string_view associated,
                               std::string_view plain) const;

    BlockCipher authenticating_, encrypting_;
    Block whole_mask_{}, padded_mask_{};  ///< K1 and K2 of CMAC (RFC 4493, section 2.3)
    Block zero_mac_{};                    ///< where S2V begins
};

}  // namespace candor::policy
