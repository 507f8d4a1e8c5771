// SHA-256 by OpenSSL.
#include "policy/tokens/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>
#include <stdexcept>

#include "policy/ascii.h"

namespace candor::policy {

Sha256 sha256(std::string_view bytes) {
    Sha256 hash{};
    unsigned int length = 0;
    // Fails only without memory or without SHA-256: nothing a caller could do about either.
    if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, EVP_sha256(), nullptr) != 1 ||
        length != hash.size()) {
        throw std::runtime_error("OpenSSL has no SHA-256");
    }
    return hash;
}

std::string sha256_hex(std::string_view text) {
    return to_hex(sha256(text));
}

Sha256 hmac_sha256(const std::array<std::uint8_t, 32>& key, std::string_view bytes) {
    Sha256 hash{};
    unsigned int length = 0;
    const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     bytes.size(), hash.data(), &length);
    // It fails for want of memory only; a hash of zeros would make everybody one person.
    if (done == nullptr || length != hash.size()) throw std::bad_alloc();
    return hash;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 0x0FU]);
    }
    return text;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> bytes) {
    if (text.size() != bytes.size() * 2) return false;
    for (std::size_t k = 0; k < bytes.size(); ++k) {
        const int high = hex_value(text[2 * k]);
        const int low = hex_value(text[2 * k + 1]);
        if (high < 0 || low < 0) return false;
        bytes[k] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

}  // namespace candor::policy
