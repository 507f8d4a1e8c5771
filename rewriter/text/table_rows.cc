#include "rewriter/text/table_rows.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/text/text_flow.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_layout_cell_columns = 40;
constexpr std::size_t max_data_cell_columns = 120;
constexpr std::size_t max_marker_columns = 3;
constexpr std::size_t max_cells = 12;
constexpr std::size_t column_gap = 2;
constexpr std::size_t max_amount_letters = 3;  // a currency

struct Column {
    std::size_t columns = 0;
    bool amounts = true;
    bool used = false;
};

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
            columns[last].columns = std::max(columns[last].columns, columns_of(cell.text));
            // The first of several rows may be the heading.
            const bool counts = rows.size() == 1 || &row != &rows.front();
            if (counts && !cell.right && !is_amount(cell.text)) columns[last].amounts = false;
        }
    }
    return columns;
}

}  // namespace

RowShape shape_of_row(std::span<const TextNode* const> cells, const TextNode& table) {
    if (cells.size() < 2 || cells.size() > max_cells) return RowShape::Blocks;
    std::size_t total = 0;
    std::size_t widest = 0;
    bool links = true;
    bool one_line = true;
    for (const TextNode* cell : cells) {
        const Extent& extent = cell->extent;
        total += extent.columns + column_gap;
        widest = std::max(widest, extent.columns);
        links = links && extent.linked == extent.columns;
        one_line = one_line && extent.lines <= 1 && extent.lists == 0;
    }
    const Extent& first = cells.front()->extent;
    const bool marker = cells.size() == 2 && first.columns <= max_marker_columns &&
                        first.lines == 1 && first.linked == 0;
    const bool layout = widest <= max_layout_cell_columns && total <= text_columns + column_gap;
    const bool data = table.data && !table.layout && widest <= max_data_cell_columns;
    if (one_line && (layout || data)) return links ? RowShape::Links : RowShape::Line;
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
    const std::vector<Column> columns = columns_of_rows(rows);
    std::vector<std::size_t> ends;  // where each column ends
    std::size_t total = 0;
    for (const Column& column : columns) {
        if (column.used) total += column.columns + (total > 0 ? column_gap : 0);
        ends.push_back(total);
    }
    std::vector<std::string> lines;
    for (const TextRow& row : rows) {
        std::string line;
        std::size_t at = 0;
        for (const RowCell& cell : row) {
            if (cell.text.empty()) continue;
            const std::size_t last = cell.column + cell.span - 1;
            const std::size_t width = columns_of(cell.text);
            std::size_t begin = at == 0 ? 0 : at + column_gap;
            if (total <= text_columns) {
                const bool own = cell.right || is_amount(cell.text);
                const bool right =
                    last > 0 && columns[last].used && (cell.span > 1 ? own : columns[last].amounts);
                std::size_t wanted = cell.column == 0 ? 0 : ends[cell.column - 1];
                if (wanted > 0) wanted += column_gap;
                if (right) {
                    wanted = ends[last] > width ? ends[last] - width : 0;
                }
                begin = std::max(begin, wanted);
            }
            line.append(begin - at, ' ');
            line += cell.text;
            at = begin + width;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace candor::rewriter
