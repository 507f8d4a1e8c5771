// Line ends are lazy: a break is only noted, and made when the next word arrives. So a footnote
// mark can still join the last line, and breaks at the very end leave nothing.
#include "rewriter/text_flow.h"

#include <algorithm>
#include <utility>

#include "rewriter/utf8_text.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_indent_columns = 24;
constexpr std::size_t max_joined_columns = 24;  // by no-break spaces
constexpr char joint = '\x01';                  // a no-break space inside `word_`
constexpr std::size_t rule_columns = 40;

void trim_end(std::string& text, std::size_t from) {
    while (text.size() > from && text.back() == ' ') text.pop_back();
}

bool is_joiner(char32_t c) {
    return c == 0x200C || c == 0x200D;
}
/// Scripts and symbols in which joiners mean something.
bool may_be_joined(char32_t c) {
    return c >= 0x590 && !is_invisible(c);
}
bool is_wide(char32_t c) {
    return columns_of(c) == 2;
}
bool closes(char32_t c) {
    return c == 0x3001 || c == 0x3002 || c == 0xFF0C || c == 0xFF0E || c == 0x300D || c == 0xFF09 ||
           c == 0xFF01 || c == 0xFF1F || c == 0xFE0F;
}

}  // namespace

std::size_t columns_of(std::string_view utf8) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < utf8.size();) columns += columns_of(next_character(utf8, at));
    return columns;
}

void TextFlow::request(Break wanted) {
    if (wanted == Break::BlankLine && break_ != Break::BlankLine) {
        blank_line_indents_ = indents_.size();
    }
    break_ = std::max(break_, wanted);
}

void TextFlow::space() {
    flush_word();
    space_ = true;
}

void TextFlow::text(std::string_view utf8) {
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t begin = at;
        const char32_t c = next_character(utf8, at);
        if (is_space(c)) {
            space();
        } else if (c == 0xA0) {
            if (word_.empty() || word_columns_ > max_joined_columns) {
                space();
            } else {
                no_break_space_ = true;
            }
        } else if (c == 0xFFFD) {
            character(c, "\xEF\xBF\xBD");
        } else {
            character(c, utf8.substr(begin, at - begin));
        }
    }
}

void TextFlow::character(char32_t c, std::string_view bytes) {
    if (is_joiner(c) ? !may_be_joined(last_) || word_.empty() : is_invisible(c)) return;
    if (no_break_space_) {
        no_break_space_ = false;
        word_.push_back(joint);
        ++word_columns_;
    }
    if (is_wide(c) && !closes(c) && !is_joiner(last_)) flush_word();
    word_.append(bytes);
    word_columns_ += columns_of(c);
    last_ = c;
}

void TextFlow::flush_word() {
    if (std::exchange(no_break_space_, false)) {
        flush_word();
        space_ = true;
        return;
    }
    while (is_joiner(last_) && word_.size() >= 3) {  // a joiner joins nothing at the end
        word_.resize(word_.size() - 3);
        last_ = 0;
    }
    last_ = 0;
    if (word_.empty()) return;
    std::ranges::replace(word_, joint, ' ');
    if (in_cell_) {
        if (space_ && !cell_.empty()) cell_.push_back(' ');
        cell_ += word_;
    } else {
        start_line();
        const bool first = line_.size() == prefix_bytes_;
        const std::size_t gap = space_ && !first ? 1 : 0;
        if (!first && line_columns_ + gap + word_columns_ > text_columns) {
            emit_line();
            start_line();
        } else if (gap == 1) {
            line_.push_back(' ');
            ++line_columns_;
        }
        line_ += word_;
        line_columns_ += word_columns_;
    }
    space_ = false;
    word_.clear();
    word_columns_ = 0;
}

void TextFlow::start_line() {
    if (break_ != Break::None) {
        emit_line();
        if (break_ == Break::BlankLine && !out_.empty()) {
            const std::size_t begin = out_.size();
            const std::size_t shown = std::min(blank_line_indents_, indents_.size());
            for (std::size_t i = 0; i < shown; ++i) out_ += indents_[i].rest;
            trim_end(out_, begin);
            out_.push_back('\n');
        }
        break_ = Break::None;
    }
    fresh_ = false;
    heading_empty_ = false;
    if (line_started_) return;
    line_started_ = true;
    line_columns_ = 0;
    for (Indent& indent : indents_) {
        const std::string& piece = indent.used ? indent.rest : indent.first;
        indent.used = true;
        line_ += piece;
        line_columns_ += piece.size();  // indents are ASCII
    }
    prefix_bytes_ = line_.size();
}

void TextFlow::emit_line() {
    if (!line_started_) return;
    trim_end(line_, 0);
    widest_line_ = std::max(widest_line_, line_columns_);
    out_ += line_;
    out_.push_back('\n');
    line_.clear();
    line_columns_ = 0;
    prefix_bytes_ = 0;
    line_started_ = false;
}

void TextFlow::line_break() {
    flush_word();
    space_ = true;
    if (in_cell_ || fresh_) return;
    request(break_ == Break::None && line_started_ ? Break::Line : Break::BlankLine);
}

void TextFlow::block(bool blank_line) {
    flush_word();
    space_ = true;
    if (in_cell_ || fresh_) return;
    request(blank_line ? Break::BlankLine : Break::Line);
}

void TextFlow::push_indent(std::string first, std::string rest) {
    flush_word();
    if (indent_columns_ + rest.size() > max_indent_columns) first = rest = "";
    indent_columns_ += rest.size();
    indents_.push_back({std::move(first), std::move(rest)});
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

void TextFlow::preformatted(std::string_view utf8) {
    flush_word();
    if (in_cell_) return text(utf8);
    std::size_t blanks = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t begin = at;
        const char32_t c = next_character(utf8, at);
        if (c == '\n') {
            blanks = 0;
            request(break_ == Break::None && line_started_ ? Break::Line : Break::BlankLine);
        } else if (is_space(c) || c == 0xA0) {
            blanks = std::min(blanks + (c == '\t' ? 4 : 1), text_columns);
        } else if (!is_invisible(c)) {
            start_line();
            line_.append(blanks, ' ');
            line_ += c == 0xFFFD ? "\xEF\xBF\xBD" : utf8.substr(begin, at - begin);
            line_columns_ += blanks + columns_of(c);
            blanks = 0;
        }
    }
    space_ = blanks > 0;
}

void TextFlow::note(std::string_view note) {
    flush_word();
    const bool space_behind = space_;
    const Break pending = std::exchange(break_, Break::None);
    const bool attached = in_cell_ ? !cell_.empty() : line_started_;
    if (!attached) break_ = pending;
    space_ = true;
    word_ = note;
    word_columns_ = columns_of(note);
    flush_word();
    if (attached) break_ = pending;
    space_ = space_behind;
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
    widest_line_ = 0;
}

void TextFlow::end_heading(char underline) {
    flush_word();
    if (in_cell_ || heading_empty_ || !indents_.empty()) return;
    const Break pending = std::exchange(break_, Break::None);
    emit_line();
    out_.append(std::min(widest_line_, text_columns), underline);
    out_.push_back('\n');
    break_ = std::max(pending, Break::Line);
}

void TextFlow::begin_cell() {
    flush_word();
    in_cell_ = true;
    space_ = false;
    cell_.clear();
}

std::string TextFlow::end_cell() {
    flush_word();
    in_cell_ = false;
    space_ = true;
    return std::exchange(cell_, {});
}

std::string TextFlow::finish() {
    flush_word();
    emit_line();
    return std::exchange(out_, {});
}

}  // namespace candor::rewriter
