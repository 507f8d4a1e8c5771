#include "rewriter/text/element_style.h"

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/character_references.h"

namespace candor::rewriter {
namespace {

constexpr double large_font_px = 24;

/// HTML's sizes 1 to 7; 3 is the usual one.
void read_font(const HtmlTokenizer& tokens, TextStyle& own) {
    const std::string size = attribute_text(tokens, "size");
    const bool large = size == "5" || size == "6" || size == "7" || size.starts_with("+2") ||
                       size.starts_with("+3") || size.starts_with("+4");
    if (large) own.seen.font_px = large_font_px;
    const std::string colour = ascii_lowered(attribute_text(tokens, "color"));
    if (!colour.empty()) own.colour = attribute_colour(colour).value_or(unread_colour);
}

}  // namespace

std::string attribute_text(const HtmlTokenizer& tokens, std::string_view name) {
    const Attribute* const found = tokens.attribute(name);
    if (found == nullptr) return {};
    const std::string decoded =
        decode_character_references(tokens.text(found->value), ReferencePlace::Attribute);
    return std::string{trim_blanks(decoded)};
}

TextStyle element_style(const HtmlTokenizer& tokens, const StyleRules& rules) {
    TextStyle style;
    if (!rules.empty()) {
        style = rules.style_of(tokens.text(tokens.token().name), attribute_text(tokens, "class"),
                               attribute_text(tokens, "id"));
    }
    if (tokens.attributes().empty()) return style;
    TextStyle own;
    if (tokens.name_is("font")) read_font(tokens, own);
    const std::string ground = ascii_lowered(attribute_text(tokens, "bgcolor"));
    own.background = attribute_colour(ground);
    own.background_image =
        tokens.attribute("background") != nullptr || (!ground.empty() && !own.background);
    const std::string direction = ascii_lowered(attribute_text(tokens, "dir"));
    if (direction == "rtl" || direction == "ltr") own.right_to_left = direction == "rtl";
    const std::string align = ascii_lowered(attribute_text(tokens, "align"));
    if (!align.empty() && !tokens.name_is("table")) own.right_aligned = align == "right";
    const auto font_px = own.seen.font_px;
    own.seen = visibility_of(tokens);
    if (!own.seen.font_px) own.seen.font_px = font_px;
    read_text_style(ascii_lowered(attribute_text(tokens, "style")), own);
    put_over(own, style);
    return style;
}

}  // namespace candor::rewriter
