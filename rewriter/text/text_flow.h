// Words to lines: wraps at 72 columns, keeps indents and quote marks, folds blanks, never leaves
// two blank lines in a row. As format=flowed (RFC 3676) a line that was only wrapped ends in a
// blank. Knows nothing of HTML.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace candor::rewriter {

constexpr std::size_t text_columns = 72;

enum class LineFormat : std::uint8_t { Fixed, Flowed };
enum class CellText : std::uint8_t { OneLine, Lines };

class TextFlow {
  public:
    explicit TextFlow(LineFormat format = LineFormat::Fixed) : format_(format) {}

    /// Running text in UTF-8; blanks fold and lines wrap.
    void text(std::string_view utf8);
    /// Running text whose line ends count.
    void lines(std::string_view utf8);
    /// Text whose blanks and line ends count.
    void preformatted(std::string_view utf8);
    void space();
    void line_break();
    /// Ends the paragraph; `blank_line` asks for one before what follows.
    void block(bool blank_line);

    /// Lines from here on begin with `rest`, the first of them with `first`.
    void push_indent(std::string first, std::string rest);
    /// Lines from here on are one level deeper quoted: `> `, `>> `.
    void push_quote();
    void pop_indent();

    /// Sets `note` behind the last word, even if its paragraph has ended.
    void note(std::string_view note);
    /// Whether what comes next would stand on the same line as what came last.
    [[nodiscard]] bool line_is_open() const;
    /// Takes back the line break that is due, if there is a line to go on with.
    bool rejoin();
    /// A line that is not wrapped: a row of a table, a rule.
    void line(std::string_view utf8);
    void rule();

    void begin_heading();
    /// Underlines what came since begin_heading(), if that is possible here.
    void end_heading(char underline);

    /// Until end_cell() all text goes into one line that is handed back; or into lines, with a
    /// line end between them.
    void begin_cell(CellText shape);
    [[nodiscard]] std::string end_cell();
    [[nodiscard]] bool in_cell() const { return in_cell_; }

    [[nodiscard]] std::string finish();

  private:
    struct Indent {
        std::string first;
        std::string rest;
        bool used = false;
        bool quote = false;
    };
    enum class Break : unsigned char { None, Line, BlankLine };

    void character(char32_t c, std::string_view bytes);
    void flush_word();
    void put_piece(std::string_view piece, std::size_t limit);
    [[nodiscard]] std::string take_last_words();
    void start_line();
    void add_prefix();
    void emit_line(bool wrapped = false);
    void emit_blank_line();
    void push(Indent indent);
    void request(Break wanted);

    LineFormat format_;
    std::string out_;
    std::string line_;  ///< with its prefix; not yet in `out_`
    std::size_t line_columns_ = 0;
    std::size_t prefix_bytes_ = 0;
    bool line_started_ = false;
    bool line_quoted_ = false;
    std::string word_;
    std::size_t word_columns_ = 0;
    char32_t last_ = 0;  ///< last character of `word_`
    bool space_ = false;
    std::size_t kept_blanks_ = 0;   ///< since the last word, of preformatted text
    bool in_preformatted_ = false;  ///< as `word_` is
    bool no_break_space_ = false;
    Break break_ = Break::None;
    bool fresh_ = false;  ///< an indent has begun and holds nothing yet
    std::vector<Indent> indents_;
    std::size_t indent_columns_ = 0;
    std::size_t blank_line_indents_ = 0;  ///< the indents that a blank line has to show
    bool in_cell_ = false;
    std::string cell_;
    CellText cell_shape_ = CellText::OneLine;
    bool cell_line_ended_ = false;
    bool heading_empty_ = true;
    std::size_t heading_begin_ = 0;  ///< in `out_`
    std::size_t widest_line_ = 0;
    std::optional<char> underline_;  ///< due below the line that is open
};

}  // namespace candor::rewriter
