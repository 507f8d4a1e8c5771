#include "rewriter/utf8_text.h"

#include <algorithm>
#include <array>

namespace candor::rewriter {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array<Range, 13> wide_ranges{{{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0x33FF},
                                             {0x3400, 0x4DBF},
                                             {0x4E00, 0x9FFF},
                                             {0xA000, 0xA4CF},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE4F},
                                             {0xFF00, 0xFF60},
                                             {0xFFE0, 0xFFE6},
                                             {0x1F300, 0x1FAFF},
                                             {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 6> invisible_ranges{{{0xAD, 0xAD},
                                                 {0x34F, 0x34F},
                                                 {0x180E, 0x180E},
                                                 {0x200B, 0x200F},
                                                 {0x2060, 0x2064},
                                                 {0xFEFF, 0xFEFF}}};
constexpr std::array<Range, 3> combining_ranges{
    {{0x300, 0x36F}, {0x200D, 0x200D}, {0xFE00, 0xFE0F}}};

template <std::size_t size>
bool is_in(char32_t c, const std::array<Range, size>& ranges) {
    return std::ranges::any_of(ranges, [c](const Range& r) { return c >= r.first && c <= r.last; });
}

constexpr char32_t not_utf8 = 0xFFFD;

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
    const auto byte_at = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
    };
    const char32_t lead = byte_at(at++);
    if (lead < 0x80) return lead;
    std::size_t tail = 0;
    char32_t c = 0;
    char32_t least = 0;
    if (lead >= 0xC2 && lead < 0xE0) {
        tail = 1, c = lead & 0x1FU, least = 0x80;
    } else if (lead >= 0xE0 && lead < 0xF0) {
        tail = 2, c = lead & 0x0FU, least = 0x800;
    } else if (lead >= 0xF0 && lead < 0xF5) {
        tail = 3, c = lead & 0x07U, least = 0x10000;
    }
    if (tail == 0 || at + tail > text.size()) return not_utf8;
    for (std::size_t i = 0; i < tail; ++i) {
        const char32_t next = byte_at(at + i);
        if ((next & 0xC0U) != 0x80) return not_utf8;
        c = c << 6U | (next & 0x3FU);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return not_utf8;
    at += tail;
    return c;
}

bool is_space(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x2000 && c <= 0x200A) || c == 0x85 ||
           c == 0x1680 || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_invisible(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || is_in(c, invisible_ranges);
}

std::size_t columns_of(char32_t c) {
    if (c < 0x300) return 1;
    if (is_in(c, combining_ranges)) return 0;
    return is_in(c, wide_ranges) ? 2 : 1;
}

}  // namespace candor::rewriter
