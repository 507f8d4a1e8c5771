// The two directions of base64url; knows nothing of what the bytes mean.
#include "policy/tokens/base64url.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace candor::policy {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t foreign = 0xFF;

constexpr std::array<std::uint8_t, 256> sextets = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(foreign);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}();

/// The two characters of twelve bits, to be written by one store.
constexpr std::array<std::array<char, 2>, 4096> pairs = [] {
    std::array<std::array<char, 2>, 4096> table{};
    for (std::size_t bits = 0; bits < table.size(); ++bits) {
        table[bits] = {alphabet[bits >> 6U], alphabet[bits & 0x3FU]};
    }
    return table;
}();

char* put(char* out, const std::array<char, 2>& two) {
    std::memcpy(out, two.data(), two.size());
    return out + two.size();
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    char* out = text.data();
    const auto byte = [bytes](std::size_t i) -> std::uint32_t {
        return static_cast<unsigned char>(bytes[i]);
    };
    std::size_t at = 0;
    for (; bytes.size() - at >= 3; at += 3) {
        const std::uint32_t bits = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        out = put(put(out, pairs[bits >> 12]), pairs[bits & 0xFFF]);
    }
    // Of the last group only as many characters as its bytes need.
    if (at == bytes.size()) return text;
    const bool two = bytes.size() - at == 2;
    const std::uint32_t bits = byte(at) << 16 | (two ? byte(at + 1) << 8 : 0);
    *out++ = alphabet[bits >> 18];
    *out++ = alphabet[bits >> 12 & 0x3F];
    if (two) *out = alphabet[bits >> 6 & 0x3F];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;  // six bits are no byte
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char character : text) {
        const std::uint8_t sextet = sextets[static_cast<unsigned char>(character)];
        if (sextet == foreign) return std::nullopt;
        bits = (bits << 6) | sextet;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<char>((bits >> held) & 0xFF));
        }
    }
    const std::uint32_t spare = bits & ((1U << held) - 1);
    if (spare != 0) return std::nullopt;
    return bytes;
}

}  // namespace candor::policy
