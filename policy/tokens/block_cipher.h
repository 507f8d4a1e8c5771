// AES under a fixed key, block by block or in a chain; what is made of the blocks is for the caller
// to say.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace candor::policy {

using Block = std::array<std::uint8_t, 16>;

inline void xor_into(Block& block, const Block& other) {
    for (std::size_t i = 0; i < block.size(); ++i) {
        block[i] = static_cast<std::uint8_t>(block[i] ^ other[i]);
    }
}

/// One key, one mode. Any number of threads may use it at once.
class BlockCipher {
    struct Keyed;
    struct Free {
        void operator()(Keyed* keyed) const;
    };
    using Context = std::unique_ptr<Keyed, Free>;

  public:
    enum class Mode : std::uint8_t { Encrypt, Decrypt, Chain };

    /// `key` is one of AES-128 or AES-256; any other never works.
    BlockCipher(std::span<const std::uint8_t> key, Mode mode);
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

        /// In place, each block by itself; of Mode::Chain each xored with the one before it first
        /// (CBC with an IV of zeros).
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
    Mode mode_;
    /// A context nobody uses now, owned; null while somebody does. Setting the key of another costs
    /// as much as ten blocks, waiting for a lock may cost more.
    mutable std::atomic<Keyed*> spare_ = nullptr;
};

}  // namespace candor::policy
