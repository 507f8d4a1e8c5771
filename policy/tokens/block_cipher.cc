// AES by OpenSSL. Setting an IV costs as much as five blocks, so a chain is begun anew by xoring
// away what the context still holds of the one before.
#include "policy/tokens/block_cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

namespace candor::policy {
namespace {

/// Fetching walks the providers and costs more than a message; the algorithm object is immutable.
const EVP_CIPHER* algorithm(std::size_t key_bytes, bool chain) {
    static const auto fetched = [](const char* name) {
        return EVP_CIPHER_fetch(nullptr, name, nullptr);
    };
    static const std::array<const EVP_CIPHER*, 2> aes_128{fetched("AES-128-ECB"),
                                                          fetched("AES-128-CBC")};
    static const std::array<const EVP_CIPHER*, 2> aes_256{fetched("AES-256-ECB"),
                                                          fetched("AES-256-CBC")};
    if (key_bytes != 16 && key_bytes != 32) return nullptr;
    return (key_bytes == 16 ? aes_128 : aes_256).at(chain ? 1 : 0);
}

}  // namespace

struct BlockCipher::Keyed {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    Block last{};  ///< of a chain: what OpenSSL will xor into the next block
    Keyed() = default;
    Keyed(const Keyed&) = delete;
    Keyed& operator=(const Keyed&) = delete;
    ~Keyed() {
        EVP_CIPHER_CTX_free(context);
        OPENSSL_cleanse(last.data(), last.size());
    }
};

void BlockCipher::Free::operator()(Keyed* keyed) const {
    delete keyed;
}

BlockCipher::BlockCipher(std::span<const std::uint8_t> key, Mode mode)
    : key_bytes_(key.size()), mode_(mode) {
    std::ranges::copy(key.first(std::min(key.size(), key_.size())), key_.begin());
}

BlockCipher::~BlockCipher() {
    delete spare_.load();
    OPENSSL_cleanse(key_.data(), key_.size());
}

BlockCipher::Context BlockCipher::keyed() const {
    const EVP_CIPHER* cipher = algorithm(key_bytes_, mode_ == Mode::Chain);
    Context made{new Keyed};
    if (cipher == nullptr || made->context == nullptr) return {};
    const int encrypting = mode_ == Mode::Decrypt ? 0 : 1;
    const std::uint8_t* const iv = mode_ == Mode::Chain ? made->last.data() : nullptr;
    const bool ok =
        EVP_CipherInit_ex2(made->context, cipher, key_.data(), iv, encrypting, nullptr) == 1 &&
        EVP_CIPHER_CTX_set_padding(made->context, 0) == 1;
    return ok ? std::move(made) : Context{};
}

BlockCipher::Use::Use(const BlockCipher& cipher)
    : cipher_(cipher), context_(cipher.spare_.exchange(nullptr)) {
    if (!context_) context_ = cipher.keyed();
    ok_ = context_ != nullptr;
}

BlockCipher::Use::~Use() {
    // Of two that come back at the same time one is enough.
    if (ok_) context_.reset(cipher_.spare_.exchange(context_.release()));
}

void BlockCipher::Use::apply(std::span<Block> blocks) {
    if (!ok_ || blocks.empty()) return;
    std::uint8_t* const bytes = blocks.data()->data();
    const bool chain = cipher_.mode_ == Mode::Chain;
    if (chain) xor_into(blocks.front(), context_->last);
    const int size = static_cast<int>(blocks.size_bytes());
    int written = 0;
    ok_ = EVP_CipherUpdate(context_->context, bytes, &written, bytes, size) == 1 && written == size;
    if (chain) context_->last = blocks.back();
}

}  // namespace candor::policy
