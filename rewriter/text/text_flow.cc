// Line ends are lazy: a break is only noted, and made when the next word arrives. So a footnote
// mark can still join the last line, and breaks at the very end leave nothing.
#include "rewriter/text/text_flow.h"

#include <algorithm>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_joined_columns = 24;  // by no-break spaces
constexpr char joint = '\x01';                  // a no-break space inside `word_`
constexpr std::size_t widest_columns = 76;  // for a footnote mark, or a line somebody else wrapped
constexpr std::size_t widest_glued_columns = 78;

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
/// `[12]`, as links have it.
bool is_mark(std::string_view word) {
    return word.size() > 2 && word.front() == '[' && word.back() == ']' &&
           std::ranges::all_of(word.substr(1, word.size() - 2), is_ascii_digit);
}
bool is_variation_selector(char32_t c) {
    return c >= 0xFE00 && c <= 0xFE0F;
}

}  // namespace

void TextFlow::request(Break wanted) {
    kept_blanks_ = 0;
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
    if (is_variation_selector(c) && word_.empty()) return;
    if (no_break_space_) {
        no_break_space_ = false;
        word_.push_back(joint);
        ++word_columns_;
    }
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
    word_columns_ = 0;
    if (word_.empty()) return;
    std::string word;
    word.swap(word_);
    std::ranges::replace(word, joint, ' ');
    if (in_cell_) {
        const bool ended = std::exchange(cell_line_ended_, false);
        if (space_ && !cell_.empty()) {
            cell_.push_back(ended && cell_shape_ == CellText::Lines ? '\n' : ' ');
        }
        cell_ += word;
    } else {
        std::size_t begin = 0;
        // What is glued to the last word, a comma behind a footnote mark, stays with it.
        std::size_t limit = !space_            ? widest_glued_columns
                            : in_preformatted_ ? widest_columns
                                               : text_columns;
        for (const std::size_t end : breaks_inside(word)) {
            put_piece(std::string_view{word}.substr(begin, end - begin), limit);
            begin = end;
            limit = text_columns;
        }
        put_piece(std::string_view{word}.substr(begin), limit);
    }
    space_ = false;
    in_preformatted_ = false;
}

void TextFlow::put_piece(std::string_view piece, std::size_t limit) {
    const std::size_t columns = columns_of(piece);
    start_line();
    const bool first = line_.size() == prefix_bytes_;
    const std::size_t kept = std::exchange(kept_blanks_, 0);
    const std::size_t gap = std::max<std::size_t>(kept, space_ && !first ? 1 : 0);
    if (piece == "|")
        limit = widest_glued_columns;  // a bar goes on below, and does not begin there
    if (!first && line_columns_ + gap + columns > limit) {
        const std::string taken = gap > 0 && is_mark(piece) ? take_last_words() : std::string{};
        emit_line(gap == 1);
        start_line();
        line_ += taken;
        line_columns_ += columns_of(taken);
    } else {
        line_.append(gap, ' ');
        line_columns_ += gap;
    }
    line_ += piece;
    line_columns_ += columns;
    space_ = false;
}

/// The last word of the line and a blank, so that a mark does not stand alone on the next; with it
/// other marks of the same word. Empty when nothing else would stay.
std::string TextFlow::take_last_words() {
    std::size_t end = line_.size();
    std::size_t begin = 0;
    do {
        begin = line_.rfind(' ', end - 1);
        if (begin == line_.npos || begin < prefix_bytes_) return {};
        const std::string_view word = std::string_view{line_}.substr(begin + 1, end - begin - 1);
        if (!is_mark(word)) break;
        end = begin;
    } while (end > prefix_bytes_);
    std::string taken = line_.substr(begin + 1) + ' ';
    line_.resize(begin);
    return taken;
}

void TextFlow::start_line() {
    if (break_ != Break::None) {
        emit_line();
        if (break_ == Break::BlankLine && !out_.empty()) emit_blank_line();
        break_ = Break::None;
    }
    fresh_ = false;
    heading_empty_ = false;
    if (line_started_) return;
    line_started_ = true;
    add_prefix();
    prefix_bytes_ = line_.size();
    line_columns_ = prefix_bytes_;  // indents are ASCII
}

void TextFlow::add_prefix() {
    bool quoted = false;
    for (Indent& indent : indents_) {
        if (quoted && !indent.quote) line_.push_back(' ');
        quoted = indent.quote;
        line_ += indent.used ? indent.rest : indent.first;
        indent.used = true;
    }
    if (quoted) line_.push_back(' ');
    line_quoted_ = !indents_.empty() && indents_.front().quote;
}

void TextFlow::emit_blank_line() {
    const std::size_t begin = out_.size();
    const std::size_t shown = std::min(blank_line_indents_, indents_.size());
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0 && indents_[i - 1].quote && !indents_[i].quote) out_.push_back(' ');
        out_ += indents_[i].rest;
    }
    trim_end(out_, begin);
    out_.push_back('\n');
}

void TextFlow::emit_line(bool wrapped) {
    if (!line_started_) return;
    trim_end(line_, 0);
    widest_line_ = std::max(widest_line_, line_columns_);
    if (format_ == LineFormat::Flowed) {
        const bool indented =
            std::ranges::any_of(indents_, [](const Indent& indent) { return !indent.quote; });
        // Only what reads the same when joined again may flow: no hanging indents.
        if ((wrapped && !indented) || line_ == "--") line_.push_back(' ');
        if (!line_quoted_ &&
            (line_.starts_with(' ') || line_.starts_with('>') || line_.starts_with("From "))) {
            out_.push_back(' ');
        }
    }
    out_ += line_;
    out_.push_back('\n');
    if (underline_ && !wrapped) {
        out_.append(std::min(widest_line_, text_columns), *std::exchange(underline_, {}));
        out_.push_back('\n');
    }
    line_.clear();
    line_columns_ = 0;
    prefix_bytes_ = 0;
    line_started_ = false;
}

void TextFlow::lines(std::string_view utf8) {
    while (true) {
        const std::size_t end = utf8.find('\n');
        text(utf8.substr(0, end));
        if (end == utf8.npos) return;
        line_break();
        utf8.remove_prefix(end + 1);
    }
}

void TextFlow::preformatted(std::string_view utf8) {
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t begin = at;
        const char32_t c = next_character(utf8, at);
        if (c == '\n') {
            line_break();
        } else if (is_space(c) || c == 0xA0) {
            space();
            kept_blanks_ = std::min(kept_blanks_ + (c == '\t' ? 4 : 1), text_columns);
        } else {
            if (word_.empty()) in_preformatted_ = true;
            character(c, c == 0xFFFD ? "\xEF\xBF\xBD" : utf8.substr(begin, at - begin));
        }
    }
}

std::string TextFlow::finish() {
    flush_word();
    emit_line();
    return std::exchange(out_, {});
}

}  // namespace candor::rewriter
