// Digits in groups of four; everything else in a base64 text is layout.
#include "rewriter/mime/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace candor::rewriter {
namespace {

constexpr std::size_t usual_column = 76;
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> values = [] {
    std::array<std::int8_t, 256> of{};
    of.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        of.at(static_cast<unsigned char>(alphabet[i])) = static_cast<std::int8_t>(i);
    }
    return of;
}();

int value_of(char c) {
    return values.at(static_cast<unsigned char>(c));
}

bool is_layout(char c) {
    return c == '\r' || c == '\n' || c == ' ' || c == '\t';
}

/// How the lines of an encoded text look.
struct Layout {
    std::size_t column = usual_column;
    std::string_view line_end = "\r\n";
};

Layout layout_of(std::string_view encoded) {
    const std::size_t feed = encoded.find('\n');
    if (feed == std::string_view::npos) return {};
    const bool crlf = feed > 0 && encoded[feed - 1] == '\r';
    Layout layout{usual_column, crlf ? "\r\n" : "\n"};
    const std::string_view first = encoded.substr(0, feed);
    const auto digits = static_cast<std::size_t>(
        std::ranges::count_if(first, [](char c) { return value_of(c) >= 0; }));
    // A text of one line says nothing about how long a line would be; RFC 2045 allows 76, and lines
    // are given more only where the sender has more.
    const bool more_lines = encoded.find_first_not_of("\r\n \t", feed) != std::string_view::npos;
    if (more_lines && digits >= 4 && digits <= 998) layout.column = digits;
    return layout;
}

/// Appends `bytes`, `column` characters into a line.
void append(std::string& out, std::size_t column, std::string_view bytes, const Layout& layout) {
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = (group << 8) | (i < left ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            if (column >= layout.column) {
                out += layout.line_end;
                column = 0;
            }
            out += i <= left ? alphabet[(group >> (18 - 6 * i)) & 0x3FU] : '=';
            ++column;
        }
    }
}

/// The position right behind the `count`-th digit; the beginning for 0.
std::size_t behind_digit(std::string_view encoded, std::size_t count) {
    std::size_t at = 0;
    while (count > 0) {
        if (value_of(encoded[at]) >= 0) --count;
        ++at;
    }
    return at;
}

}  // namespace

std::string decode_base64(std::string_view encoded) {
    std::string out;
    out.reserve(encoded.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        if (count == 0) {
            // The usual case: a whole group side by side.
            while (at + 4 <= encoded.size()) {
                const int a = value_of(encoded[at]);
                const int b = value_of(encoded[at + 1]);
                const int c = value_of(encoded[at + 2]);
                const int d = value_of(encoded[at + 3]);
                if ((a | b | c | d) < 0) break;
                const char group[] = {static_cast<char>(a << 2 | b >> 4),
                                      static_cast<char>((b & 15) << 4 | c >> 2),
                                      static_cast<char>((c & 3) << 6 | d)};
                out.append(group, 3);  // NOLINT
                at += 4;
            }
            if (at == encoded.size()) break;
        }
        if (encoded[at] == '=') {  // the rest of a group; what follows starts a new one
            bits = 0;
            count = 0;
            continue;
        }
        const int value = value_of(encoded[at]);
        if (value < 0) continue;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        if (++count == 1) continue;
        // After the 2nd, 3rd and 4th character of a group one more byte is complete.
        const int spare = count == 2 ? 4 : count == 3 ? 2 : 0;
        out += static_cast<char>((bits >> spare) & 0xFFU);
        if (count == 4) {
            bits = 0;
            count = 0;
        }
    }
    return out;
}

std::string encode_base64(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + bytes.size() / 28 + 8);
    append(out, 0, bytes, {});
    if (!out.empty()) out += "\r\n";
    return out;
}

bool is_clean_base64(std::string_view encoded) {
    std::size_t digits = 0;
    bool padded = false;
    for (const char c : encoded) {
        if (is_layout(c)) continue;
        if (c == '=') {
            padded = true;
        } else if (padded || value_of(c) < 0) {
            return false;
        } else {
            ++digits;
        }
    }
    return digits % 4 != 1;
}

std::string splice_base64(std::string_view encoded, std::span<const Replacement> replacements) {
    if (replacements.empty()) return std::string(encoded);
    const Layout layout = layout_of(encoded);
    const std::size_t kept_groups = replacements.front().where.begin / 3;
    const std::size_t cut = behind_digit(encoded, kept_groups * 4);
    const std::size_t tail = encoded.find_last_not_of("\r\n \t") + 1;  // 0 when there is no digit

    // Spans count from the first byte that is encoded anew.
    std::vector<Replacement> moved(replacements.begin(), replacements.end());
    for (Replacement& replacement : moved) {
        replacement.where.begin -= kept_groups * 3;
        replacement.where.end -= kept_groups * 3;
    }
    const std::string bytes = splice(decode_base64(encoded.substr(cut)), moved);
    std::string out;
    out.reserve(cut + bytes.size() / 3 * 4 + bytes.size() / 24 + 8);
    out = encoded.substr(0, cut);
    const std::size_t line = out.rfind('\n');
    append(out, out.size() - (line == std::string::npos ? 0 : line + 1), bytes, layout);
    out += encoded.substr(std::max(tail, cut));
    return out;
}

}  // namespace candor::rewriter
