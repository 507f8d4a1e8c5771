// Comments, and so all that only Outlook would show, are skipped.
#include "rewriter/text/text_tree.h"

#include <algorithm>
#include <utility>

#include "rewriter/bytes/utf8_text.h"
#include "rewriter/html/character_references.h"
#include "rewriter/text/alternative_text.h"
#include "rewriter/text/tree_maker.h"

namespace candor::rewriter {
namespace {

constexpr double smallest_font_px = 1;
constexpr double smallest_large_font_px = 20;
constexpr double tiny_picture_px = 2;
constexpr double widest_icon_px = 80;

/// Columns of the words, each run of blanks as one.
std::size_t folded_columns(std::string_view text) {
    std::size_t columns = 0;
    bool blank_before = true;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_character(text, at);
        if (is_invisible(c) && !is_space(c)) continue;
        const bool blank = is_space(c) || c == 0xA0;
        if (!blank) columns += columns_of(c) + (blank_before && columns > 0 ? 1 : 0);
        blank_before = blank;
    }
    return columns;
}

/// What stands there is in the items, rows and cells; between them are the blanks of the source.
bool holds_no_words(Element element) {
    return element == Element::Table || element == Element::Row || element == Element::List ||
           element == Element::OrderedList;
}

}  // namespace

TreeMaker::TreeMaker(std::string_view html) : tokens_(html) {
    nodes_.emplace_back();
    builds_.emplace_back();
    stack_.push_back({.element = Element::Block, .name = {}, .inherited = {}});
}

std::vector<TextNode> TreeMaker::make() {
    while (tokens_.next()) {
        switch (tokens_.token().kind) {
            case TokenKind::Text: on_text(); break;
            case TokenKind::StartTag: on_start_tag(); break;
            case TokenKind::EndTag: on_end_tag(); break;
            case TokenKind::Comment: on_comment(); break;
            case TokenKind::Doctype: break;
        }
    }
    close_to(1);
    return std::move(nodes_);
}

void TreeMaker::on_text() {
    const HtmlToken& token = tokens_.token();
    const std::string_view raw = tokens_.text(token.content);
    if (in_style_ && token.mode == TextMode::RawText) return on_sheet(raw);
    const bool listing =
        token.mode == TextMode::RawText && stack_.back().element == Element::Preformatted;
    const bool visible = token.mode == TextMode::Data || token.mode == TextMode::CData ||
                         token.mode == TextMode::PlainText || listing;
    if (!visible || hidden_ > 0 || inherited().font_px <= smallest_font_px) return;
    const bool has_references = token.mode == TextMode::Data;
    put(has_references ? decode_character_references(raw, ReferencePlace::Text) : std::string{raw},
        token.mode == TextMode::PlainText ? WhiteSpace::Kept : inherited().white_space);
}

void TreeMaker::put(std::string text, WhiteSpace white_space) {
    const std::size_t columns = folded_columns(text);
    if (columns > 0 && colour_hides()) return;
    if (white_space == WhiteSpace::Folded) {
        count_words(columns);
    } else if (columns > 0) {
        count_lines(text);
    } else if (holds_no_words(node(stack_.back().node).element)) {
        return;
    }
    const std::uint32_t last_child = builds_[stack_.back().node].last_child;
    if (last_child != no_node) {
        TextNode& last = node(last_child);
        if (last.element == Element::Words && last.white_space == white_space) {
            last.text += text;
            return;
        }
    }
    TextNode words;
    words.element = Element::Words;
    words.text = std::move(text);
    words.white_space = white_space;
    append(std::move(words));
}

void TreeMaker::count_lines(std::string_view text) {
    while (true) {
        const std::size_t end = text.find('\n');
        count_words(folded_columns(text.substr(0, end)));
        if (end == text.npos) return;
        end_run();
        text.remove_prefix(end + 1);
    }
}

void TreeMaker::count_words(std::size_t columns) {
    if (columns == 0) return;
    seen_columns_ += columns;
    Extent& extent = node(stack_.back().node).extent;
    extent.columns += columns;
    if (inherited().bold) extent.bold += columns;
    if (inherited().right_aligned) extent.right += columns;
    if (inherited().font_px >= smallest_large_font_px) extent.large += columns;
    const std::uint32_t block = stack_.back().block;
    Build& build = builds_[block];
    if (!std::exchange(build.run, true)) {
        ++node(block).extent.lines;
        build.run_columns = 0;
    }
    build.run_columns += columns;
    std::size_t& widest = node(block).extent.widest_line;
    widest = std::max(widest, build.run_columns);
}

