#include "rewriter/text/table_rows.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/text/text_flow.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_layout_cell_columns = 40;
constexpr std::size_t max_data_cell_columns = 120;
constexpr std::size_t max_cell_lines = 4;
constexpr std::size_t max_marker_columns = 3;
constexpr std::size_t max_cells = 12;
constexpr std::size_t column_gap = 2;
constexpr std::size_t max_amount_letters = 3;  // a currency

struct Column {
    std::size_t columns = 0;
    bool amounts = true;
    bool used = false;
};

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        lines.push_back(first_line(text));
        text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
    }
    return lines;
}

std::size_t widest_line_of(std::string_view text) {
    std::size_t widest = 0;
    for (const std::string_view line : lines_of(text)) widest = std::max(widest, columns_of(line));
    return widest;
}

bool holds_only_lines(const Extent& extent) {
    return extent.lists == 0 && extent.headings == 0 && extent.tables == 0;
}

/// Where each column of the rows stands, and what it holds. Cells over several columns fit in
/// between.
std::vector<Column> columns_of_rows(std::span<const TextRow> rows) {
    std::vector<Column> columns;
    for (const TextRow& row : rows) {
        for (const RowCell& cell : row) {
            const std::size_t last = cell.column + cell.span - 1;
            if (columns.size() <= last) columns.resize(last + 1);
            if (cell.text.empty()) continue;
            if (cell.span > 1 && rows.size() > 1) continue;
            columns[last].used = true;
            columns[last].columns = std::max(columns[last].columns, widest_line_of(cell.text));
            // The first of several rows may be the heading.
            const bool counts = rows.size() == 1 || &row != &rows.front();
            if (counts && !cell.right && !is_amount(first_line(cell.text)))
                columns[last].amounts = false;
        }
    }
    return columns;
}

/// The columns that rows stand in.
class Grid {
  public:
    explicit Grid(std::span<const TextRow> rows) : columns_(columns_of_rows(rows)) {
        for (const Column& column : columns_) {
            if (column.used) total_ += column.columns + (total_ > 0 ? column_gap : 0);
            ends_.push_back(total_);
        }
    }

    [[nodiscard]] bool fits() const { return total_ <= text_columns; }

    /// Puts one line of a cell's text behind what a line holds.
    void put(const RowCell& cell, std::string_view text, std::string& line) const {
        const std::size_t width = columns_of(text);
        const std::size_t at = columns_of(line);
        std::size_t begin = at == 0 ? 0 : at + column_gap;
        if (fits()) begin = std::max(begin, begin_of(cell, width));
        line.append(begin - at, ' ');
        line += text;
    }

  private:
    [[nodiscard]] std::size_t begin_of(const RowCell& cell, std::size_t width) const {
        const std::size_t last = cell.column + cell.span - 1;
        const bool own = cell.right || is_amount(first_line(cell.text));
        const bool right =
            last > 0 && columns_[last].used && (cell.span > 1 ? own : columns_[last].amounts);
        if (right) return ends_[last] > width ? ends_[last] - width : 0;
        const std::size_t before = cell.column == 0 ? 0 : ends_[cell.column - 1];
        return before > 0 ? before + column_gap : 0;
    }

    std::vector<Column> columns_;
    std::vector<std::size_t> ends_;  ///< where each column ends
    std::size_t total_ = 0;
};

}  // namespace

RowShape shape_of_row(std::span<const TextNode* const> cells, const TextNode& table,
                      bool ends_in_amount) {
    if (cells.size() < 2 || cells.size() > max_cells) return RowShape::Blocks;
    // What a row costs must not leave it.
    const std::size_t widest_cell = ends_in_amount ? text_columns : max_layout_cell_columns;
    std::size_t total = 0;
    std::size_t widest = 0;
    bool links = true;
    bool one_line = true;
    bool short_lines = true;
    std::size_t total_of_lines = 0;
    for (const TextNode* cell : cells) {
        const Extent& extent = cell->extent;
        total += extent.columns + column_gap;
        total_of_lines += extent.widest_line + column_gap;
        widest = std::max(widest, extent.columns);
        links = links && extent.linked == extent.columns;
        one_line = one_line && extent.lines <= 1 && extent.lists == 0;
        short_lines = short_lines && extent.lines <= max_cell_lines &&
                      extent.widest_line <= widest_cell && holds_only_lines(extent);
    }
    const Extent& first = cells.front()->extent;
    const bool marker = cells.size() == 2 && first.columns <= max_marker_columns &&
                        first.lines == 1 && first.linked == 0;
    const bool layout = widest <= widest_cell && total <= text_columns + column_gap;
    const bool data = table.data && !table.layout && widest <= max_data_cell_columns;
    if (one_line && (layout || data)) return links ? RowShape::Links : RowShape::Line;
    if ((data || ends_in_amount) && short_lines && total_of_lines <= text_columns + column_gap)
        return RowShape::Lines;
    return marker ? RowShape::Marked : RowShape::Blocks;
}

bool is_amount(std::string_view cell) {
    std::size_t digits = 0;
    std::size_t letters = 0;
    for (const char c : cell) {
        if (is_ascii_digit(c)) ++digits;
        if (is_ascii_letter(c)) ++letters;
    }
    return digits > 0 && letters <= max_amount_letters;
}

std::vector<std::string> aligned_rows(std::span<const TextRow> rows) {
    const Grid grid{rows};
    std::vector<std::string> all;
    for (const TextRow& row : rows) {
        const std::size_t first = all.size();
        all.emplace_back();
        for (const RowCell& cell : row) {
            if (!grid.fits()) {  // what goes on below would stand in no column
                std::string folded = cell.text;
                std::ranges::replace(folded, '\n', ' ');
                if (!folded.empty()) grid.put(cell, folded, all[first]);
                continue;
            }
            std::size_t here = first;
            for (const std::string_view text : lines_of(cell.text)) {
                if (here == all.size()) all.emplace_back();
                grid.put(cell, text, all[here++]);
            }
        }
    }
    return all;
}

}  // namespace candor::rewriter
