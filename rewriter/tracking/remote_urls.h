// What a client gets from the web for one attribute, read as a browser reads it. Knows where URLs
// stand in a value; whether they track is for others to judge.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/html/fetched_urls.h"

namespace candor::rewriter {

/// A URL that is fetched: where it stands and what it says, trimmed.
struct RemoteUrl {
    Span where;
    std::string url;
    Span whole;  ///< what has to go with it: the value that it stands in
};

/// `url` is trimmed. Whether a client would fetch it from the web.
[[nodiscard]] bool is_remote(std::string_view url);

/// The remote URLs of an attribute of the start tag that `tokens` stands on, in order; none of a
/// `style` attribute, which is CSS.
[[nodiscard]] std::vector<RemoteUrl> remote_urls(const HtmlTokenizer& tokens,
                                                 const FetchedAttribute& attribute);

}  // namespace candor::rewriter
