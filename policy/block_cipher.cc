// AES by OpenSSL, in the one mode that keeps no state between blocks.
#include "policy/block_cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace candor::policy {
namespace {

/// Fetching walks the providers and costs more than a message; the algorithm object is immutable.
const EVP_CIPHER* algorithm(std::size_t key_bytes) {
    static const EVP_CIPHER* const aes_128 = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
    static const EVP_CIPHER* const aes_256 = EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr);
    return key_bytes == 16 ? aes_128 : key_bytes == 32 ? aes_256 : nullptr;
}

}  // namespace

void BlockCipher::Free::operator()(evp_cipher_ctx_st* context) const {
    EVP_CIPHER_CTX_free(context);
}

BlockCipher::BlockCipher(std::span<const std::uint8_t> key, Direction direction)
    : key_bytes_(key.size()), direction_(direction) {
    std::ranges::copy(key.first(std::min(key.size(), key_.size())), key_.begin());
}

BlockCipher::~BlockCipher() {
    EVP_CIPHER_CTX_free(spare_);
    OPENSSL_cleanse(key_.data(), key_.size());
}

BlockCipher::Context BlockCipher::keyed() const {
    const EVP_CIPHER* cipher = algorithm(key_bytes_);
    Context context{EVP_CIPHER_CTX_new()};
    if (cipher == nullptr || !context) return {};
    const int encrypting = direction_ == Direction::Encrypt ? 1 : 0;
    const bool ok =
        EVP_CipherInit_ex2(context.get(), cipher, key_.data(), nullptr, encrypting, nullptr) == 1 &&
        EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1;
    return ok ? std::move(context) : Context{};
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
    if (!ok_) return;
    std::uint8_t* const bytes = blocks.data()->data();
    const int size = static_cast<int>(blocks.size_bytes());
    int written = 0;
    ok_ = EVP_CipherUpdate(context_.get(), bytes, &written, bytes, size) == 1 && written == size;
}

}  // namespace candor::policy
