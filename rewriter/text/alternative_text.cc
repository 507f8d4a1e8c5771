#include "rewriter/text/alternative_text.h"

#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t longest_text_bytes = 2000;

constexpr std::array<std::string_view, 22> empty_words{
    "image", "img",  "spacer", "blank",  "picture", "photo",   "pixel", "bg",
    "icon",  "logo", "banner", "header", "footer",  "divider", "line",  "arrow",
    "null",  "none", "alt",    "shadow", "shim",    "untitled"};
constexpr std::array<std::string_view, 7> file_endings{".png",  ".gif", ".jpg", ".jpeg",
                                                       ".webp", ".svg", ".bmp"};

/// As machines name things: no blank, and letters mixed with digits or underscores.
bool is_identifier(std::string_view text) {
    bool digit = false;
    bool underscore = false;
    std::size_t letters = 0;
    for (const char c : text) {
        if (is_html_blank(c) || static_cast<unsigned char>(c) >= 0x80) return false;
        digit |= is_ascii_digit(c);
        underscore |= c == '_';
        if (is_ascii_letter(c)) ++letters;
    }
    constexpr std::size_t shortest = 8;  // "iPhone15" is somebody's word, "a2ee7f57-..." is not
    return underscore || (digit && letters > 0 && text.size() > shortest);
}

}  // namespace

bool says_something(std::string_view text) {
    if (text.empty() || text.size() > longest_text_bytes) return false;
    if (text.find("://") != text.npos || is_identifier(text)) return false;
    const std::string lower = ascii_lowered(text);
    if (std::ranges::find(empty_words, lower) != empty_words.end()) return false;
    if (std::ranges::any_of(file_endings, [&](auto end) { return lower.ends_with(end); })) {
        return false;
    }
    return std::ranges::any_of(
        text, [](char c) { return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace candor::rewriter
