// HTML standard, 13.2.5.72 and following. Names are found by narrowing a range of the sorted table.
#include "rewriter/html/character_references.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"

namespace candor::rewriter {
namespace {

struct NamedReference {
    std::string_view name;
    std::string_view utf8;
    bool without_semicolon;
};

constexpr auto named_references = std::to_array<NamedReference>({
#include "rewriter/html/character_reference_table.inc"
});

// What old pages mean by the C1 controls: windows-1252.
constexpr std::array<char32_t, 32> windows_1252{
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

constexpr char32_t replacement_character = 0xFFFD;
constexpr char32_t beyond_unicode = 0x110000;

struct Decoded {
    std::size_t size = 0;  ///< bytes read behind the `&`; 0 = no reference
    std::string_view utf8;
    char32_t code_point = 0;  ///< where `utf8` is empty
};

char32_t character_of(char32_t number) {
    if (number == 0 || number >= beyond_unicode) return replacement_character;
    if (number >= 0xD800 && number <= 0xDFFF) return replacement_character;
    if (number >= 0x80 && number < 0xA0) return windows_1252.at(number - 0x80);
    return number;
}

Decoded numeric_reference(std::string_view text) {  // from behind `&`: `#...`
    const bool hexadecimal = text.size() > 1 && ascii_lower(text[1]) == 'x';
    const std::size_t first = hexadecimal ? 2 : 1;
    std::size_t at = first;
    char32_t number = 0;
    for (; at < text.size(); ++at) {
        const int digit = hexadecimal || is_ascii_digit(text[at]) ? hex_value(text[at]) : -1;
        if (digit < 0) break;
        const char32_t next = number * (hexadecimal ? 16U : 10U) + static_cast<unsigned>(digit);
        number = std::min(next, beyond_unicode);
    }
    if (at == first) return {};
    if (at < text.size() && text[at] == ';') ++at;
    return {.size = at, .utf8 = {}, .code_point = character_of(number)};
}

Decoded named_reference(std::string_view text, ReferencePlace place) {
    const auto* low = named_references.begin();
    const auto* high = named_references.end();
    Decoded longest;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto below = [at](const NamedReference& row, char c) {
            return row.name.size() <= at || row.name[at] < c;
        };
        const auto above = [at](char c, const NamedReference& row) {
            return row.name.size() > at && c < row.name[at];
        };
        low = std::lower_bound(low, high, text[at], below);
        high = std::upper_bound(low, high, text[at], above);
        if (low == high) break;
        if (low->name.size() != at + 1) continue;
        const bool closed = at + 1 < text.size() && text[at + 1] == ';';
        if (closed) return {.size = at + 2, .utf8 = low->utf8};
        if (low->without_semicolon) longest = {.size = at + 1, .utf8 = low->utf8};
    }
    if (longest.size > 0 && place == ReferencePlace::Attribute && longest.size < text.size()) {
        const char behind = text[longest.size];
        if (behind == '=' || is_ascii_alnum(behind)) return {};
    }
    return longest;
}

Decoded reference_behind(std::string_view text, ReferencePlace place) {
    if (text.empty()) return {};
    if (text.front() == '#') return numeric_reference(text);
    if (text.starts_with("amp;")) return {.size = 4, .utf8 = "&"};  // nearly all of a URL's
    return is_ascii_letter(text.front()) ? named_reference(text, place) : Decoded{};
}

}  // namespace

void append_utf8(std::string& out, char32_t code_point) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    const auto tail = [](char32_t bits) { return 0x80U | (bits & 0x3FU); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0U | (code_point >> 6U));
        put(tail(code_point));
    } else if (code_point < 0x10000) {
        put(0xE0U | (code_point >> 12U));
        put(tail(code_point >> 6U));
        put(tail(code_point));
    } else {
        put(0xF0U | (code_point >> 18U));
        put(tail(code_point >> 12U));
        put(tail(code_point >> 6U));
        put(tail(code_point));
    }
}

std::string decode_character_references(std::string_view raw, ReferencePlace place) {
    using Special = ByteSet<false, '&', '\r', '\0'>;
    std::string out;
    out.reserve(raw.size());
    std::size_t done = 0;
    for (std::size_t at = find_first<Special>(raw, 0); at < raw.size();
         at = find_first<Special>(raw, done)) {
        std::size_t end = at + 1;
        out.append(raw.substr(done, at - done));
        if (raw[at] == '\r') {
            out.push_back('\n');
            if (end < raw.size() && raw[end] == '\n') ++end;
        } else if (raw[at] == '&') {
            const Decoded decoded = reference_behind(raw.substr(end), place);
            end += decoded.size;
            if (decoded.size == 0) {
                out.push_back('&');
            } else if (decoded.utf8.empty()) {
                append_utf8(out, decoded.code_point);
            } else {
                out.append(decoded.utf8);
            }
        } else if (place == ReferencePlace::Attribute) {
            append_utf8(out, replacement_character);
        } else {
            out.push_back('\0');
        }
        done = end;
    }
    out.append(raw.substr(done));
    return out;
}

}  // namespace candor::rewriter
