#include "rewriter/text/alternative_text.h"

#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t longest_text_bytes = 2000;

constexpr std::array<std::string_view, 27> empty_words{
    "image",    "img",   "spacer",  "blank",    "picture",    "photo",     "pixel",
    "bg",       "icon",  "logo",    "banner",   "header",     "footer",    "divider",
    "line",     "arrow", "null",    "none",     "alt",        "shadow",    "shim",
    "untitled", "space", "spacing", "masthead", "decoration", "decorative"};
/// With nothing else beside them, they say no more: "large logo", "header image".
constexpr std::array<std::string_view, 12> qualifiers{"large", "small",      "big",  "main",
                                                      "top",   "bottom",     "left", "right",
                                                      "hero",  "background", "the",  "company"};
constexpr std::array<std::string_view, 7> file_endings{".png",  ".gif", ".jpg", ".jpeg",
                                                       ".webp", ".svg", ".bmp"};

/// As machines name things: no blank, and letters mixed with digits or underscores.
bool is_identifier(std::string_view text) {
    bool digit = false;
    bool underscore = false;
    bool capital = false;
    std::size_t hyphens = 0;
    std::size_t letters = 0;
    for (const char c : text) {
        if (is_html_blank(c) || static_cast<unsigned char>(c) >= 0x80) return false;
        digit |= is_ascii_digit(c);
        underscore |= c == '_';
        capital |= c >= 'A' && c <= 'Z';
        if (c == '-') ++hyphens;
        if (is_ascii_letter(c)) ++letters;
    }
    constexpr std::size_t shortest = 8;  // "iPhone15" is somebody's word, "a2ee7f57-..." is not
    const bool slug = hyphens > 1 && !capital;  // "get-the-deal", but "Buy-One-Get-One"
    return underscore || slug || (digit && letters > 0 && text.size() > shortest);
}

template <std::size_t size>
bool is_among(const std::array<std::string_view, size>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

/// Whether each word only says that there is a picture. `lower` begins with no blank.
bool says_only_picture(std::string_view lower) {
    bool picture = false;
    while (!lower.empty()) {
        const std::size_t end = std::min(lower.find_first_of(" \t\r\n"), lower.size());
        const std::string_view word = lower.substr(0, end);
        lower = trim_blanks(lower.substr(end));
        const bool empty = is_among(empty_words, word);
        if (!empty && !is_among(qualifiers, word)) return false;
        picture |= empty;
    }
    return picture;
}

}  // namespace

bool says_something(std::string_view text) {
    if (text.empty() || text.size() > longest_text_bytes) return false;
    if (text.find("://") != text.npos || is_identifier(text)) return false;
    const std::string lower = ascii_lowered(text);
    if (says_only_picture(trim_blanks(lower))) return false;
    if (std::ranges::any_of(file_endings, [&](auto end) { return lower.ends_with(end); })) {
        return false;
    }
    return std::ranges::any_of(
        text, [](char c) { return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace candor::rewriter
