// Which rows of an HTML mail's tables read as rows, which are mere layout, and how rows look in a
// text: columns aligned, amounts to the right.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/text/text_tree.h"

namespace candor::rewriter {

enum class RowShape : std::uint8_t {
    Blocks,  ///< layout: its cells stand below one another
    Line,    ///< two or more short cells on one line
    Lines,   ///< the same, but some cells go on below
    Links,   ///< a bar of links
    Marked,  ///< a bullet or number, and what it marks
};

/// `cells` are the filled cells of a row in `table`.
[[nodiscard]] RowShape shape_of_row(std::span<const TextNode* const> cells, const TextNode& table,
                                    bool ends_in_amount);

struct RowCell {
    std::string text;  ///< one line or more
    std::size_t column = 0;
    std::size_t span = 1;
    bool right = false;  ///< aligned so
};
using TextRow = std::vector<RowCell>;

/// "Total: $12.00", "3 %", "x 2".
[[nodiscard]] bool is_amount(std::string_view cell);

/// The rows below one another, line by line; cells joined by two blanks where the columns do not
/// fit into the page.
[[nodiscard]] std::vector<std::string> aligned_rows(std::span<const TextRow> rows);

}  // namespace candor::rewriter
