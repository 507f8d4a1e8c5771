// The first seven bytes of a token, which say how the rest is to be read. Frozen: docs/formats.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/tokens/keys.h"

namespace candor::policy {

enum class TokenKind : std::uint8_t {
    Individual = 1,
    Aggregate = 2,
    OptOut = 3,
    IndividualOpen = 4,
    AggregateOpen = 5
};

/// How the destination is sealed. Opt-outs and opens have none and stay Plain.
enum class TokenVersion : std::uint8_t {
    Plain = 1,      ///< as it is; no longer sealed, but it opens for ever
    Dictionary = 2  ///< shortened (policy/tokens/url_dictionary.h)
};

inline constexpr std::size_t token_header_bytes = 7;

struct TokenHeader {
    TokenVersion version = TokenVersion::Dictionary;
    TokenKind kind = TokenKind::Individual;
    std::uint8_t link_key_id = 0;
    ControllerNumber controller = 0;
    RetentionClass retention = 0;  ///< with `day` 0 where nobody is named
    std::uint16_t day = 0;         ///< since 1970-01-01 UTC
    int tweak = 0;                 ///< 0 to 15
};

[[nodiscard]] std::string to_bytes(const TokenHeader& header);
/// Nothing for versions and kinds that are not known here, and when `bytes` is too short.
[[nodiscard]] std::optional<TokenHeader> read_token_header(std::string_view bytes);

/// Big endian.
template <class Number>
void put_number(std::string& bytes, Number value) {
    for (std::size_t i = sizeof(Number); i-- > 0;) {
        bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
    }
}

template <class Number>
[[nodiscard]] Number number_at(std::string_view bytes, std::size_t offset) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        value = (value << 8) | static_cast<unsigned char>(bytes[offset + i]);
    }
    return static_cast<Number>(value);
}

}  // namespace candor::policy
