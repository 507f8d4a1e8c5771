// Words to lines: wraps at 72 columns, keeps indents and quote marks, folds blanks, never leaves a
// blank at a line end or two blank lines in a row. Knows nothing of HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace candor::rewriter {

constexpr std::size_t text_columns = 72;

class TextFlow {
  public:
    /// Running text in UTF-8; blanks fold and lines wrap.
    void text(std::string_view utf8);
    /// Text whose blanks and line ends count.
    void preformatted(std::string_view utf8);
    void space();
    void line_break();
    /// Ends the paragraph; `blank_line` asks for one before what follows.
    void block(bool blank_line);

    /// Lines from here on begin with `rest`, the first of them with `first`.
    void push_indent(std::string first, std::string rest);
    void pop_indent();

    /// Sets `note` behind the last word, even if its paragraph has ended.
    void note(std::string_view note);
    /// A line that is not wrapped: a row of a table, a rule.
    void line(std::string_view utf8);
    void rule();

    void begin_heading();
    /// Underlines what came since begin_heading(), if that is possible here.
    void end_heading(char underline);

    /// Until end_cell() all text goes into one line that is handed back.
    void begin_cell();
    [[nodiscard]] std::string end_cell();
    [[nodiscard]] bool in_cell() const { return in_cell_; }

    [[nodiscard]] std::string finish();

  private:
    struct Indent {
        std::string first;
        std::string rest;
        bool used = false;
    };
    enum class Break : unsigned char { None, Line, BlankLine };

    void character(char32_t c, std::string_view bytes);
    void flush_word();
    void start_line();
    void emit_line();
    void request(Break wanted);

    std::string out_;
    std::string line_;  ///< with its prefix; not yet in `out_`
    std::size_t line_columns_ = 0;
    std::size_t prefix_bytes_ = 0;
    bool line_started_ = false;
    std::string word_;
    std::size_t word_columns_ = 0;
    char32_t last_ = 0;  ///< last character of `word_`
    bool space_ = false;
    bool no_break_space_ = false;
    Break break_ = Break::None;
    bool fresh_ = false;  ///< an indent has begun and holds nothing yet
    std::vector<Indent> indents_;
    std::size_t indent_columns_ = 0;
    std::size_t blank_line_indents_ = 0;  ///< the indents that a blank line has to show
    bool in_cell_ = false;
    std::string cell_;
    bool heading_empty_ = true;
    std::size_t widest_line_ = 0;
};

/// Columns that `utf8` takes.
[[nodiscard]] std::size_t columns_of(std::string_view utf8);

}  // namespace candor::rewriter
