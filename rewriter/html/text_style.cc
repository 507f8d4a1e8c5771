#include "rewriter/html/text_style.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr int bold_weight = 600;

std::optional<std::uint32_t> hex_colour(std::string_view digits) {
    const bool brief = digits.size() == 3;
    if (!brief && digits.size() != 6) return std::nullopt;
    std::uint32_t colour = 0;
    for (const char c : digits) {
        const int value = hex_value(c);
        if (value < 0) return std::nullopt;
        const auto digit = static_cast<std::uint32_t>(value);
        colour = colour << 4U | digit;
        if (brief) colour = colour << 4U | digit;
    }
    return colour;
}

std::optional<std::uint32_t> rgb_colour(std::string_view numbers) {
    std::uint32_t colour = 0;
    int count = 0;
    std::uint32_t number = 0;
    bool in_number = false;
    for (const char c : numbers) {
        if (is_ascii_digit(c)) {
            number =
                std::min<std::uint32_t>(number * 10 + static_cast<std::uint32_t>(c - '0'), 255);
            in_number = true;
            continue;
        }
        if (c != ',' && c != ')' && c != ' ') return std::nullopt;
        if (!in_number) continue;
        colour = colour << 8U | number;
        number = 0;
        in_number = false;
        if (++count == 3) return colour;
    }
    return std::nullopt;
}

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

void read_background(std::string_view value, TextStyle& known) {
    const bool image = value.find("url(") != value.npos || value.find("gradient") != value.npos;
    const auto colour = image ? std::nullopt : colour_of(value);
    if (colour && *colour != see_through) {
        known.background = colour;
    } else if (image || (!value.starts_with("transparent") && !value.starts_with("none"))) {
        known.background_image = true;  // or as good as: a colour that we cannot read
    }
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
        known.colour = colour_of(value);
    } else if (property == "background" || property == "background-color") {
        read_background(value, known);
    } else if (property == "background-image") {
        known.background_image = known.background_image || !value.starts_with("none");
    } else if (property == "direction") {
        known.right_to_left = value.starts_with("rtl");
    } else if (property == "text-align") {
        known.right_aligned = value.starts_with("right") || value.starts_with("end");
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

std::optional<std::uint32_t> colour_of(std::string_view value) {
    const std::size_t end = value.starts_with("rgb") ? value.find(')') : value.find_first_of(" !");
    value = value.substr(0, std::min(end, value.size()));
    if (value.starts_with('#')) return hex_colour(value.substr(1));
    if (value == "white") return 0xFFFFFF;
    if (value == "black") return 0;
    if (value == "transparent") return see_through;
    // A colour one can see through has a fourth number: no colour we know.
    if (value.starts_with("rgb(")) return rgb_colour(std::string{value.substr(4)} + ')');
    return std::nullopt;
}

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
    under.background_image |= over.background_image;
    under.no_marker |= over.no_marker;
    under.borderless |= over.borderless;
    under.said |= over.said;
}

}  // namespace candor::rewriter
