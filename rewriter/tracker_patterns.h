// Does a URL look like an open tracker? By the list that ships, or by its own shape.
#pragma once

#include <string_view>

namespace candor::rewriter {

/// Whether a pattern of data/pixel-patterns.tsv is found in `url`. Looks at the first 2,048 bytes.
[[nodiscard]] bool matches_tracker_pattern(std::string_view url);

/// Whether `url` seems made for one message: a long token, or a path like `/open` or `/o/`.
[[nodiscard]] bool looks_unique(std::string_view url);

/// `spacer.gif`, `blank.png`, `1x1.gif` ... without a query: what honest layouts use.
[[nodiscard]] bool is_spacer(std::string_view url);

}  // namespace candor::rewriter
