// Which rows of an HTML mail's tables read as rows, and which are mere layout: seen in a pass of
// its own, since only the end of a row tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candor::rewriter {

struct RowShape {
    bool on_one_line = false;  ///< two or more short cells, nothing nested
    bool links_only = false;   ///< a bar of links
};

/// One entry per `tr` start tag, in order.
[[nodiscard]] std::vector<RowShape> row_shapes(std::string_view html);

/// The rows below one another: columns aligned, amounts to the right; cells joined by two blanks
/// where the columns do not fit into the page. One string per row.
[[nodiscard]] std::vector<std::string> aligned_rows(
    const std::vector<std::vector<std::string>>& rows);

}  // namespace candor::rewriter
