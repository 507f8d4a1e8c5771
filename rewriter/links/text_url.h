// Where a URL in running text ends: at a blank, a bracket, a quote, the punctuation of the sentence
// around it. No list of legal characters, since links in real mail hold any (blanks excepted).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

/// What a soft line break (a blank before the line end, RFC 3676) means to whoever shows the text.
enum class SoftBreaks : std::uint8_t {
    Blank,   ///< the blank stays: a word ends there
    Nothing  ///< `delsp=yes`: the blank goes, and a URL goes on in the next line
};

struct TextUrl {
    Span value;       ///< empty when nothing follows the scheme
    std::string url;  ///< `value` without the line breaks that wrapped it
    /// It runs into a script that sets no blanks between words: where it ends cannot be known.
    bool ambiguous_end = false;
};

/// The URL that begins at `begin`; its `scheme://` ends at `from`. In `<...>` (also `<URL:...>`,
/// RFC 3986, appendix C) everything up to the `>` belongs to it, and line breaks are taken out.
[[nodiscard]] TextUrl text_url_at(std::string_view text, std::size_t begin, std::size_t from,
                                  SoftBreaks soft_breaks);

/// `url` as text_url_at() finds it whole between blanks: what would end it is percent-encoded.
[[nodiscard]] std::string whole_text_url(std::string_view url);

}  // namespace candor::rewriter
