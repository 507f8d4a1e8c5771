// Walks the tokens with a light stack of open elements (no tree: 512 deep and no deeper, as
// browsers do) and writes words to a TextFlow, links to Footnotes. Comments, and so all that only
// Outlook would show, are skipped.
#include "rewriter/plaintext.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "rewriter/ascii.h"
#include "rewriter/character_references.h"
#include "rewriter/footnotes.h"
#include "rewriter/html_tokens.h"
#include "rewriter/inline_style.h"
#include "rewriter/links.h"
#include "rewriter/table_rows.h"
#include "rewriter/text_elements.h"
#include "rewriter/text_flow.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_depth = 512;
constexpr std::size_t max_link_words_bytes = 2048;
constexpr double smallest_font_px = 1;

struct Open {
    Element element = Element::Other;
    std::string_view name;  ///< as written; for elements without a kind of their own
    bool hidden = false;
    std::optional<double> outer_font;  ///< to go back to, where this element has a size of its own
    bool indented = false;
    int next_number = 0;  ///< of an ordered list
};

struct OpenLink {
    std::string url;
    std::string words;
    bool shows_picture = false;
};

/// Alternative text that tells a reader nothing: file names, addresses, "spacer", numbers.
bool says_something(std::string_view alt) {
    if (alt.empty() || alt.size() > 300 || alt.find("://") != std::string_view::npos) return false;
    const std::string lower = ascii_lowered(alt);
    constexpr std::array<std::string_view, 10> empty_words{
        "image", "img", "spacer", "blank", "picture", "photo", "pixel", "bg", "icon", "*"};
    if (std::ranges::find(empty_words, lower) != empty_words.end()) return false;
    constexpr std::array<std::string_view, 6> endings{".png",  ".gif",  ".jpg",
                                                      ".jpeg", ".webp", ".svg"};
    if (std::ranges::any_of(endings, [&](auto e) { return lower.ends_with(e); })) return false;
    return std::ranges::any_of(
        alt, [](char c) { return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80; });
}

class TextMaker {
  public:
    explicit TextMaker(std::string_view html) : tokens_(html), rows_(row_shapes(html)) {}

    std::string make() {
        while (tokens_.next()) {
            switch (tokens_.token().kind) {
                case TokenKind::Text: on_text(); break;
                case TokenKind::StartTag: on_start_tag(); break;
                case TokenKind::EndTag: on_end_tag(); break;
                case TokenKind::Comment:
                case TokenKind::Doctype: break;
            }
        }
        close_to(0);
        finish_link();
        flush_rows();
        std::string text = flow_.finish();
        const std::string list = notes_.list();
        if (!text.empty() && !list.empty()) text.push_back('\n');
        return text + list;
    }

  private:
    [[nodiscard]] bool unseen() const { return hidden_ > 0 || font_px_ <= smallest_font_px; }

    void on_text() {
        const HtmlToken& token = tokens_.token();
        const std::string_view raw = tokens_.text(token.content);
        const bool preformatted = preformatted_ > 0 || token.mode == TextMode::PlainText;
        const bool raw_listing = preformatted && token.mode == TextMode::RawText;
        const bool visible = token.mode == TextMode::Data || token.mode == TextMode::CData ||
                             token.mode == TextMode::PlainText || raw_listing;
        if (!visible || unseen()) return;
        const bool has_references = token.mode == TextMode::Data;
        put(has_references ? decode_character_references(raw, ReferencePlace::Text)
                           : std::string{raw},
            preformatted);
    }

    void put(std::string_view text, bool preformatted) {
        const bool blank = trim_blanks(text).empty();
        if (!blank && !flow_.in_cell()) flush_rows();
        if (link_ && link_->words.size() < max_link_words_bytes) {
            link_->words += text.substr(0, max_link_words_bytes);
        }
        if (preformatted) return flow_.preformatted(text);
        flow_.text(text);
    }

    void on_start_tag() {
        const std::string_view name = tokens_.text(tokens_.token().name);
        const Element element =
            tokens_.token().foreign && !tokens_.name_is("svg") ? Element::Other : element_of(name);
        switch (element) {
            case Element::Structure:
            case Element::Void: return;
            case Element::LineBreak:
                if (!unseen()) flow_.line_break();
                if (link_) link_->words.push_back(' ');
                return;
            case Element::Rule:
                close_paragraph();
                if (!unseen()) on_rule();
                return;
            case Element::Image: return on_image();
            case Element::Area: return on_area();
            default: break;
        }
        if (tokens_.token().self_closing && tokens_.token().foreign) return;
        close_implied(element);
        if (stack_.size() >= max_depth) return;
        open(element, name);
    }

    void on_rule() {
        flush_rows();
        flow_.rule();
    }

    void close_implied(Element element) {
        if (element == Element::Item)
            close_up_to({Element::Item}, {Element::List, Element::OrderedList});
        if (element == Element::Cell) close_up_to({Element::Cell}, {Element::Table});
        if (element == Element::Row) close_up_to({Element::Cell, Element::Row}, {Element::Table});
        const bool inline_element =
            element == Element::Other || element == Element::Link || element == Element::Skipped;
        if (!inline_element) close_paragraph();
        if (element == Element::Link) finish_link();
    }

