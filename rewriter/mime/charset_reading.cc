// glibc's tables, so that the result is what the decoders of the WHATWG Encoding standard make of
// it.
#include "rewriter/mime/charset_reading.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "rewriter/mime/charset.h"
#include "rewriter/mime/charset_labels.h"
#include "rewriter/mime/iconv_converter.h"

namespace candor::rewriter {
namespace {

struct Character {
    std::string_view charset;
    std::string_view bytes;
    std::string_view text;
};

/// What glibc does not read.
constexpr std::array<Character, 9> more_characters = {{
    {"big5-hkscs", "\xA1\x5A", "\u2574"},
    {"big5-hkscs", "\xA1\xC3", "\uFFE3"},
    {"big5-hkscs", "\xA1\xC5", "\u02CD"},
    {"big5-hkscs", "\xA1\xFE", "\uFF0F"},
    {"big5-hkscs", "\xA2\x40", "\uFF3C"},
    {"big5-hkscs", "\xA2\xCC", "\u5341"},
    {"big5-hkscs", "\xA2\xCE", "\u5345"},
    {"big5-hkscs", "\xA3\xE1", "\u20AC"},
    {"gb18030", "\x80", "\u20AC"},
}};

/// Marks that glibc joins with the letter before them to another character. No mail program does,
/// and in a URL it would be another destination.
std::string_view joining_marks(std::string_view charset) {
    if (charset == "windows-1255")
        return "\xC0\xC1\xC2\xC3\xC4\xC5\xC6\xC7\xC8\xC9\xCB\xCC\xCD\xCE\xCF\xD1\xD2";
    if (charset == "windows-1258") return "\xCC\xD2\xDE\xEC\xF2";
    return {};
}

/// The byte behind a lead byte belongs to the same unreadable character, unless it is ASCII.
std::size_t unreadable_length(std::string_view charset, std::string_view bytes) {
    const auto byte = [bytes](std::size_t at) -> unsigned {
        return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
    };
    const bool lead = byte(0) > 0x80 && byte(0) < 0xFF;
    if (!lead || byte(1) < 0x80 || !is_two_byte_charset(charset)) return 1;
    const bool long_lead = charset == "euc-jp-ms" && byte(0) == 0x8F;
    return long_lead && byte(2) >= 0x80 ? 3 : 2;
}

}  // namespace

bool read_charset(std::string_view bytes, const std::string& name, std::string& out) {
    IconvConverter converter("utf-8", name);
    if (!converter.valid()) return false;
    out.reserve(out.size() + bytes.size() + bytes.size() / 4);
    const auto replace = [&name](std::string_view rest, std::string& to) {
        const auto* const known = std::ranges::find_if(more_characters, [&](const Character& one) {
            return one.charset == name && rest.starts_with(one.bytes);
        });
        if (known != more_characters.end()) {
            to += known->text;
            return known->bytes.size();
        }
        to += replacement_character;
        return unreadable_length(name, rest);
    };
    const std::string_view marks = joining_marks(name);
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find_first_of(marks, 1), bytes.size());
        converter.run(bytes.substr(0, end), out, replace);
        bytes.remove_prefix(end);
    }
    return true;
}

}  // namespace candor::rewriter
