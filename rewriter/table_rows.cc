#include "rewriter/table_rows.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "rewriter/ascii.h"
#include "rewriter/character_references.h"
#include "rewriter/html_tokens.h"
#include "rewriter/text_flow.h"
#include "rewriter/utf8_text.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_layout_cell_columns = 40;
constexpr std::size_t max_data_cell_columns = 120;
constexpr std::size_t max_columns = 12;
constexpr std::size_t column_gap = 2;

struct Cell {
    std::size_t columns = 0;
    std::size_t linked = 0;
    int blocks = 0;
};

struct OpenTable {
    bool has_heading = false;
    bool in_row = false;
    std::size_t row = 0;  ///< index into the shapes
    bool nested = false;
    std::size_t filled = 0;
    std::size_t widest = 0;
    std::size_t total = 0;
    bool links_only = true;
    int most_blocks = 0;
    Cell cell;
};

class RowReader {
  public:
    explicit RowReader(std::string_view html) : tokens_(html) {}

    std::vector<RowShape> read() {
        while (tokens_.next()) {
            const HtmlToken& token = tokens_.token();
            if (token.kind == TokenKind::Text && token.mode == TextMode::Data) count_text();
            if (token.kind == TokenKind::StartTag) start();
            if (token.kind == TokenKind::EndTag) end();
        }
        while (!tables_.empty()) close_table();
        return std::move(shapes_);
    }

  private:
    void count_text() {
        if (tables_.empty()) return;
        const std::string text = decode_character_references(tokens_.text(tokens_.token().content),
                                                             ReferencePlace::Text);
        std::size_t columns = 0;
        bool visible = false;
        bool blank_before = true;
        for (std::size_t at = 0; at < text.size();) {
            const char32_t c = next_character(text, at);
            if (is_invisible(c)) continue;
            const bool blank = is_space(c) || c == 0xA0;
            visible = visible || !blank;
            if (!blank || !blank_before) columns += candor::rewriter::columns_of(c);
            blank_before = blank;
        }
        if (!visible) return;
        tables_.back().cell.columns += columns;
        if (in_link_) tables_.back().cell.linked += columns;
    }

    void start() {
        if (tokens_.name_is("a")) in_link_ = true;
        if (tokens_.name_is("table")) {
            if (!tables_.empty()) tables_.back().nested = true;
            tables_.push_back({});
            return;
        }
        if (tokens_.name_is("tr")) {
            if (tables_.empty()) tables_.push_back({});
            close_row();
            tables_.back().in_row = true;
            tables_.back().row = shapes_.size();
            shapes_.emplace_back();
            return;
        }
        if (tables_.empty()) return;
        OpenTable& table = tables_.back();
        if (tokens_.name_is("th")) table.has_heading = true;
        if (tokens_.name_is("td") || tokens_.name_is("th")) close_cell();
        constexpr std::array<std::string_view, 4> small_blocks{"p", "div", "br", "center"};
        constexpr std::array<std::string_view, 9> large_blocks{
            "ul", "ol", "li", "hr", "blockquote", "pre", "h1", "h2", "h3"};
        for (const auto name : small_blocks) table.cell.blocks += tokens_.name_is(name) ? 1 : 0;
        for (const auto name : large_blocks) table.cell.blocks += tokens_.name_is(name) ? 9 : 0;
    }

    void end() {
        if (tokens_.name_is("a")) in_link_ = false;
        if (tables_.empty()) return;
        if (tokens_.name_is("td") || tokens_.name_is("th")) close_cell();
        if (tokens_.name_is("tr")) close_row();
        if (tokens_.name_is("table")) close_table();
    }

    void close_cell() {
        OpenTable& table = tables_.back();
        const Cell cell = table.cell;
        table.cell = {};
        if (cell.columns == 0) return;
        ++table.filled;
        table.widest = std::max(table.widest, cell.columns);
        table.total += cell.columns;
        table.most_blocks = std::max(table.most_blocks, cell.blocks);
        table.links_only = table.links_only && cell.linked == cell.columns;
    }

    void close_row() {
        close_cell();
        OpenTable& table = tables_.back();
        if (table.in_row && table.filled >= 2 && table.filled <= max_columns && !table.nested) {
            const bool data =
                table.has_heading && table.most_blocks < 9 && table.widest <= max_data_cell_columns;
            const bool layout = table.most_blocks <= 1 && table.widest <= max_layout_cell_columns &&
                                table.total <= text_columns;
            shapes_[table.row] = {data || layout, table.links_only};
        }
        const bool has_heading = table.has_heading;
        table = OpenTable{};
        table.has_heading = has_heading;
    }

    void close_table() {
        close_row();
        tables_.pop_back();
    }

    HtmlTokenizer tokens_;
    std::vector<OpenTable> tables_;
    std::vector<RowShape> shapes_;
    bool in_link_ = false;
};

bool is_amount(std::string_view cell) {
    std::size_t digits = 0;
    std::size_t letters = 0;
    for (const char c : cell) {
        if (is_ascii_digit(c)) ++digits;
        if (is_ascii_letter(c)) ++letters;
    }
    return digits > 0 && letters <= 3;
}

struct Column {
    std::size_t columns = 0;
    bool amounts = true;
};

}  // namespace

std::vector<RowShape> row_shapes(std::string_view html) {
    return RowReader{html}.read();
}

std::vector<std::string> aligned_rows(const std::vector<std::vector<std::string>>& rows) {
    std::vector<Column> columns;
    for (const auto& row : rows) {
        if (columns.size() < row.size()) columns.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            columns[i].columns = std::max(columns[i].columns, columns_of(row[i]));
            // The first of several rows may be the heading.
            const bool counts = rows.size() == 1 || &row != &rows.front();
            if (counts && !row[i].empty() && !is_amount(row[i])) columns[i].amounts = false;
        }
    }
    std::size_t total = columns.empty() ? 0 : column_gap * (columns.size() - 1);
    for (const Column& column : columns) total += column.columns;
    const bool aligned = total <= text_columns;
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::size_t missing = aligned ? columns[i].columns - columns_of(row[i]) : 0;
            const bool right = i > 0 && columns[i].amounts;
            if (i > 0) line.append(column_gap, ' ');
            if (right) line.append(missing, ' ');
            line += row[i];
            if (!right && i + 1 < row.size()) line.append(missing, ' ');
        }
        while (line.ends_with(' ')) line.pop_back();
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace candor::rewriter
