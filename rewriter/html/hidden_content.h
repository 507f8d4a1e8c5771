// Whether we stand inside an element that its own style hides. By tag names alone: an element that
// may go without its end tag (`td`, `p`, `li`) also ends with the next of its kind or its table.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "rewriter/html/html_tokens.h"

namespace candor::rewriter {

class HiddenContent {
  public:
    /// Takes note of the token that `tokens` stands on.
    void note(const HtmlTokenizer& tokens);
    [[nodiscard]] bool inside() const { return depth_ > 0; }

  private:
    std::string name_;       ///< of the hidden element, lower case
    std::size_t depth_ = 0;  ///< how many of that name are open
};

/// Whether any of these places, which stand in start tags of `html` in order, is in no hidden
/// element. Reads as far as it has to.
[[nodiscard]] bool any_seen(std::string_view html, std::span<const std::size_t> places);

}  // namespace candor::rewriter
