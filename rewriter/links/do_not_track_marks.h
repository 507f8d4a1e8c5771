// How other systems say "do not track" in a link or in a header field (do-not-track-marks.tsv).
#pragma once

#include <string_view>
#include <vector>

#include "rewriter/html/html_tokens.h"

namespace candor::rewriter {

/// Whether the start tag that `tokens` stands on carries a mark, as an attribute.
[[nodiscard]] bool has_no_track_attribute(const HtmlTokenizer& tokens);
/// `https+notrack` and the like; lower case, without the colon.
[[nodiscard]] bool is_no_track_scheme(std::string_view scheme);
/// Whether a mark stands right behind a URL of plain text.
[[nodiscard]] bool has_no_track_suffix(std::string_view text_behind_url);

/// A header field in which some system says that a message must not be tracked.
struct MessageMark {
    std::string_view field;
    std::string_view json_path;  ///< of the member that says it; empty when the field itself does
    std::string_view value;      ///< as in the data file
    std::string_view refuses;    ///< all, links, html-links, text-links or opens

    /// Whether `found`, the field's or the member's value, refuses.
    [[nodiscard]] bool says_so(std::string_view found) const;
};
[[nodiscard]] const std::vector<MessageMark>& message_marks();

}  // namespace candor::rewriter
