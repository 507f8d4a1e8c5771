// A message as a file: split into header fields and body, and joined again to the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/plan.h"

namespace candor::rewriter {

enum class LineEnds : std::uint8_t { Crlf, Lf, Mixed };

/// As an MTA would hand it over: fields with leading blanks and LF folds, body with CRLF.
struct SplitMessage {
    std::vector<Header> headers;
    std::string body;
    LineEnds line_ends = LineEnds::Crlf;
    bool has_separator = true;  ///< the empty line between header and body was there
};

/// Never fails: a line that is no field ends the header, as MTAs see it. An mbox `From ` line or
/// blank lines in front are skipped (and lost).
[[nodiscard]] SplitMessage split_message(std::string_view file);

/// The file that was split, with the line ends it had; `Mixed` comes back as CRLF.
[[nodiscard]] std::string join_message(const std::vector<Header>& headers, std::string_view body,
                                       LineEnds line_ends, bool has_separator = true);

}  // namespace candor::rewriter
