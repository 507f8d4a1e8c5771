#include "rewriter/bytes/utf8_text.h"

#include <unictype.h>
#include <unilbrk.h>
#include <uniwidth.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace candor::rewriter {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Formatting characters and fillers that show nothing of their own.
constexpr std::array<Range, 11> invisible_ranges{{{0xAD, 0xAD},
                                                  {0x34F, 0x34F},
                                                  {0x61C, 0x61C},
                                                  {0x115F, 0x1160},
                                                  {0x17B4, 0x17B5},
                                                  {0x180E, 0x180E},
                                                  {0x200B, 0x200F},
                                                  {0x202A, 0x202E},
                                                  {0x2060, 0x206F},
                                                  {0x3164, 0x3164},
                                                  {0xFEFF, 0xFEFF}}};
constexpr char32_t not_utf8 = 0xFFFD;
constexpr char32_t first_wide = 0x1100;

/// Flags are pairs of these, each half as wide as the flag.
bool is_regional_indicator(char32_t c) {
    return c >= 0x1F1E6 && c <= 0x1F1FF;
}

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
           c == 0x1680 || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x2800 ||
           c == 0x3000;
}

bool is_invisible(char32_t c) {
    if (c < 0x300) return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD;
    return std::ranges::any_of(invisible_ranges,
                               [c](const Range& r) { return c >= r.first && c <= r.last; });
}

bool is_blank(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_character(text, at);
        if (!is_space(c) && !is_invisible(c) && c != 0xA0) return false;
    }
    return true;
}

std::size_t columns_of(char32_t c) {
    if (c < 0x300 || is_regional_indicator(c)) return 1;
    if (uc_is_property_emoji_presentation(c)) return 2;
    return static_cast<std::size_t>(std::max(uc_width(c, "UTF-8"), 0));
}

std::size_t columns_of(std::string_view utf8) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < utf8.size();) columns += columns_of(next_character(utf8, at));
    return columns;
}

std::vector<std::size_t> breaks_inside(std::string_view word) {
    std::vector<std::size_t> places;
    bool wide = false;
    for (std::size_t at = 0; at < word.size() && !wide;) {
        const char32_t c = next_character(word, at);
        wide = c >= first_wide && columns_of(c) == 2;
    }
    if (!wide) return places;
    std::vector<char> kinds(word.size());
    const std::vector<std::uint8_t> bytes(word.begin(), word.end());
    u8_possible_linebreaks(bytes.data(), bytes.size(), "UTF-8", kinds.data());
    char32_t before = 0;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t here = at;
        const char32_t c = next_character(word, at);
        const bool beside_wide = columns_of(c) == 2 || columns_of(before) == 2;
        if (here > 0 && kinds[here] == UC_BREAK_POSSIBLE && beside_wide) places.push_back(here);
        before = c;
    }
    return places;
}

}  // namespace candor::rewriter
