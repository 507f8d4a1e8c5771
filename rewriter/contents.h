// What a reader sees of a message: the decoded text of its parts and the links in it, in order.
// The one place that counts links, so that an ordinal means the same to survey and rewrite.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/message.h"

namespace candor::rewriter {

struct ContentLink {
    Span value;      ///< in PartContent::bytes
    char quote = 0;  ///< HTML: as in HtmlLink
    FoundLink found;
    bool conditional = false;  ///< as in HtmlLink
    bool form = false;         ///< likewise
};

/// One HTML or text part that is no attachment.
struct PartContent {
    std::size_t part = 0;             ///< index into Message::parts()
    std::string bytes;                ///< transfer encoding undone; UTF-8 for an untouchable part
    std::vector<OffsetMark> marks{};  ///< of its decoding; may be none
    /// For a part whose bytes hide markup: see iso2022.h. Same length as `bytes`; else empty.
    std::string shadow{};
    std::vector<ContentLink> links{};
    std::vector<std::string> unread{};  ///< what UnreadLinks lists, UTF-8

    /// Where tags and URLs are looked for; what they say is read from `bytes`.
    [[nodiscard]] std::string_view markup() const { return shadow.empty() ? bytes : shadow; }
};

struct Contents {
    std::vector<PartContent> parts;
    bool too_many_links = false;  ///< Limits::max_links was passed; the rest is not listed

    /// Of Message::parts()[part]; null when that is no HTML or text to be read.
    [[nodiscard]] const PartContent* of(std::size_t part) const;
};

/// `decoded`: by part what is known of it with its transfer encoding undone; may be shorter.
[[nodiscard]] Contents read_contents(const Message& message,
                                     std::vector<std::optional<DecodedText>> decoded);

}  // namespace candor::rewriter
