// AES-SIV of AES blocks: CMAC (RFC 4493), S2V and the counter mode of RFC 5297. OpenSSL's own SIV
// allocates a dozen contexts for each message, four times what the AES of a link costs; of its CTR
// mode the setting of an IV alone costs as much as five blocks.
#include "policy/tokens/siv.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace candor::policy {
namespace {

/// Far below 2^31 blocks, up to which the counter does not pass its last 32 bits.
bool fits(std::string_view text) {
    return !text.empty() &&
           text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max() / 2);
}

/// `text` is at most as long as a block.
void xor_into(Block& block, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        block[i] = static_cast<std::uint8_t>(block[i] ^ static_cast<unsigned char>(text[i]));
    }
}

std::string_view text_of(const Block& block) {
    return {reinterpret_cast<const char*>(block.data()), block.size()};
}

/// Times x in GF(2^128), without a branch on what is secret.
Block doubled(const Block& block) {
    Block out{};
    for (std::size_t i = 0; i + 1 < block.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(block[i] << 1 | block[i + 1] >> 7);
    }
    out.back() = static_cast<std::uint8_t>(block.back() << 1 ^ (block.front() >> 7) * 0x87);
    return out;
}

/// `in` xor the key stream that begins at `siv`, into `out` of the same size.
void count_out(BlockCipher::Use& aes, Block siv, std::string_view in, char* out) {
    // The RFC clears these two bits, so that a counter of 32 bits is enough.
    siv[8] &= 0x7F;
    siv[12] &= 0x7F;
    std::uint32_t count = static_cast<std::uint32_t>(siv[12]) << 24 |
                          static_cast<std::uint32_t>(siv[13]) << 16 |
                          static_cast<std::uint32_t>(siv[14]) << 8 | siv[15];
    std::array<Block, 16> stream;
    while (!in.empty()) {
        const std::size_t bytes = std::min(in.size(), sizeof stream);
        const std::size_t blocks = (bytes + siv.size() - 1) / siv.size();
        for (std::size_t i = 0; i < blocks; ++i, ++count) {
            stream[i] = siv;
            for (std::size_t k = 0; k < 4; ++k) {
                stream[i][12 + k] = static_cast<std::uint8_t>(count >> (24 - 8 * k));
            }
        }
        aes.apply({stream.data(), blocks});
        const std::uint8_t* const key = stream.data()->data();
        for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>(in[i] ^ key[i]);
        in.remove_prefix(bytes);
        out += bytes;
    }
}

}  // namespace

Siv::Siv(std::span<const std::uint8_t> key)
    : authenticating_(key.first(key.size() / 2), BlockCipher::Mode::Chain),
      encrypting_(key.subspan(key.size() / 2), BlockCipher::Mode::Encrypt) {
    BlockCipher::Use chain{authenticating_};
    Block zero{};
    chain.apply(zero);
    whole_mask_ = doubled(zero);
    padded_mask_ = doubled(whole_mask_);
    zero_mac_ = cmac(chain, text_of(Block{}));
}

Siv::~Siv() {
    for (Block* secret : {&whole_mask_, &padded_mask_, &zero_mac_}) {
        OPENSSL_cleanse(secret->data(), secret->size());
    }
}

Block Siv::cmac(BlockCipher::Use& chain, std::string_view text) const {
    Block mac{};
    std::array<Block, 16> blocks;
    for (bool last = false; !last;) {
        const std::size_t bytes = std::min(text.size(), sizeof blocks);
        const std::size_t count = std::max<std::size_t>((bytes + mac.size() - 1) / mac.size(), 1);
        last = bytes == text.size();
        blocks[count - 1] = {};
        std::memcpy(blocks.data(), text.data(), bytes);
        text.remove_prefix(bytes);
        if (last) {
            const std::size_t filled = bytes - (count - 1) * mac.size();
            const bool whole = filled == mac.size();
            if (!whole) blocks[count - 1][filled] = 0x80;
            xor_into(blocks[count - 1], whole ? whole_mask_ : padded_mask_);
        }
        xor_into(blocks.front(), mac);  // a chain begins anew with each call
        chain.apply({blocks.data(), count});
        mac = blocks[count - 1];
    }
    return mac;
}

/// S2V of one string of associated data and the message (RFC 5297, section 2.4).
Block Siv::siv_of(BlockCipher::Use& chain, std::string_view associated,
                  std::string_view plain) const {
    Block sum = doubled(zero_mac_);
    xor_into(sum, cmac(chain, associated));
    if (plain.size() < sum.size()) {
        sum = doubled(sum);
        xor_into(sum, plain);
        sum[plain.size()] ^= 0x80;
        return cmac(chain, text_of(sum));
    }
    std::string last{plain};
    char* const end = last.data() + (last.size() - sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i) end[i] = static_cast<char>(end[i] ^ sum[i]);
    return cmac(chain, last);
}

Result<std::string> Siv::seal(std::string_view associated, std::string_view plain) const {
    std::string sealed(siv_bytes + plain.size(), '\0');
    if (auto done = seal_into(sealed, associated, plain); !done) return fail(done.error());
    return sealed;
}

Result<void> Siv::seal_into(std::span<char> sealed, std::string_view associated,
                            std::string_view plain) const {
    if (!fits(associated) || !fits(plain)) return fail(Fault::Malformed, "nothing to seal");
    BlockCipher::Use authenticating{authenticating_};
    BlockCipher::Use encrypting{encrypting_};
    const Block siv = siv_of(authenticating, associated, plain);
    std::ranges::copy(siv, sealed.begin());
    count_out(encrypting, siv, plain, sealed.data() + siv_bytes);
    if (!authenticating.ok() || !encrypting.ok()) {
        return fail(Fault::Broken, "OpenSSL cannot encrypt with AES");
    }
    return {};
}

Result<std::string> Siv::open(std::string_view associated, std::string_view sealed) const {
    if (!fits(associated) || !fits(sealed) || sealed.size() <= siv_bytes) {
        return fail(Fault::Malformed, "too short to be sealed");
    }
    BlockCipher::Use authenticating{authenticating_};
    BlockCipher::Use encrypting{encrypting_};
    Block siv{};
    std::ranges::copy(sealed.substr(0, siv_bytes), siv.begin());
    std::string plain(sealed.size() - siv_bytes, '\0');
    count_out(encrypting, siv, sealed.substr(siv_bytes), plain.data());
    const Block expected = siv_of(authenticating, associated, plain);
    if (!authenticating.ok() || !encrypting.ok()) {
        return fail(Fault::Broken, "OpenSSL cannot encrypt with AES");
    }
    if (CRYPTO_memcmp(siv.data(), expected.data(), siv.size()) != 0) {
        OPENSSL_cleanse(plain.data(), plain.size());
        return fail(Fault::Malformed, "not sealed under this key");
    }
    return plain;
}

}  // namespace candor::policy
