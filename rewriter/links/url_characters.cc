#include "rewriter/links/url_characters.h"

#include <algorithm>
#include <array>
#include <span>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/links/do_not_track_marks.h"

namespace candor::rewriter {
namespace {

struct Range {
    char32_t first, last;
};

/// Characters that end a URL: blanks, invisible marks, dashes, quotes, ellipsis, and the
/// punctuation of East Asian text.
constexpr std::array<Range, 17> closing_characters{{
    {0x80, 0xA0},      // C1 controls, no-break space
    {0xAB, 0xAB},      // «
    {0xBB, 0xBB},      // »
    {0x1680, 0x1680},  // Ogham space
    {0x2000, 0x200B},  // spaces of all widths
    {0x200E, 0x200F},  // direction marks
    {0x2013, 0x2015},  // dashes
    {0x2018, 0x201F},  // quotes
    {0x2022, 0x2022},  // bullet
    {0x2026, 0x2026},  // ellipsis
    {0x2028, 0x202F},  // line ends, directions, narrow no-break space
    {0x2039, 0x203A},  // angle quotes
    {0x205F, 0x206F},  // blanks and directions that nobody sees
    {0x3000, 0x3020},  // East Asian blanks, full stops, brackets
    {0xFE50, 0xFE5E},  // their small forms
    {0xFEFF, 0xFEFF},  // byte order mark
    {0xFF01, 0xFF0F},  // full-width punctuation
}};
constexpr std::array<Range, 3> more_full_width{
    {{0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}}};

/// Scripts that are written without blanks between words.
constexpr std::array<Range, 6> scripts_without_blanks{{
    {0x0E00, 0x0EFF},    // Thai, Lao
    {0x1000, 0x109F},    // Burmese
    {0x1780, 0x17FF},    // Khmer
    {0x3021, 0x9FFF},    // kana, ideographs
    {0xF900, 0xFAFF},    // compatibility ideographs
    {0x20000, 0x3FFFF},  // more ideographs
}};

bool is_in(std::span<const Range> ranges, char32_t c) {
    return std::ranges::any_of(
        ranges, [c](const Range& range) { return range.first <= c && c <= range.last; });
}

constexpr std::string_view separators = "|,;";

/// Bytes that are in a URL whatever stands around them; `[` may begin a mark, and a separator stand
/// before the next URL.
constexpr std::array<bool, 256> plain_in_url = [] {
    std::array<bool, 256> table{};
    for (unsigned char c = 0x21; c < 0x7F; ++c) {
        table.at(c) = c != '<' && c != '>' && c != '"' && c != '`' && c != '[';
    }
    for (const char c : separators) table.at(static_cast<unsigned char>(c)) = false;
    return table;
}();

/// Bytes at `at` that are in a URL for certain.
std::size_t plain_run(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && plain_in_url[static_cast<unsigned char>(text[end])]) ++end;
    return end - at;
}

bool is_web_url(std::string_view text) {
    return starts_with_ignoring_case(text, "http://") ||
           starts_with_ignoring_case(text, "https://");
}

}  // namespace

std::size_t url_characters(std::string_view text, std::size_t at, bool& ambiguous) {
    if (const std::size_t run = plain_run(text, at)) return run;
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte <= 0x20 || byte == 0x7F) return 0;
    if (byte < 0x80) return byte == '<' || byte == '>' || byte == '"' || byte == '`' ? 0 : 1;
    std::size_t next = at;
    const char32_t c = next_character(text, next);
    if (c == 0xFFFD && next == at + 1) {
        // No UTF-8. These bytes are blanks and quotes in the 8-bit charsets of the West.
        const bool closes = byte <= 0xA0 || byte == 0xAB || byte == 0xBB;
        return closes ? 0 : 1;
    }
    if (is_in(closing_characters, c) || is_in(more_full_width, c)) return 0;
    ambiguous |= is_in(scripts_without_blanks, c);
    return next - at;
}

std::size_t sentence_characters(std::string_view text, std::size_t at, bool& ambiguous) {
    if (text[at] == '[' && has_no_track_suffix(text.substr(at))) return 0;
    // As in `https://a/x|https://b/y`. A URL in the path or the query of another is part of it.
    const bool separates = separators.find(text[at]) != separators.npos;
    if (separates && is_web_url(text.substr(at + 1))) return 0;
    return url_characters(text, at, ambiguous);
}

}  // namespace candor::rewriter