std::uint32_t TreeMaker::append(TextNode made) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    const std::uint32_t parent = stack_.back().node;
    std::uint32_t& last_child = builds_[parent].last_child;
    (last_child == no_node ? node(parent).first : node(last_child).next) = index;
    last_child = index;
    nodes_.push_back(std::move(made));
    builds_.emplace_back();
    return index;
}

void TreeMaker::on_start_tag() {
    const std::string_view name = tokens_.text(tokens_.token().name);
    const Element element =
        tokens_.token().foreign && !tokens_.name_is("svg") ? Element::Other : element_of(name);
    in_style_ = false;
    switch (element) {
        case Element::Structure: return on_structure();
        case Element::Void: return on_void();
        case Element::LineBreak: return on_line_break();
        case Element::Rule: return on_rule();
        case Element::Image: return on_image();
        case Element::Area: return on_area();
        default: break;
    }
    if (tokens_.name_is("style")) {
        in_style_ = is_for_any_screen(attribute("media"));
        return;
    }
    if (tokens_.token().self_closing && tokens_.token().foreign) return;
    close_implied(element);
    if (element == Element::Body) return on_body();
    // It stands in a block, but around a table or list, whose words are in its cells and items.
    if (holds_no_words(element)) reopen_link();
    if (stack_.size() < max_depth) open(element, name);
    if (element == Element::Link) cut_link_.reset();
    reopen_link();
}

void TreeMaker::on_line_break() {
    if (hidden_ > 0) return;
    end_run();
    TextNode line_break;
    line_break.element = Element::LineBreak;
    append(std::move(line_break));
}

void TreeMaker::on_rule() {
    close_paragraph();
    reopen_link();
    if (hidden_ > 0 || element_style(tokens_, rules_).seen.hidden) return;
    end_run();
    ++node(stack_.back().node).extent.lists;
    TextNode rule;
    rule.element = Element::Rule;
    append(std::move(rule));
}

void TreeMaker::on_image() {
    const TextStyle style = element_style(tokens_, rules_);
    const auto tiny = [](const std::optional<double>& length) {
        return length && *length <= tiny_picture_px;
    };
    if (hidden_ > 0 || style.seen.hidden || tiny(style.seen.width_px) ||
        tiny(style.seen.height_px)) {
        return;
    }
    TextNode image;
    image.element = Element::Image;
    image.text = attribute("alt");
    if (!says_something(image.text)) image.text.clear();
    if (image.text.empty()) image.text = attribute("title");
    if (!says_something(image.text)) image.text.clear();
    image.button = style.display == Display::Block;
    if (image.button) end_run();
    const std::size_t columns = folded_columns(image.text);
    Extent& extent = node(stack_.back().node).extent;
    ++extent.pictures;
    if (style.seen.width_px && *style.seen.width_px > widest_icon_px) {
        ++extent.wide_pictures;
        image.extent.wide_pictures = 1;
    }
    extent.alternative += columns;
    count_words(columns);
    append(std::move(image));
}

void TreeMaker::open(Element element, std::string_view name) {
    const TextStyle style = element_style(tokens_, rules_);
    Open opened{.element = element, .name = name, .inherited = inherited()};
    opened.hidden = style.seen.hidden || element == Element::Skipped;
    if (element == Element::Preformatted) opened.inherited.white_space = WhiteSpace::Kept;
    inherit(style, opened.inherited);
    if (element == Element::Bold && !style.bold) opened.inherited.bold = true;
    if (opened.hidden) ++hidden_;
    opened.node = stack_.back().node;
    opened.block = stack_.back().block;
    if (hidden_ == 0) {
        const Element shown = shown_as(element, style);
        if (shown != Element::Other && shown != Element::Bold) {
            opened.node = append_element(shown, style, opened.inherited);
            if (is_block(shown)) {
                end_run();
                opened.block = opened.node;
            }
        }
    }
    opened.bucket = name_bucket();
    push(opened);
}

std::string TreeMaker::attribute(std::string_view name) const {
    return attribute_text(tokens_, name);
}

std::vector<TextNode> text_tree(std::string_view html) {
    return TreeMaker{html}.make();
}

}  // namespace candor::rewriter
