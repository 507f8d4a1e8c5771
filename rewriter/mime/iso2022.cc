// RFC 1468 (JP), RFC 1554 (JP-2), RFC 1557 (KR), RFC 1922 (CN): a line begins and ends in ASCII.
#include "rewriter/mime/iso2022.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr char escape = '\x1B';
constexpr char shift_out = '\x0E';
constexpr char shift_in = '\x0F';

enum class Effect : std::uint8_t { Ascii, NotAscii, Designates };

struct Switch {
    std::string_view bytes;  ///< behind the ESC
    Effect effect;
};
/// Designates: says what SO will switch to, and changes nothing by itself.
constexpr std::array<Switch, 15> switches = {{
    {"(B", Effect::Ascii},
    {"(J", Effect::Ascii},  // JIS X 0201 Roman: ASCII but for two signs that are no delimiters
    {"(H", Effect::Ascii},  // written for (J by old mailers
    {"(I", Effect::NotAscii},
    {"$@", Effect::NotAscii},
    {"$B", Effect::NotAscii},
    {"$A", Effect::NotAscii},
    {"$(@", Effect::NotAscii},
    {"$(B", Effect::NotAscii},
    {"$(C", Effect::NotAscii},
    {"$(D", Effect::NotAscii},
    {"$)A", Effect::Designates},
    {"$)C", Effect::Designates},
    {"$)E", Effect::Designates},
    {"$)G", Effect::Designates},
}};

const Switch* switch_at(std::string_view behind_escape) {
    const auto* const found = std::ranges::find_if(
        switches, [&](const Switch& known) { return behind_escape.starts_with(known.bytes); });
    return found == switches.end() ? nullptr : found;
}

/// Whether what comes next may belong to a tag or a character reference that has begun. Says yes
/// too often where `<` is no tag.
class Markup {
  public:
    void note(char c) {
        if (c == '<' || c == '>') {
            in_tag_ = c == '<';
            in_reference_ = false;
        } else if (c == '&') {
            in_reference_ = true;
        } else if (c == ';' || is_html_blank(c)) {
            in_reference_ = false;
        }
    }
    [[nodiscard]] bool is_open() const { return in_tag_ || in_reference_; }

  private:
    bool in_tag_ = false;
    bool in_reference_ = false;
};

}  // namespace

bool is_iso2022_label(std::string_view label) {
    return label.starts_with("iso-2022") || label.starts_with("csiso2022");
}

bool has_iso2022_shifts(std::string_view bytes) {
    // Two searches: find_first_of takes a hundred times as long, and every text is asked about.
    return bytes.find('\x1B') != std::string_view::npos ||
           bytes.find('\x0E') != std::string_view::npos;
}

std::optional<std::string> iso2022_shadow(std::string_view bytes) {
    std::string shadow(bytes);
    Markup markup;
    bool ascii = true;     // by escape sequences
    bool shifted = false;  // by SO
    bool said = false;     // a character that is no ASCII, since it was switched to those
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        const bool was_ascii = ascii && !shifted;
        if (c == escape) {
            const Switch* const found = switch_at(bytes.substr(at + 1));
            if (found == nullptr || shifted) return std::nullopt;
            if (found->effect != Effect::Designates) ascii = found->effect == Effect::Ascii;
            const std::size_t length = found->bytes.size();
            shadow.replace(at + 1, length, length, '\x80');
            at += length;
        } else if (c == shift_out || c == shift_in) {
            if (!ascii) return std::nullopt;
            shifted = c == shift_out;
        } else if (was_ascii) {
            markup.note(c);
            continue;
        } else {
            if (c == '\r' || c == '\n') return std::nullopt;
            shadow[at] = '\x80';
            said = true;
            continue;
        }
        // Who decodes first does not see a switch that nothing stands behind: `<ESC(Ba>` is a tag.
        const bool is_ascii = ascii && !shifted;
        if (is_ascii && !said && markup.is_open()) return std::nullopt;
        if (was_ascii || is_ascii) said = false;
    }
    if (!ascii || shifted) return std::nullopt;
    return shadow;
}

}  // namespace candor::rewriter
