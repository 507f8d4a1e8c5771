// The style of one start tag: sheet rules, presentational attributes and its own `style`, in the
// order in which they count.
#pragma once

#include <string>

#include "rewriter/html/html_tokens.h"
#include "rewriter/html/style_rules.h"

namespace candor::rewriter {

/// Of the start tag that `tokens` stands on.
[[nodiscard]] TextStyle element_style(const HtmlTokenizer& tokens, const StyleRules& rules);

/// An attribute's value, character references undone, outer blanks off; empty when it is not there.
[[nodiscard]] std::string attribute_text(const HtmlTokenizer& tokens, std::string_view name);

}  // namespace candor::rewriter
