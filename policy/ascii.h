// ASCII as URLs and host names want it: locale-free, and bytes over 0x7F are just bytes.
#pragma once

#include <string>
#include <string_view>

namespace candor::policy {

constexpr bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
inline std::string ascii_lowered(std::string_view text) {
    std::string lowered{text};
    for (char& c : lowered) c = ascii_lower(c);
    return lowered;
}

constexpr bool is_ascii_alnum(char c) {
    const char lower = ascii_lower(c);
    return is_ascii_digit(c) || (lower >= 'a' && lower <= 'z');
}

/// -1 when `c` is no hexadecimal digit.
constexpr int hex_value(char c) {
    if (is_ascii_digit(c)) return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// `%41` -> `A`; what is no escape stays.
inline std::string percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t k = 0; k < text.size(); ++k) {
        const int high = text[k] == '%' && k + 2 < text.size() ? hex_value(text[k + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[k + 2]) : -1;
        if (low < 0) {
            out += text[k];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        k += 2;
    }
    return out;
}

}  // namespace candor::policy
