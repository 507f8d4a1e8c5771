// One AES-256 block under a daily key: whom an individual link is for.
#pragma once

#include <optional>

#include "policy/tokens/block_cipher.h"
#include "policy/tokens/keys.h"

namespace candor::policy {

/// A permutation of 128-bit values, and the values differ per recipient, link and time. It carries
/// no tag of its own because the SIV of the token covers it. Any number of threads may use it.
class SubjectCipher {
  public:
    explicit SubjectCipher(const DailyKey& key)
        : encrypting_(key, BlockCipher::Mode::Encrypt),
          decrypting_(key, BlockCipher::Mode::Decrypt) {}

    /// Nothing when OpenSSL refuses.
    [[nodiscard]] std::optional<Block> encrypt(const Block& block) const {
        return applied(encrypting_, block);
    }
    [[nodiscard]] std::optional<Block> decrypt(const Block& block) const {
        return applied(decrypting_, block);
    }

  private:
    static std::optional<Block> applied(const BlockCipher& cipher, Block block) {
        BlockCipher::Use aes{cipher};
        aes.apply(block);
        return aes.ok() ? std::optional{block} : std::nullopt;
    }
    BlockCipher encrypting_, decrypting_;
};

}  // namespace candor::policy
