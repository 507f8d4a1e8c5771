// Whose advertising network a URL belongs to (rewriter/data/ad-networks.tsv).
#pragma once

#include <string_view>

namespace candor::rewriter {

/// The network's name; empty when `url` (trimmed) is none of theirs. The view lives as long as the
/// program.
[[nodiscard]] std::string_view ad_network(std::string_view url);

}  // namespace candor::rewriter
