// Splits declarations at `;` and looks at the few properties that hide. `mso-hide` is not among
// them: it hides from Outlook only, and what Outlook sees instead lies in a comment.
#include "rewriter/inline_style.h"

#include <algorithm>
#include <string>

#include "rewriter/ascii.h"
#include "rewriter/character_references.h"

namespace candor::rewriter {
namespace {

/// Pixels; 0 in any unit; nullopt for `auto`, percentages and what is no number.
std::optional<double> length_of(std::string_view value) {
    double number = 0;
    double scale = 1;
    std::size_t at = 0;
    const bool negative = value.starts_with('-');
    if (negative) ++at;
    const std::size_t first = at;
    bool fraction = false;
    for (; at < value.size() && at < first + 15; ++at) {
        if (value[at] == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (!is_ascii_digit(value[at])) break;
        number = number * 10 + (value[at] - '0');
        if (fraction) scale *= 10;
    }
    if (at == first) return std::nullopt;
    number /= scale;
    if (negative) number = -number;
    const std::string_view unit = value.substr(at);
    const bool pixels = unit.empty() || unit.starts_with("px") || unit.starts_with(' ') ||
                        unit.starts_with('!') || unit.starts_with("pt");
    if (number != 0 && !pixels) return std::nullopt;
    return number;
}

struct Clip {
    bool overflow_hidden = false;
    bool zero_box = false;
};

void read_declaration(std::string_view property, std::string_view value, Visibility& seen,
                      Clip& clip) {
    const auto is = [&](std::string_view word) { return value.starts_with(word); };
    const auto length = length_of(value);
    if (property == "display") {
        seen.hidden = seen.hidden || is("none");
        seen.shown = !is("none");
    } else if (property == "visibility") {
        seen.hidden = seen.hidden || is("hidden") || is("collapse");
    } else if (property == "opacity") {
        seen.hidden = seen.hidden || (length && *length == 0);
    } else if (property == "overflow") {
        clip.overflow_hidden = is("hidden");
    } else if (property == "width") {
        seen.width_px = length;
    } else if (property == "height") {
        seen.height_px = length;
        clip.zero_box = clip.zero_box || (length && *length == 0);
    } else if (property == "max-width" || property == "max-height") {
        clip.zero_box = clip.zero_box || (length && *length == 0);
        const bool tiny = length && *length <= 1;
        if (tiny && property == "max-width") seen.width_px = length;
        if (tiny && property == "max-height") seen.height_px = length;
    } else if (property == "font-size") {
        seen.font_px = length ? *length : 16.0;
    }
}

void read_style(std::string_view style, Visibility& seen) {
    Clip clip;
    while (!style.empty()) {
        const std::size_t end = std::min(style.find(';'), style.size());
        const std::string_view declaration = style.substr(0, end);
        style.remove_prefix(std::min(end + 1, style.size()));
        const std::size_t colon = declaration.find(':');
        if (colon == std::string_view::npos) continue;
        read_declaration(trim_blanks(declaration.substr(0, colon)),
                         trim_blanks(declaration.substr(colon + 1)), seen, clip);
    }
    if (clip.zero_box && clip.overflow_hidden) seen.hidden = true;
}

}  // namespace

Visibility visibility_of(const HtmlTokenizer& tokens) {
    Visibility seen;
    const Attribute* style = nullptr;
    for (const Attribute& attribute : tokens.attributes()) {
        const std::string_view name = tokens.text(attribute.name);
        if (equals_ignoring_case(name, "hidden")) seen.hidden = true;
        if (equals_ignoring_case(name, "style") && style == nullptr) style = &attribute;
        const std::string_view value = trim_blanks(tokens.text(attribute.value));
        if (equals_ignoring_case(name, "width") && !seen.width_px) seen.width_px = length_of(value);
        if (equals_ignoring_case(name, "height") && !seen.height_px) {
            seen.height_px = length_of(value);
        }
    }
    if (style == nullptr) return seen;
    const std::string decoded =
        decode_character_references(tokens.text(style->value), ReferencePlace::Attribute);
    read_style(ascii_lowered(decoded), seen);
    return seen;
}

}  // namespace candor::rewriter
