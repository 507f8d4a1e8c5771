// Base64 of an address inside a longer text depends on its offset; three alignments cover them all.
#include "policy/people/personal_destination.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "policy/ascii.h"
#include "policy/people/address_in_text.h"

namespace candor::policy {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string in_hex(std::string_view bytes) {
    std::string hex;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += hex_digits[byte >> 4];
        hex += hex_digits[byte & 15];
    }
    return hex;
}

std::string digest_hex(std::string_view text, const EVP_MD* algorithm) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), out.data(), &size, algorithm, nullptr) != 1) return {};
    return in_hex({reinterpret_cast<const char*>(out.data()), size});
}

std::string base64(std::string_view text, char c62, char c63) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const auto letter = [&](unsigned v) { return v < 62 ? letters[v] : v == 62 ? c62 : c63; };
    std::string out;
    unsigned bits = 0;
    int have = 0;
    for (const char c : text) {
        bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xffffff;
        for (have += 8; have >= 6; have -= 6) out += letter(bits >> (have - 6) & 63);
    }
    return out;  // the last partial character depends on what follows: left out
}

}  // namespace

AddressSpellings::AddressSpellings(std::string_view normalised_address) {
    if (normalised_address.empty()) return;
    any_case_.emplace_back(normalised_address);
    // Some systems cut the address in two or write the @ as "=" (VERP, RFC 3834 return paths).
    std::string verp{normalised_address};
    std::ranges::replace(verp, '@', '=');
    any_case_.push_back(verp);
    any_case_.push_back(in_hex(normalised_address));
    for (const EVP_MD* algorithm :
         {EVP_md5(), EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
        if (auto hex = digest_hex(normalised_address, algorithm); !hex.empty())
            any_case_.push_back(hex);
    }
    for (std::size_t skip = 0; skip < 3 && skip < normalised_address.size(); ++skip) {
        exact_case_.push_back(base64(normalised_address.substr(skip), '+', '/'));
        exact_case_.push_back(base64(normalised_address.substr(skip), '-', '_'));
    }
    // A spelling of a few characters would be found by chance.
    std::erase_if(exact_case_, [](const std::string& spelling) { return spelling.size() < 8; });
}

bool AddressSpellings::found_in(std::string_view url) const {
    // A redirect's address is a parameter of its own, so what it names is escaped twice or more.
    std::string decoded = percent_decoded(url);
    for (int i = 1; i < max_escapes; ++i) {
        if (found_as_it_is(decoded)) return true;
        std::string next = percent_decoded(decoded);
        if (next == decoded) return false;
        decoded = std::move(next);
    }
    return found_as_it_is(decoded);
}

bool AddressSpellings::found_as_it_is(std::string_view decoded) const {
    const std::string folded = ascii_lowered(decoded);
    return std::ranges::any_of(any_case_,
                               [&](const std::string& spelling) {
                                   return folded.find(spelling) != std::string::npos;
                               }) ||
           std::ranges::any_of(exact_case_, [&](const std::string& spelling) {
               return decoded.find(spelling) != std::string::npos;
           });
}

}  // namespace candor::policy
