// ASCII comparisons as HTML, CSS and URLs want them: locale-free, and bytes over 0x7F are just
// bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace candor::rewriter {

constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_ascii_letter(char c) {
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}
constexpr bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_ascii_alnum(char c) {
    return is_ascii_letter(c) || is_ascii_digit(c);
}
constexpr std::array<std::int8_t, 256> hex_values = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t digit = 0; digit < 16; ++digit) {
        values.at(static_cast<unsigned char>("0123456789abcdef"[digit])) =
            static_cast<std::int8_t>(digit);
        values.at(static_cast<unsigned char>("0123456789ABCDEF"[digit])) =
            static_cast<std::int8_t>(digit);
    }
    return values;
}();
/// Of a hexadecimal digit in either case; -1 for what is none. By a table: quoted-printable asks
/// for every other byte.
constexpr int hex_value(char c) {
    return hex_values[static_cast<unsigned char>(c)];
}
/// HTML's white space; CR counts, since a browser turns it into LF before it looks.
constexpr bool is_html_blank(char c) {
    constexpr std::uint64_t blanks =
        1ULL << ' ' | 1U << '\n' | 1U << '\t' | 1U << '\r' | 1U << '\f';
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' && (blanks >> byte & 1U) != 0;
}

/// Whether `is` says yes to any byte: without a branch for each, many of them are asked at a time.
template <class Is>
constexpr bool any_byte(std::string_view text, Is is) {
    unsigned char found = 0;
    for (const char c : text) found |= static_cast<unsigned char>(is(c) ? 1 : 0);
    return found != 0;
}

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    }
    return true;
}
constexpr bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
    return text.size() >= start.size() && equals_ignoring_case(text.substr(0, start.size()), start);
}

inline std::string ascii_lowered(std::string_view text) {
    std::string lowered{text};
    for (char& c : lowered) c = ascii_lower(c);
    return lowered;
}

constexpr std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && is_html_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_html_blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace candor::rewriter
