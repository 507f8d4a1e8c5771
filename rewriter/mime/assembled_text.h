// A text put together from spans of the message's source and new words: what of it stayed is still
// known when it becomes edits.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

class AssembledText {
  public:
    AssembledText() = default;
    AssembledText(std::string words) { *this += std::move(words); }  // NOLINT: stands for it

    AssembledText& operator+=(Span of_source);
    AssembledText& operator+=(std::string words);
    AssembledText& operator+=(AssembledText other);

    /// The edits that make `whole` of `source` this text. Spans that do not come in the order of
    /// the source are new words to them; what replaces itself is no edit.
    [[nodiscard]] std::vector<Replacement> edits_of(std::string_view source, Span whole) const;

  private:
    std::vector<std::variant<Span, std::string>> pieces_;
};

}  // namespace candor::rewriter
