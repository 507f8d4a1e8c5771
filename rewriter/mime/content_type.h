// What a Content-Type field says, as far as mail programs agree on it.
#pragma once

#include <string_view>

namespace candor::rewriter {

/// `value`, folds and all, names a type that every program reads as `mime_type` (lower case):
/// `type/subtype` and nothing else before its parameters. Where it is empty or says something else
/// some take the part for text, some for a file, some guess by its content.
[[nodiscard]] bool says_clearly(std::string_view value, std::string_view mime_type);

}  // namespace candor::rewriter
