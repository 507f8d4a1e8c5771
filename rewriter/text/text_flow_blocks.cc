// What stands between lines: breaks, indents, rules, headings, cells, footnote marks.
#include <algorithm>
#include <utility>

#include "rewriter/bytes/utf8_text.h"
#include "rewriter/text/text_flow.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_indent_columns = 24;
constexpr std::size_t rule_columns = 40;
constexpr std::size_t widest_columns = 76;  // for a footnote mark, or a line somebody else wrapped
constexpr std::size_t longest_underlined_columns = 2 * text_columns;

}  // namespace

void TextFlow::line_break() {
    flush_word();
    space_ = true;
    if (in_cell_) cell_line_ended_ = true;
    if (in_cell_ || fresh_) return;
    request(break_ == Break::None && line_started_ ? Break::Line : Break::BlankLine);
}

void TextFlow::block(bool blank_line) {
    flush_word();
    space_ = true;
    if (in_cell_) cell_line_ended_ = true;
    if (in_cell_ || fresh_) return;
    request(blank_line ? Break::BlankLine : Break::Line);
}

void TextFlow::push_indent(std::string first, std::string rest) {
    push({std::move(first), std::move(rest)});
}

void TextFlow::push_quote() {
    push({.first = ">", .rest = ">", .quote = true});
}

void TextFlow::push(Indent indent) {
    flush_word();
    if (indent_columns_ + indent.rest.size() > max_indent_columns) indent = {};
    indent_columns_ += indent.rest.size();
    indents_.push_back(std::move(indent));
    if (!in_cell_) fresh_ = true;
}

void TextFlow::pop_indent() {
    flush_word();
    if (indents_.empty()) return;
    indent_columns_ -= indents_.back().rest.size();
    indents_.pop_back();
    fresh_ = false;
    blank_line_indents_ = std::min(blank_line_indents_, indents_.size());
    if (!in_cell_) request(Break::Line);
}

void TextFlow::note(std::string_view note) {
    flush_word();
    const bool space_behind = space_;
    const std::size_t blanks_behind = std::exchange(kept_blanks_, 0);
    const Break pending = std::exchange(break_, Break::None);
    const bool attached = in_cell_ ? !cell_.empty() : line_started_;
    if (!attached) break_ = pending;
    space_ = true;
    if (in_cell_) {
        if (attached) cell_.push_back(' ');
        cell_ += note;
    } else {
        put_piece(note, widest_columns);
    }
    if (attached) break_ = pending;
    space_ = space_behind;
    kept_blanks_ = blanks_behind;
}

bool TextFlow::line_is_open() const {
    if (in_cell_) {
        const bool ended = cell_shape_ == CellText::Lines && cell_line_ended_;
        return (!cell_.empty() && !ended) || !word_.empty();
    }
    return line_started_ && break_ == Break::None;
}

bool TextFlow::rejoin() {
    if (in_cell_ || !line_started_ || underline_) return false;
    break_ = Break::None;
    return true;
}

void TextFlow::line(std::string_view utf8) {
    block(false);
    request(Break::Line);
    start_line();
    line_ += utf8;
    line_columns_ += columns_of(utf8);
    request(Break::Line);
}

void TextFlow::rule() {
    if (in_cell_) return;
    line(std::string(rule_columns, '-'));
}

void TextFlow::begin_heading() {
    flush_word();
    if (!in_cell_ && break_ != Break::None) emit_line();  // what came before is not its width
    heading_empty_ = true;
    heading_begin_ = out_.size();
    widest_line_ = 0;
}

void TextFlow::end_heading(char underline) {
    flush_word();
    const std::size_t size = out_.size() - heading_begin_ + line_.size();
    if (in_cell_ || heading_empty_ || !line_started_ || !indents_.empty() ||
        size > longest_underlined_columns) {
        return;
    }
    // The mark of a link around it may still come, and belongs above the line.
    underline_ = underline;
    request(Break::Line);
}

void TextFlow::begin_cell(CellText shape) {
    flush_word();
    in_cell_ = true;
    cell_shape_ = shape;
    cell_line_ended_ = false;
    space_ = false;
    cell_.clear();
}

std::string TextFlow::end_cell() {
    flush_word();
    in_cell_ = false;
    space_ = true;
    return std::exchange(cell_, {});
}

}  // namespace candor::rewriter
