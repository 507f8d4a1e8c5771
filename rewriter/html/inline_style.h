// What a `style` attribute says about being seen: just enough to know hidden content and its size.
#pragma once

#include <optional>
#include <string_view>

#include "rewriter/html/html_tokens.h"

namespace candor::rewriter {

struct Visibility {
    bool hidden = false;             ///< display:none, visibility:hidden, opacity:0, clipped to 0
    bool shown = false;              ///< a `display` other than none: overrides a class
    bool sized = false;              ///< a width or height of any kind is stated
    std::optional<double> width_px;  ///< as the style has it, else the attribute
    std::optional<double> height_px;
    std::optional<double> font_px;  ///< 0 is how preheaders hide; an inner element may override
};

struct Declaration {
    std::string_view property;
    std::string_view value;
};
/// The next `property: value` of `style`, which shrinks; nullopt at its end.
[[nodiscard]] std::optional<Declaration> next_declaration(std::string_view& style);
/// What `style` says, in any case, on top of what `seen` holds.
void read_style(std::string_view style, Visibility& seen);

/// Of the start tag that `tokens` stands on. Percentages and other units count only when 0.
[[nodiscard]] Visibility visibility_of(const HtmlTokenizer& tokens);

}  // namespace candor::rewriter
