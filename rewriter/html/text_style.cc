#include "rewriter/html/text_style.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr int bold_weight = 600;

Display display_of(std::string_view value) {
    if (value.starts_with("inline-")) return Display::InlineBlock;
    if (value.starts_with("inline") || value.starts_with("contents")) return Display::Inline;
    if (value.starts_with("block") || value.starts_with("table") || value.starts_with("flex") ||
        value.starts_with("grid")) {
        return Display::Block;
    }
    return Display::Unsaid;
}

bool is_bold(std::string_view weight) {
    if (weight.starts_with("bold")) return true;
    int number = 0;
    for (const char c : weight.substr(0, 4)) {
        if (!is_ascii_digit(c)) break;
        number = number * 10 + (c - '0');
    }
    return number >= bold_weight;
}

/// `0`, `0cm 0 0`: the first and the third length are those above and below.
bool is_zero_above_and_below(std::string_view lengths) {
    for (int place = 0; !lengths.empty(); ++place) {
        const std::size_t end = std::min(lengths.find(' '), lengths.size());
        const std::string_view length = lengths.substr(0, end);
        const std::size_t digit = length.find_first_not_of("0.");
        const bool zero =
            length.starts_with('0') && (digit == length.npos || !is_ascii_digit(length[digit]));
        const bool counts = place == 0 || place == 2;
        if (counts && !zero) return false;
        lengths = trim_blanks(lengths.substr(end));
    }
    return true;
}

void read_background(std::string_view value, TextStyle& known) {
    const bool image = value.find("url(") != value.npos || value.find("gradient") != value.npos;
    const auto colour = image ? std::nullopt : colour_of(value);
    if (colour || value.starts_with("none")) {
        known.background = colour.value_or(see_through);
    } else {
        known.background_image = true;  // or as good as: a colour that we cannot read
    }
}

std::optional<WhiteSpace> white_space_of(std::string_view value) {
    if (value.starts_with("pre-line") || value.starts_with("preserve-breaks")) {
        return WhiteSpace::Lines;
    }
    if (value.starts_with("pre") || value.starts_with("break-spaces")) return WhiteSpace::Kept;
    if (value.starts_with("normal") || value.starts_with("nowrap")) return WhiteSpace::Folded;
    return std::nullopt;
}

void read(const Declaration& declaration, TextStyle& known) {
    const std::string_view property = declaration.property;
    const std::string_view value = declaration.value;
    if (property == "display") {
        known.display = display_of(value);
        if (value.starts_with("none") && value.ends_with("important")) known.hidden_for_good = true;
    } else if (property == "font-weight") {
        known.bold = is_bold(value);
    } else if (property == "color") {
        known.colour = colour_of(value).value_or(unread_colour);
    } else if (property == "background" || property == "background-color") {
        read_background(value, known);
    } else if (property == "background-image") {
        known.background_image = known.background_image || !value.starts_with("none");
    } else if (property == "direction") {
        known.right_to_left = value.starts_with("rtl");
    } else if (property == "text-align") {
        known.right_aligned = value.starts_with("right") || value.starts_with("end");
    } else if (property == "white-space") {
        known.white_space = white_space_of(value);
    } else if (property == "margin") {
        known.no_margin = is_zero_above_and_below(value);
    } else if (property == "margin-top" || property == "margin-bottom") {
        if (!is_zero_above_and_below(value)) known.no_margin = false;
    } else if (property == "text-decoration" || property == "text-decoration-line") {
        known.struck = value.find("line-through") != value.npos;
    } else if (property == "list-style" || property == "list-style-type") {
        known.no_marker = value.starts_with("none");
    } else if (property == "border") {
        known.borderless = value.starts_with("none") || value.starts_with('0');
    } else {
        return;
    }
    known.said = true;
}

}  // namespace

void read_text_style(std::string_view style, TextStyle& known) {
    const Visibility before = known.seen;
    read_style(style, known.seen);
    known.said = known.said || known.seen.hidden != before.hidden || known.seen.shown ||
                 known.seen.font_px.has_value() ||
                 (known.seen.width_px.has_value() && known.seen.height_px.has_value());
    while (const auto declaration = next_declaration(style)) read(*declaration, known);
}

void put_over(const TextStyle& over, TextStyle& under) {
    const auto take = [](const auto& from, auto& to) {
        if (from) to = from;
    };
    under.hidden_for_good |= over.hidden_for_good;
    under.seen.hidden =
        under.hidden_for_good || over.seen.hidden || (under.seen.hidden && !over.seen.shown);
    under.seen.shown |= over.seen.shown;
    take(over.seen.width_px, under.seen.width_px);
    take(over.seen.height_px, under.seen.height_px);
    take(over.seen.font_px, under.seen.font_px);
    if (over.display != Display::Unsaid) under.display = over.display;
    take(over.bold, under.bold);
    take(over.colour, under.colour);
    take(over.background, under.background);
    take(over.right_to_left, under.right_to_left);
    take(over.right_aligned, under.right_aligned);
    take(over.white_space, under.white_space);
    under.background_image |= over.background_image;
    take(over.no_margin, under.no_margin);
    under.struck |= over.struck;
    under.no_marker |= over.no_marker;
    under.borderless |= over.borderless;
    under.said |= over.said;
}

}  // namespace candor::rewriter
