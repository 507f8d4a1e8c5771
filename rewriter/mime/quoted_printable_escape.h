// What an `=` of quoted-printable begins, as leniently as mail clients read it.
#pragma once

#include <cstddef>
#include <string_view>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"

namespace candor::rewriter {

/// What may stand before a line end without a meaning.
constexpr bool is_line_blank(char c) {
    return c == ' ' || c == '\t';
}

/// Length of the soft line break at `at` (an `=`), blanks before its line end included; 0 if none.
inline std::size_t soft_break_length(std::string_view encoded, std::size_t at) {
    std::size_t end = at + 1;
    while (end < encoded.size() && is_line_blank(encoded[end])) ++end;
    if (end == encoded.size()) return end - at;  // `=` as the last byte says: no line end here
    if (encoded[end] == '\n') return end + 1 - at;
    if (encoded[end] == '\r' && end + 1 < encoded.size() && encoded[end + 1] == '\n') {
        return end + 2 - at;
    }
    return 0;
}

using EqualsSign = ByteSet<false, '='>;

/// What an `=` begins: an octet, nothing (a soft line break), or itself when it is malformed.
struct QuotedEscape {
    std::size_t length;  ///< of it in the encoded text
    bool is_octet;
    char octet;
};

inline QuotedEscape quoted_escape_at(std::string_view encoded, std::size_t at) {
    if (encoded.size() - at > 2 && encoded[at + 1] == '\r' && encoded[at + 2] == '\n') {
        return {3, false, 0};
    }
    const int high = at + 2 < encoded.size() ? hex_value(encoded[at + 1]) : -1;
    const int low = high >= 0 ? hex_value(encoded[at + 2]) : -1;
    if (low >= 0) return {3, true, static_cast<char>(high * 16 + low)};
    if (const std::size_t length = soft_break_length(encoded, at); length > 0) {
        return {length, false, 0};
    }
    return {1, true, '='};
}

}  // namespace candor::rewriter
