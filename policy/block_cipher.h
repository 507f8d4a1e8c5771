// AES block by block under a fixed key; what is made of the blocks is for the caller to say.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct evp_cipher_ctx_st;

namespace candor::policy {

using Block = std::array<std::uint8_t, 16>;

/// One key, one direction. Any number of threads may use it at once.
class BlockCipher {
    struct Free {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    using Context = std::unique_ptr<evp_cipher_ctx_st, Free>;

  public:
    enum class Direction : std::uint8_t { Encrypt, Decrypt };

    /// `key` is one of AES-128 or AES-256; any other never works.
    BlockCipher(std::span<const std::uint8_t> key, Direction direction);
    ~BlockCipher();  // wipes the key
    BlockCipher(const BlockCipher&) = delete;
    BlockCipher& operator=(const BlockCipher&) = delete;

    /// The cipher in the hands of one thread, for the time of one message. Outlived by the cipher.
    class Use {
      public:
        explicit Use(const BlockCipher& cipher);
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

        /// In place, each block by itself.
        void apply(std::span<Block> blocks);
        void apply(Block& block) { apply({&block, 1}); }
        /// False when OpenSSL refused anything so far: the blocks mean nothing then.
        [[nodiscard]] bool ok() const { return ok_; }

      private:
        const BlockCipher& cipher_;
        Context context_;
        bool ok_;
    };

  private:
    [[nodiscard]] Context keyed() const;

    std::array<std::uint8_t, 32> key_{};
    std::size_t key_bytes_;
    Direction direction_;
    /// A context nobody uses now, owned; null while somebody does. Setting the key of another costs
    /// as much as ten blocks, waiting for a lock may cost more.
    mutable std::atomic<evp_cipher_ctx_st*> spare_ = nullptr;
};

}  // namespace candor::policy
