// Rows that wait until their columns can be aligned, and layout tables as blocks.
#include <algorithm>
#include <utility>

#include "rewriter/bytes/utf8_text.h"
#include "rewriter/text/text_maker.h"

namespace candor::rewriter {

void TextMaker::table(const TextNode& node) {
    end_lines(true);
    // As in browsers, stray words stand before the table.
    for (std::uint32_t i = node.first; i != no_node; i = at(i).next) {
        if (at(i).element == Element::Words) element(at(i));
    }
    end_lines(true);
    for (std::uint32_t i = node.first; i != no_node; i = at(i).next) {
        if (at(i).element == Element::Row) {
            row(at(i), node);
        } else if (at(i).element != Element::Words) {
            element(at(i));
        }
    }
    end_lines(true);
}

void TextMaker::row(const TextNode& node, const TextNode& of_table) {
    std::vector<const TextNode*> cells;
    std::vector<const TextNode*> filled;
    for (std::uint32_t i = node.first; i != no_node; i = at(i).next) {
        if (!is_cell(at(i).element)) {
            element(at(i));
            continue;
        }
        cells.push_back(&at(i));
        if (at(i).extent.columns > 0) filled.push_back(&at(i));
    }
    const bool turned = is_turned(node, cells);
    if (turned) {
        std::ranges::reverse(cells);
        std::ranges::reverse(filled);
    }
    const bool amount = filled.size() > 1 && ends_in_amount(*filled.back());
    switch (flow_.in_cell() ? RowShape::Blocks : shape_of_row(filled, of_table, amount)) {
        case RowShape::Blocks:
            // What comes below a table in its last row is no row of it.
            end_lines(group_.size() > 1 && is_paragraph(filled));
            return blocks(cells, filled);
        case RowShape::Line: return line_row(cells, CellText::OneLine);
        case RowShape::Lines: return line_row(cells, CellText::Lines);
        case RowShape::Links: return link_bar(filled);
        case RowShape::Marked: return marked_row(filled, cells);
    }
}

bool TextMaker::ends_in_amount(const TextNode& cell) const {
    constexpr std::size_t longest = 16;
    return cell.extent.columns <= longest && is_amount(words_of(nodes_, cell));
}

/// What has several lines would run into its neighbour with several lines, one below the other.
void TextMaker::blocks(const std::vector<const TextNode*>& cells,
                       const std::vector<const TextNode*>& filled) {
    const bool apart = std::ranges::count_if(
                           filled, [](const TextNode* cell) { return cell->extent.lines > 1; }) > 1;
    for (const TextNode* cell : cells) {
        element(*cell);
        if (apart && cell->extent.columns > 0) end_lines(true);
    }
    end_lines(false);
}

bool TextMaker::is_paragraph(const std::vector<const TextNode*>& cells) {
    return cells.size() == 1 && cells.front()->extent.columns > text_columns;
}

/// The trick that puts the second column first on wide screens: the row runs from right to
/// left, its cells do not.
bool TextMaker::is_turned(const TextNode& row, const std::vector<const TextNode*>& cells) {
    return row.right_to_left && cells.size() > 1 &&
           std::ranges::all_of(cells, [](const TextNode* cell) {
               return cell->said_direction && !cell->right_to_left;
           });
}

std::string TextMaker::cell_text(const TextNode& cell, CellText shape) {
    flow_.begin_cell(shape);
    children(cell);
    return flow_.end_cell();
}

void TextMaker::line_row(const std::vector<const TextNode*>& cells, CellText shape) {
    TextRow row;
    std::size_t column = 0;
    for (const TextNode* cell : cells) {
        const auto span = static_cast<std::size_t>(std::max(cell->number, 1));
        const Extent& extent = cell->extent;
        const bool right = extent.columns > 0 && extent.right == extent.columns;
        row.push_back({cell_text(*cell, shape), column, span, right});
        column += span;
    }
    const bool goes_on = !blank_after_group_ || continues_group(row);
    if (!goes_on) flush_rows();
    blank_after_group_ = false;
    group_.push_back(std::move(row));
}

/// Some put each row of what reads as one table into a table of its own.
bool TextMaker::continues_group(const TextRow& row) const {
    return !group_.empty() && group_.front().size() == row.size() &&
           is_amount(group_.back().back().text) && is_amount(row.back().text);
}

void TextMaker::link_bar(const std::vector<const TextNode*>& cells) {
    flush_rows();
    flow_.block(false);
    bool first = true;
    for (const TextNode* cell : cells) {
        const std::string text = cell_text(*cell);
        if (text.empty()) continue;
        if (!std::exchange(first, false)) flow_.text(" | ");
        flow_.text(text);
    }
    flow_.block(false);
}

void TextMaker::marked_row(const std::vector<const TextNode*>& filled,
                           const std::vector<const TextNode*>& cells) {
    const std::string marker = cell_text(*filled.front()) + ' ';
    flush_rows();
    flow_.block(false);
    flow_.push_indent(marker, std::string(columns_of(marker), ' '));
    for (const TextNode* cell : cells) {
        if (cell != filled.front()) children(*cell);
    }
    flush_rows();
    flow_.pop_indent();
}

void TextMaker::flush_rows() {
    if (group_.empty() || flow_.in_cell()) return;
    const auto rows = std::exchange(group_, {});
    for (const std::string& line : aligned_rows(rows)) {
        flow_.block(false);
        if (columns_of(line) <= text_columns) {
            flow_.line(line);
        } else {
            flow_.text(line);
        }
    }
    flow_.block(std::exchange(blank_after_group_, false));
}

}  // namespace candor::rewriter
