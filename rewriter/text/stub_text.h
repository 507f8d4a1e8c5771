// Whether the text part of a mail is a text, or only stands where one should be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// What HTML says to a reader: what the text parts beside it are compared with.
struct HtmlSays {
    std::string lower;        ///< as text, its ASCII in lower case
    std::size_t letters = 0;  ///< without the addresses of links
    std::size_t marks = 0;    ///< of HTML that it shows as words, as a page about HTML does
    bool many_links = false;
};
/// Of UTF-8. Linear.
[[nodiscard]] HtmlSays what_html_says(std::string_view html);

/// Whether a text part is empty or stands in for a text: it only says that one needs another
/// program ("your client does not support HTML"), says far less than the HTML, leaves out its links
/// or shows its tags. Then the text is made from the HTML instead. A short text whose HTML says no
/// more is none.
[[nodiscard]] bool is_stub_text(std::string_view text, const HtmlSays& html);

}  // namespace candor::rewriter