    void close_paragraph() {
        close_up_to({Element::Paragraph}, {Element::Cell, Element::Table, Element::Item});
    }

    /// Closes the outermost of `wanted` that is open above the nearest of `barriers`.
    void close_up_to(std::initializer_list<Element> wanted,
                     std::initializer_list<Element> barriers) {
        const bool any = std::ranges::any_of(wanted, [&](Element e) { return open_count(e) > 0; });
        if (!any) return;
        std::size_t outermost = stack_.size();
        for (std::size_t i = stack_.size(); i-- > 0;) {
            const Element element = stack_[i].element;
            if (std::ranges::find(barriers, element) != barriers.end()) break;
            if (std::ranges::find(wanted, element) != wanted.end()) outermost = i;
        }
        close_to(outermost);
    }

    void open(Element element, std::string_view name) {
        const Visibility seen = visibility_of(tokens_);
        Open opened{.element = element, .name = name, .outer_font = {}};
        opened.hidden = seen.hidden || element == Element::Skipped;
        if (seen.font_px) {
            opened.outer_font = font_px_;
            font_px_ = *seen.font_px;
        }
        if (opened.hidden) ++hidden_;
        if (element == Element::Preformatted) ++preformatted_;
        // A size of 0 hides text only: layouts set it on cells and set it again inside.
        if (hidden_ == 0) begin(element, opened);
        if (element == Element::Row) begin_row();
        stack_.push_back(opened);
        ++open_count(element);
    }

    int& open_count(Element element) { return open_counts_.at(static_cast<std::size_t>(element)); }

    void begin(Element element, Open& opened) {
        switch (element) {
            case Element::Block:
            case Element::Row: flow_.block(false); break;
            case Element::Paragraph:
            case Element::Heading:
            case Element::Preformatted:
            case Element::Table: flow_.block(true); break;
            case Element::HeadingOne:
            case Element::HeadingTwo:
                flush_rows();
                flow_.block(true);
                flow_.begin_heading();
                break;
            case Element::List:
            case Element::OrderedList:
                flow_.block(!in_list());
                if (element == Element::OrderedList) opened.next_number = first_number();
                break;
            case Element::Item: begin_item(opened); break;
            case Element::Quote:
                flow_.block(true);
                flush_rows();
                flow_.push_indent("> ", "> ");
                opened.indented = true;
                break;
            case Element::Cell: begin_cell(); break;
            case Element::Link: begin_link(); break;
            default: break;
        }
    }

    [[nodiscard]] bool in_list() const {
        return std::ranges::any_of(stack_, [](const Open& open) {
            return open.element == Element::List || open.element == Element::OrderedList;
        });
    }

    int first_number() {
        const Attribute* const start = tokens_.attribute("start");
        int number = 0;
        if (start == nullptr) return 1;
        for (const char c : tokens_.text(start->value).substr(0, 6)) {
            if (is_ascii_digit(c)) number = number * 10 + (c - '0');
        }
        return number;
    }

    void begin_item(Open& opened) {
        flow_.block(false);
        std::string marker = "- ";
        for (std::size_t i = stack_.size(); i-- > 0;) {
            if (stack_[i].element == Element::List) break;
            if (stack_[i].element != Element::OrderedList) continue;
            marker = std::to_string(stack_[i].next_number++) + ". ";
            break;
        }
        const std::string rest(marker.size(), ' ');
        flow_.push_indent(std::move(marker), rest);
        opened.indented = true;
    }

    void begin_row() {
        const RowShape shape = next_row_ < rows_.size() ? rows_[next_row_] : RowShape{};
        ++next_row_;
        if (flow_.in_cell()) return;
        if (!shape.on_one_line) flush_rows();
        row_ = shape;
        cells_.clear();
    }

    void begin_cell() {
        if (!row_.on_one_line) return flow_.block(false);
        if (!flow_.in_cell()) flow_.begin_cell();
    }

    void end_cell() {
        if (!flow_.in_cell()) return flow_.block(false);
        finish_link();
        std::string cell = flow_.end_cell();
        if (!cell.empty() || !cells_.empty()) cells_.push_back(std::move(cell));
    }

    void end_row() {
        if (flow_.in_cell()) end_cell();
        while (!cells_.empty() && cells_.back().empty()) cells_.pop_back();
        if (row_.on_one_line && !cells_.empty()) {
            if (row_.links_only) {
                put_link_bar();
            } else {
                group_.push_back(std::move(cells_));
            }
        }
        cells_.clear();
        row_ = {};
        flow_.block(false);
    }

    void put_link_bar() {
        flush_rows();
        flow_.block(false);
        bool first = true;
        for (const std::string& cell : cells_) {
            if (cell.empty()) continue;
            if (!first) flow_.text(" | ");
            flow_.text(cell);
            first = false;
        }
    }

