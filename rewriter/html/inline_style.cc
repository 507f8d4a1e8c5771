// Splits declarations at `;` and looks at the few properties that hide. `mso-hide` is not among
// them: it hides from Outlook only, and what Outlook sees instead lies in a comment.
#include "rewriter/html/inline_style.h"

#include <algorithm>
#include <string>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/character_references.h"

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
    const bool pixels = unit.empty() || starts_with_ignoring_case(unit, "px") ||
                        unit.starts_with(' ') || unit.starts_with('!') ||
                        starts_with_ignoring_case(unit, "pt");
    if (number != 0 && !pixels) return std::nullopt;
    return number;
}

struct Clip {
    bool overflow_hidden = false;
    bool zero_box = false;
};

void read_declaration(std::string_view property, std::string_view value, Visibility& seen,
                      Clip& clip) {
    const auto is = [&](std::string_view word) { return starts_with_ignoring_case(value, word); };
    const auto named = [&](std::string_view name) { return equals_ignoring_case(property, name); };
    // Most declarations are of colours and margins.
    if (property.size() < 5 || property.size() > 10) return;
    if (std::string_view("dvowhmf").find(ascii_lower(property.front())) == std::string_view::npos) {
        return;
    }
    const auto length = length_of(value);
    if (named("display")) {
        seen.hidden = seen.hidden || is("none");
        seen.shown = !is("none");
    } else if (named("visibility")) {
        seen.hidden = seen.hidden || is("hidden") || is("collapse");
    } else if (named("opacity")) {
        seen.hidden = seen.hidden || (length && *length == 0);
    } else if (named("overflow")) {
        clip.overflow_hidden = is("hidden");
    } else if (named("width")) {
        seen.sized = true;
        seen.width_px = length;
    } else if (named("height")) {
        seen.sized = true;
        seen.height_px = length;
        clip.zero_box = clip.zero_box || (length && *length == 0);
    } else if (named("max-width") || named("max-height")) {
        clip.zero_box = clip.zero_box || (length && *length == 0);
        const bool tiny = length && *length <= 1;
        if (tiny && named("max-width")) seen.width_px = length;
        if (tiny && named("max-height")) seen.height_px = length;
    } else if (named("font-size")) {
        seen.font_px = length ? *length : 16.0;
    }
}

}  // namespace

std::optional<Declaration> next_declaration(std::string_view& style) {
    while (!style.empty()) {
        const std::size_t end = std::min(style.find(';'), style.size());
        const std::string_view declaration = style.substr(0, end);
        style.remove_prefix(std::min(end + 1, style.size()));
        const std::size_t colon = declaration.find(':');
        if (colon == std::string_view::npos) continue;
        return Declaration{trim_blanks(declaration.substr(0, colon)),
                           trim_blanks(declaration.substr(colon + 1))};
    }
    return std::nullopt;
}

void read_style(std::string_view style, Visibility& seen) {
    Clip clip;
    while (const auto declaration = next_declaration(style)) {
        read_declaration(declaration->property, declaration->value, seen, clip);
    }
    if (clip.zero_box && clip.overflow_hidden) seen.hidden = true;
}

Visibility visibility_of(const HtmlTokenizer& tokens) {
    Visibility seen;
    const Attribute* style = nullptr;
    for (const Attribute& attribute : tokens.attributes()) {
        const std::string_view name = tokens.text(attribute.name);
        if (equals_ignoring_case(name, "hidden")) seen.hidden = true;
        if (equals_ignoring_case(name, "style") && style == nullptr) style = &attribute;
        const bool width = equals_ignoring_case(name, "width");
        if (!width && !equals_ignoring_case(name, "height")) continue;
        seen.sized = true;
        std::optional<double>& length = width ? seen.width_px : seen.height_px;
        if (!length) length = length_of(trim_blanks(tokens.text(attribute.value)));
    }
    if (style == nullptr) return seen;
    const std::string_view raw = tokens.text(style->value);
    if (raw.find('&') == std::string_view::npos) {
        read_style(raw, seen);
    } else {
        read_style(decode_character_references(raw, ReferencePlace::Attribute), seen);
    }
    return seen;
}

}  // namespace candor::rewriter
