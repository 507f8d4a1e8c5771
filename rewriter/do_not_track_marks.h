// How templates of other systems say "do not track this link" (data/do-not-track-marks.tsv).
#pragma once

#include <string_view>

#include "rewriter/html_tokens.h"

namespace candor::rewriter {

/// Whether the start tag that `tokens` stands on carries a mark, as an attribute.
[[nodiscard]] bool has_no_track_attribute(const HtmlTokenizer& tokens);
/// `https+notrack` and the like; lower case, without the colon.
[[nodiscard]] bool is_no_track_scheme(std::string_view scheme);
/// Whether a mark stands right behind a URL of plain text.
[[nodiscard]] bool has_no_track_suffix(std::string_view text_behind_url);

}  // namespace candor::rewriter
