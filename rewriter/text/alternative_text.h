// Alternative text of pictures: which tells a reader something, and which only names a file.
#pragma once

#include <string_view>

namespace candor::rewriter {

/// False for file names, addresses, identifiers, numbers, "spacer" and the like.
[[nodiscard]] bool says_something(std::string_view alternative_text);

}  // namespace candor::rewriter
