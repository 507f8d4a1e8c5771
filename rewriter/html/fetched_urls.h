// What a client fetches unasked when it shows one element: the attributes that hold such URLs, as
// spans. Knows where URLs stand, not what they mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/html/html_tokens.h"

namespace candor::rewriter {

enum class FetchedAs : std::uint8_t {
    Source,      ///< the picture, film, sound or frame itself
    Candidates,  ///< the same, as a list to choose from (`srcset`)
    Background,  ///< shows behind something else, which has a size of its own
    Refresh,     ///< a page to go to
    Css,         ///< a style sheet, or a hint to get ready for one
    Style,       ///< a `style` attribute, which may hold any number of URLs
};

struct FetchedAttribute {
    const Attribute* attribute = nullptr;
    FetchedAs as = FetchedAs::Source;
};

/// Of the start tag that `tokens` stands on, in order; each holds until the next token. Goes into
/// `found`, which is kept for its capacity.
void find_fetched(const HtmlTokenizer& tokens, std::vector<FetchedAttribute>& found);

/// The URLs of a `srcset` value (HTML standard, 4.8.4.2.2), as spans in it.
[[nodiscard]] std::vector<Span> srcset_urls(std::string_view value);

}  // namespace candor::rewriter
