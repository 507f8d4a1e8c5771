// The whole text is turned into Windows' Shift_JIS, whose tables are the ones of WHATWG's jis0208;
// EUC-JP in glibc has private characters where Windows writes kanji of names into rows 89 to 92.
#include "rewriter/mime/iso2022_jp.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "rewriter/mime/iconv_converter.h"

namespace candor::rewriter {
namespace {

constexpr char escape = '\x1B';

// Bytes that are no Shift_JIS, for what it cannot say.
constexpr char yen = '\xFD';
constexpr char overline = '\xFE';
constexpr char unreadable = '\xFF';

enum class Set : std::uint8_t { Ascii, Roman, Katakana, Kanji };

struct Switch {
    std::string_view bytes;  ///< behind the ESC
    Set set;
};
constexpr std::array<Switch, 8> switches = {{
    {"(B", Set::Ascii},
    {"(J", Set::Roman},
    {"(H", Set::Roman},  // written for (J by old mailers
    {"(I", Set::Katakana},
    {"$@", Set::Kanji},
    {"$B", Set::Kanji},
    {"$(@", Set::Kanji},
    {"$(B", Set::Kanji},
}};

const Switch* switch_at(std::string_view behind_escape) {
    const auto* const found = std::ranges::find_if(
        switches, [&](const Switch& known) { return behind_escape.starts_with(known.bytes); });
    return found == switches.end() ? nullptr : found;
}

bool is_graphic(char c) {
    return c > ' ' && c < '\x7F';
}

char one_byte(char c, Set set) {
    const bool shift = c == escape || c == '\x0E' || c == '\x0F';
    if (shift || static_cast<unsigned char>(c) >= 0x80) return unreadable;
    if (!is_graphic(c)) return c;
    if (set == Set::Ascii) return c;
    if (set == Set::Katakana) return c > '\x5F' ? unreadable : static_cast<char>(c | 0x80);
    if (set == Set::Kanji) return unreadable;  // half a character
    if (c == '\\') return yen;
    return c == '~' ? overline : c;
}

/// JIS X 0208 in two bytes of 0x21 to 0x7E; two of its rows share a lead byte.
void append_pair(char lead, char trail, std::string& out) {
    const int row = lead - 0x21;
    const int cell = trail - 0x21;
    out += static_cast<char>(row / 2 + (row < 62 ? 0x81 : 0xC1));
    out += static_cast<char>(row % 2 == 1 ? cell + 0x9F : cell + (cell < 63 ? 0x40 : 0x41));
}

std::optional<std::string> as_shift_jis(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    Set set = Set::Ascii;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        const std::string_view behind = bytes.substr(at + 1);
        if (c == escape) {
            if (const Switch* const found = switch_at(behind)) {
                set = found->set;
                at += found->bytes.size();
                continue;
            }
            if (behind.starts_with('$') || behind.starts_with('.')) return std::nullopt;
        }
        if (set == Set::Kanji && is_graphic(c) && !behind.empty() && is_graphic(behind.front())) {
            append_pair(c, behind.front(), out);
            ++at;
        } else {
            out += one_byte(c, set);
        }
    }
    return out;
}

}  // namespace

bool is_iso2022_jp_label(std::string_view label) {
    return label.starts_with("iso-2022-jp") || label.starts_with("csiso2022jp");
}

std::optional<std::string> iso2022_jp_to_utf8(std::string_view bytes) {
    IconvConverter converter("utf-8", "cp932");
    if (!converter.valid()) return std::nullopt;
    const auto shift_jis = as_shift_jis(bytes);
    if (!shift_jis) return std::nullopt;
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    converter.run(*shift_jis, out, [](std::string_view rest, std::string& to) -> std::size_t {
        const char c = rest.front();
        if (c == yen) {
            to += "\u00A5";
        } else if (c == overline) {
            to += "\u203E";
        } else {
            to += "\uFFFD";
        }
        return c == yen || c == overline || c == unreadable ? 1 : 2;
    });
    return out;
}

}  // namespace candor::rewriter
