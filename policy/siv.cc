// AES-256-SIV by OpenSSL's provider; the only file that knows how OpenSSL wants it called.
#include "policy/siv.h"

#include <openssl/evp.h>

#include <limits>

namespace candor::policy {
namespace {

// Fetching walks the providers and costs more than sealing; the algorithm object is immutable.
const EVP_CIPHER* aes_256_siv() {
    static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-SIV", nullptr);
    return cipher;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text, std::size_t offset) {
    return reinterpret_cast<unsigned char*>(text.data() + offset);
}

bool fits(std::string_view text) {
    return !text.empty() &&
           text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max() / 2);
}

}  // namespace

void Siv::Free::operator()(evp_cipher_ctx_st* context) const {
    EVP_CIPHER_CTX_free(context);
}

Siv::Context Siv::keyed(const std::array<std::uint8_t, 64>& key, bool sealing) {
    Context context{EVP_CIPHER_CTX_new()};
    if (!context || aes_256_siv() == nullptr) return {};
    if (EVP_CipherInit_ex2(context.get(), aes_256_siv(), key.data(), nullptr, sealing ? 1 : 0,
                           nullptr) != 1) {
        return {};
    }
    return context;
}

Siv::Context Siv::copy_of(const Context& keyed) {
    Context copy{EVP_CIPHER_CTX_new()};
    if (!keyed || !copy || EVP_CIPHER_CTX_copy(copy.get(), keyed.get()) != 1) return {};
    return copy;
}

Siv::Siv(const std::array<std::uint8_t, 64>& key)
    : sealing_(keyed(key, true)), opening_(keyed(key, false)) {}

Result<std::string> Siv::seal(std::string_view associated, std::string_view plain) const {
    // OpenSSL skips an empty Update, and an empty one would leave the SIV unset.
    if (!fits(associated) || !fits(plain)) return fail(Fault::Malformed, "nothing to seal");
    const Context context = copy_of(sealing_);
    std::string sealed(siv_bytes + plain.size(), '\0');
    int written = 0;
    const bool ok = context &&
                    EVP_EncryptUpdate(context.get(), nullptr, &written, bytes_of(associated),
                                      static_cast<int>(associated.size())) == 1 &&
                    EVP_EncryptUpdate(context.get(), bytes_of(sealed, siv_bytes), &written,
                                      bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG,
                                        static_cast<int>(siv_bytes), sealed.data()) == 1;
    if (!ok) return fail(Fault::Broken, "OpenSSL cannot seal with AES-256-SIV");
    return sealed;
}

Result<std::string> Siv::open(std::string_view associated, std::string_view sealed) const {
    if (!fits(associated) || !fits(sealed) || sealed.size() <= siv_bytes) {
        return fail(Fault::Malformed, "too short to be sealed");
    }
    const Context context = copy_of(opening_);
    if (!context) return fail(Fault::Broken, "OpenSSL cannot open with AES-256-SIV");
    std::string tag(sealed.substr(0, siv_bytes));
    const std::string_view ciphertext = sealed.substr(siv_bytes);
    std::string plain(ciphertext.size(), '\0');
    int written = 0;
    if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(siv_bytes),
                            tag.data()) != 1 ||
        EVP_DecryptUpdate(context.get(), nullptr, &written, bytes_of(associated),
                          static_cast<int>(associated.size())) != 1) {
        return fail(Fault::Broken, "OpenSSL cannot open with AES-256-SIV");
    }
    if (EVP_DecryptUpdate(context.get(), bytes_of(plain, 0), &written, bytes_of(ciphertext),
                          static_cast<int>(ciphertext.size())) != 1) {
        return fail(Fault::Malformed, "not sealed under this key");
    }
    return plain;
}

}  // namespace candor::policy
