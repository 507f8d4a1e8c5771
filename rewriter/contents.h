// What a reader sees of a message: the decoded text of its parts and the links in it, in order.
// The one place that counts links, so that an ordinal means the same to survey and rewrite.
#pragma once

#include <string>
#include <vector>

#include "rewriter/message.h"

namespace candor::rewriter {

struct ContentLink {
    Span value;      ///< in PartContent::bytes
    char quote = 0;  ///< HTML: as in HtmlLink
    FoundLink found;
};

/// One HTML or text part that is no attachment.
struct PartContent {
    std::size_t part = 0;  ///< index into Message::parts()
    std::string bytes;     ///< transfer encoding undone; UTF-8 for an untouchable part
    std::vector<ContentLink> links;
};

struct Contents {
    std::vector<PartContent> parts;
    bool too_many_links = false;  ///< Limits::max_links was passed; the rest is not listed
};

[[nodiscard]] Contents read_contents(const Message& message);

}  // namespace candor::rewriter
