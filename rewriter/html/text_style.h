// What CSS says of an element as far as anybody asks here: seen or not, size, weight, colours,
// direction, and whether it stands on lines of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rewriter/html/colours.h"
#include "rewriter/html/inline_style.h"

namespace candor::rewriter {

enum class Display : std::uint8_t { Unsaid, Inline, InlineBlock, Block };
enum class WhiteSpace : std::uint8_t {
    Folded,  ///< a line end is a blank, any number of blanks is one
    Lines,   ///< pre-line: only blanks fold
    Kept     ///< pre, pre-wrap, break-spaces
};

struct TextStyle {
    Visibility seen;
    bool hidden_for_good = false;  ///< display:none !important
    Display display = Display::Unsaid;
    std::optional<bool> bold;
    std::optional<std::uint32_t> colour;  ///< 0xRRGGBB, or as in colours.h
    std::optional<std::uint32_t> background;
    bool background_image = false;  ///< nobody knows what colour that is
    std::optional<bool> right_to_left;
    std::optional<bool> right_aligned;
    std::optional<WhiteSpace> white_space;
    std::optional<bool> no_margin;  ///< nothing above and below; of a paragraph: a mere line
    bool struck = false;            ///< line-through
    bool no_marker = false;         ///< of a list
    bool borderless = false;        ///< of a quote: a mere indent
    bool said = false;              ///< at least one of these
};

/// `style` in lower case, on top of what `known` holds.
void read_text_style(std::string_view style, TextStyle& known);
/// `over` where it says something, else `under`: how a rule meets a weaker one.
void put_over(const TextStyle& over, TextStyle& under);

}  // namespace candor::rewriter
