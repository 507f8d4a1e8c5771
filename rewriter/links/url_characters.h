// Which characters a URL in running text may hold. No list of legal ones: links in real mail hold
// any.
#pragma once

#include <cstddef>
#include <string_view>

namespace candor::rewriter {

/// Bytes of the characters at `at` that a URL may hold, one or more; 0 when it may not hold the
/// first. Sets `ambiguous` at a script that is written without blanks between words.
[[nodiscard]] std::size_t url_characters(std::string_view text, std::size_t at, bool& ambiguous);
/// The same where no `>` says where a URL ends, but a do-not-track mark or another URL may.
[[nodiscard]] std::size_t sentence_characters(std::string_view text, std::size_t at,
                                              bool& ambiguous);

}  // namespace candor::rewriter
