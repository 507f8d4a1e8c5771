#include "rewriter/text/text_maker.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_heading_columns = 100;
constexpr std::size_t max_underlined_columns = 60;
constexpr std::size_t min_heading_letters = 4;
constexpr std::size_t longest_price_bytes = 16;
constexpr std::size_t max_struck_columns = 60;

std::string_view without_sign(std::string_view number) {
    constexpr std::string_view minus = "\u2212";
    if (number.starts_with('-') || number.starts_with('+')) number.remove_prefix(1);
    if (number.starts_with(minus)) number.remove_prefix(minus.size());
    return number;
}

/// `$1`, `€ 20`: an amount of whole units, at the end of what was said.
bool is_price(std::string_view said) {
    const std::size_t digit = said.find_last_not_of("0123456789");
    if (digit == said.npos || digit + 1 == said.size()) return false;
    const std::string_view before = trim_blanks(said.substr(0, digit + 1));
    return std::ranges::any_of(std::array<std::string_view, 4>{"$", "\u20AC", "\u00A3", "\u00A5"},
                               [&](std::string_view sign) { return before.ends_with(sign); });
}

}  // namespace

TextMaker::TextMaker(std::string_view html, LineFormat format)
    : nodes_(text_tree(html)), flow_(format) {
    const Extent& all = nodes_.front().extent;
    large_headings_ = all.large * 2 < all.columns;
    bold_headings_ = all.bold * 2 < all.columns;
    for (const TextNode& node : nodes_) {
        const bool link = node.element == Element::Link;
        if (link && node.extent.columns > node.extent.alternative) worded_.insert(node.text);
        const bool named = !node.title.empty() || (link && node.extent.columns > 0);
        if (named && (link || node.element == Element::Area)) {
            worded_sites_.insert(Footnotes::site_of(node.text));
        }
    }
}

std::string TextMaker::make() {
    children(nodes_.front());
    flush_rows();
    std::string text = flow_.finish();
    const std::string list = notes_.list();
    if (!text.empty() && !list.empty()) text.push_back('\n');
    return text + list;
}

void TextMaker::children(const TextNode& parent) {
    for (std::uint32_t i = parent.first; i != no_node; i = at(i).next) element(at(i));
}

void TextMaker::element(const TextNode& node) {
    switch (node.element) {
        case Element::Words: return own_words(node);
        case Element::LineBreak: return line_break();
        case Element::Rule: return rule();
        case Element::Image: return image(node);
        case Element::Area: return area(node);
        case Element::Link: return link(node);
        case Element::Raised: return raised(node);
        case Element::Lowered: return children(node);
        case Element::Struck: return struck(node);
        case Element::HeadingOne: return heading(node, Underline::Double);
        case Element::HeadingTwo: return heading(node, Underline::Single);
        case Element::Heading: return heading(node, Underline::None);
        case Element::Block: return block(node, false);
        case Element::Paragraph: return block(node, !is_mere_line(node));
        case Element::Group:
        case Element::Caption: return block(node, true);
        case Element::Preformatted: return spaced(node);
        case Element::List:
        case Element::OrderedList: return list(node);
        case Element::Item: return indented(node, "- ", "  ");
        case Element::Definition: return indented(node, "  ", "  ");
        case Element::Quote: return quote(node);
        case Element::Table: return table(node);
        case Element::Row: return row(node, nodes_.front());
        case Element::Cell:
        case Element::HeadingCell: return block(node, false);
        case Element::Other:
        case Element::Structure:
        case Element::Body:
        case Element::Bold:
        case Element::Void:
        case Element::Skipped: return children(node);
    }
}

void TextMaker::own_words(const TextNode& node) {
    if (!said_by_picture_.empty() && !is_blank(node.text)) {
        const bool again = words_of(nodes_, node) == said_by_picture_;
        said_by_picture_.clear();
        if (again && !in_link_) return;
    }
    words(node.text, node.white_space);
}

void TextMaker::words(std::string_view text, WhiteSpace white_space) {
    if (!is_blank(text)) {
        flush_rows();
        if (!in_link_) bar_ = Bar::None;
        link_ended_ = false;
    } else if (!group_.empty() && !flow_.in_cell()) {
        return;
    }
    last_words_.assign(text.substr(text.size() - std::min(text.size(), longest_price_bytes)));
    switch (white_space) {
        case WhiteSpace::Folded: return flow_.text(text);
        case WhiteSpace::Lines: return flow_.lines(text);
        case WhiteSpace::Kept: return flow_.preformatted(text);
    }
}

void TextMaker::line_break() {
    if (!group_.empty() && !flow_.in_cell()) return;
    flow_.line_break();
}

/// Lines of their own, after which rows that wait stand too.
void TextMaker::end_lines(bool blank_line) {
    if (!group_.empty() && !flow_.in_cell()) {
        blank_after_group_ |= blank_line;
        return;
    }
    flow_.block(blank_line);
}

void TextMaker::block(const TextNode& node, bool blank_line) {
    const auto underline = heading_of(node);
    if (underline) return heading(node, *underline);
    const bool blank = blank_line || is_blank_line(node);
    end_lines(blank);
    children(node);
    end_lines(blank);
}

