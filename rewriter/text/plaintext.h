// What remains of HTML when only text may leave: something a person would want to read.
#pragma once

#include <string>
#include <string_view>

#include "rewriter/text/text_flow.h"

namespace candor::rewriter {

/// UTF-8 in, UTF-8 out with LF line ends, wrapped at 72 columns, no more than one blank line in a
/// row. Fixed lines have no blanks at their ends; flowed ones are as RFC 3676 wants them.
/// Deterministic and linear in the size of `html`.
[[nodiscard]] std::string html_to_text(std::string_view html,
                                       LineFormat format = LineFormat::Fixed);

}  // namespace candor::rewriter