    void flush_rows() {
        if (group_.empty() || flow_.in_cell()) return;
        const auto rows = std::move(group_);
        group_.clear();
        for (const std::string& line : aligned_rows(rows)) {
            flow_.block(false);
            if (columns_of(line) <= text_columns) {
                flow_.line(line);
            } else {
                flow_.text(line);
            }
        }
        flow_.block(false);
    }

    void begin_link() {
        const Attribute* const href = tokens_.attribute("href");
        if (href == nullptr || !href->has_value) return;
        link_.emplace();
        link_->url = trim_url(
            decode_character_references(tokens_.text(href->value), ReferencePlace::Attribute));
    }

    void finish_link() {
        if (!link_) return;
        OpenLink link = std::move(*link_);
        link_.reset();
        std::string words;
        for (const char c : link.words) {
            if (!is_html_blank(c)) {
                words.push_back(c);
            } else if (!words.ends_with(' ')) {
                words.push_back(' ');
            }
        }
        words = trim_blanks(words);
        if (words.empty()) {
            // Nothing to see is nothing to click; a picture without a name borrows its host's.
            if (!link.shows_picture) return;
            words = notes_.words_for(link.url);
            if (words.empty()) return;
            if (!flow_.in_cell()) flush_rows();
            flow_.space();
            flow_.text(words);
        }
        const std::string mark = notes_.mark_for(link.url, words);
        if (!mark.empty()) flow_.note(mark);
    }

    void on_image() {
        const Visibility seen = visibility_of(tokens_);
        const auto tiny = [](const std::optional<double>& length) {
            return length && *length <= 2;
        };
        if (unseen() || seen.hidden || tiny(seen.width_px) || tiny(seen.height_px)) return;
        if (link_) link_->shows_picture = true;
        const std::string alt = text_of("alt");
        if (!says_something(alt)) return;
        flow_.space();
        put(link_ ? alt : '[' + alt + ']', false);
        flow_.space();
    }

    void on_area() {
        if (unseen()) return;
        finish_link();
        begin_link();
        const std::string alt = text_of("alt");
        if (link_ && says_something(alt)) {
            flow_.block(false);
            put(alt, false);
            finish_link();
            flow_.block(false);
        }
        link_.reset();
    }

    std::string text_of(std::string_view attribute_name) {
        const Attribute* const attribute = tokens_.attribute(attribute_name);
        if (attribute == nullptr) return {};
        const std::string decoded =
            decode_character_references(tokens_.text(attribute->value), ReferencePlace::Attribute);
        return std::string{trim_blanks(decoded)};
    }

    void on_end_tag() {
        const std::string_view name = tokens_.text(tokens_.token().name);
        const Element element = element_of(name);
        const bool table_part =
            element == Element::Cell || element == Element::Row || element == Element::Table;
        for (std::size_t i = stack_.size(); i-- > 0;) {
            const Open& open = stack_[i];
            if (open.element == element && equals_ignoring_case(open.name, name)) {
                return close_to(i);
            }
            // A stray end tag inside a cell closes nothing outside of it.
            const bool barrier = open.element == Element::Cell || open.element == Element::Table;
            if (barrier && !table_part) return;
            if (open.element == Element::Table) return;
        }
    }

    void close_to(std::size_t size) {
        while (stack_.size() > size) {
            const Open open = stack_.back();
            stack_.pop_back();
            --open_count(open.element);
            if (hidden_ == 0) end(open.element);
            if (open.indented) {
                flush_rows();
                flow_.pop_indent();
                if (open.element == Element::Quote) flow_.block(true);
            }
            if (open.element == Element::Preformatted) --preformatted_;
            if (open.hidden) --hidden_;
            if (open.outer_font) font_px_ = *open.outer_font;
        }
    }

    void end(Element element) {
        switch (element) {
            case Element::Block: flow_.block(false); break;
            case Element::Paragraph:
            case Element::Heading:
            case Element::Preformatted: flow_.block(true); break;
            case Element::HeadingOne:
            case Element::HeadingTwo:
                finish_link();
                flow_.end_heading(element == Element::HeadingOne ? '=' : '-');
                flow_.block(true);
                break;
            case Element::List:
            case Element::OrderedList: flow_.block(!in_list()); break;
            case Element::Cell: end_cell(); break;
            case Element::Row: end_row(); break;
            case Element::Table:
                flush_rows();
                flow_.block(true);
                break;
            case Element::Link: finish_link(); break;
            default: break;
        }
    }

    HtmlTokenizer tokens_;
    TextFlow flow_;
    Footnotes notes_;
    std::vector<Open> stack_;
    std::array<int, static_cast<std::size_t>(Element::Skipped) + 1> open_counts_{};
    int hidden_ = 0;
    int preformatted_ = 0;
    double font_px_ = 16;
    std::optional<OpenLink> link_;
    std::vector<RowShape> rows_;
    std::size_t next_row_ = 0;
    RowShape row_;
    std::vector<std::string> cells_;
    std::vector<std::vector<std::string>> group_;  ///< rows that wait to be aligned
};

}  // namespace

std::string html_to_text(std::string_view html) {
    return TextMaker{html}.make();
}

}  // namespace candor::rewriter
