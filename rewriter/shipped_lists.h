// The lists of rewriter/data, compiled in: rows of fields, comments and the heading left out.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace candor::rewriter {

constexpr std::size_t most_list_columns = 6;
/// Missing fields are empty. The views live as long as the program.
using ListRow = std::array<std::string_view, most_list_columns>;

/// `file` is a name in rewriter/data; a file that does not ship is a bug and has no rows.
[[nodiscard]] std::vector<ListRow> shipped_list(std::string_view file);

/// `pattern` against all of `text`, without regard to case: `*` any run, `?` any one character.
/// At most |pattern| x |text| steps.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace candor::rewriter