/// Outlook's paragraphs, of which addresses and signatures are made. Prose without blank lines
/// would be a wall, whatever its sender thought of margins.
bool TextMaker::is_mere_line(const TextNode& paragraph) {
    return paragraph.tight && paragraph.extent.lines <= 1 &&
           paragraph.extent.columns <= text_columns;
}

/// `<div>&nbsp;</div>`, as Outlook and others have blank lines.
bool TextMaker::is_blank_line(const TextNode& node) const {
    if (node.extent.columns > 0 || node.extent.pictures > 0 || is_cell(node.element)) return false;
    std::uint32_t i = node.first;
    while (i != no_node && at(i).element != Element::Words) i = at(i).first;
    return i != no_node && at(i).text.find("\u00A0") != std::string::npos;
}

void TextMaker::spaced(const TextNode& node) {
    end_lines(true);
    children(node);
    end_lines(true);
}

/// Some mark headings by looks alone: large or bold words that have a block to themselves.
std::optional<TextMaker::Underline> TextMaker::heading_of(const TextNode& node) const {
    const Extent& extent = node.extent;
    const bool short_line = extent.columns > 0 && extent.columns <= max_heading_columns &&
                            extent.lines <= 2 && extent.lists == 0 && extent.headings == 0;
    if (!short_line || in_heading_ || in_link_ || flow_.in_cell()) return std::nullopt;
    if (extent.linked == extent.columns) return std::nullopt;
    if (large_headings_ && extent.large == extent.columns) {
        // A price is no heading, a long sentence in large type is loud enough.
        const bool underlined =
            extent.columns <= max_underlined_columns && letters_in(node) >= min_heading_letters;
        return underlined ? Underline::Single : Underline::None;
    }
    if (bold_headings_ && extent.lines == 1 && extent.bold == extent.columns)
        return Underline::None;
    return std::nullopt;
}

std::size_t TextMaker::letters_in(const TextNode& node) const {
    std::size_t letters = 0;
    for (const char c : words_of(nodes_, node)) {
        if (is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80) ++letters;
    }
    return letters;
}

void TextMaker::heading(const TextNode& node, Underline underline) {
    if (flow_.in_cell() || in_heading_) return children(node);
    if (node.extent.lines > 2 || letters_in(node) == 0) underline = Underline::None;
    flush_rows();
    flow_.block(true);
    const bool underlined = underline != Underline::None;
    if (underlined) flow_.begin_heading();
    const bool outer = std::exchange(in_heading_, true);
    children(node);
    in_heading_ = outer;
    if (underlined) flow_.end_heading(underline == Underline::Double ? '=' : '-');
    flow_.block(true);
}

void TextMaker::rule() {
    flush_rows();
    // Directly below a line it would be that line's underline.
    flow_.block(true);
    flow_.rule();
    flow_.block(true);
}

/// Powers and footnote marks get their `^`, the cents of a price their point; "1st" and trade marks
/// read well without.
void TextMaker::raised(const TextNode& node) {
    const std::string said = words_of(nodes_, node);
    const std::string_view digits = without_sign(said);
    const bool number = !digits.empty() && std::ranges::all_of(digits, is_ascii_digit);
    if (number) flow_.text(said.size() == 2 && is_price(last_words_) ? "." : "^");
    children(node);
}

/// What does not hold any more; the old price beside the new one above all.
void TextMaker::struck(const TextNode& node) {
    const bool short_words = node.extent.columns > 0 && node.extent.columns <= max_struck_columns &&
                             node.extent.linked == 0 && node.extent.lines <= 1;
    if (!short_words) return children(node);
    const std::string said = words_of(nodes_, node);
    words("~~" + said + "~~");
}

int TextMaker::first_number(const TextNode& list) const {
    if (!list.reversed || list.numbered) return list.number;
    int items = 0;
    for (std::uint32_t i = list.first; i != no_node; i = at(i).next) {
        if (at(i).element == Element::Item) ++items;
    }
    return items;
}

void TextMaker::list(const TextNode& node) {
    end_lines(!in_list_);
    const bool outer = std::exchange(in_list_, true);
    int number = first_number(node);
    for (std::uint32_t i = node.first; i != no_node; i = at(i).next) {
        const TextNode& item = at(i);
        if (item.element != Element::Item) {
            element(item);
            continue;
        }
        if (item.numbered) number = item.number;
        if (node.unmarked || item.unmarked) {
            block(item, false);
        } else if (node.element == Element::List) {
            indented(item, "- ", "  ");
        } else {
            const std::string marker = item_number(number, node.numbering) + ". ";
            indented(item, marker, std::string(marker.size(), ' '));
        }
        number += node.reversed ? -1 : 1;
    }
    in_list_ = outer;
    end_lines(!in_list_);
}

void TextMaker::indented(const TextNode& node, std::string first, std::string rest) {
    if (node.extent.columns == 0 && node.extent.pictures == 0) return;
    flush_rows();
    flow_.block(false);
    flow_.push_indent(std::move(first), std::move(rest));
    children(node);
    flush_rows();
    flow_.pop_indent();
}

void TextMaker::quote(const TextNode& node) {
    if (node.extent.columns == 0 && node.extent.pictures == 0) return;
    flush_rows();
    flow_.block(true);
    if (node.unmarked) {
        flow_.push_indent("  ", "  ");
    } else {
        flow_.push_quote();
    }
    children(node);
    flush_rows();
    flow_.pop_indent();
    flow_.block(true);
}

}  // namespace candor::rewriter
