// Links are found in the bytes of a part; what they say is read from its UTF-8 form, since a
// character reference may name what the part's own charset cannot.
#include "rewriter/contents.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "rewriter/charset.h"
#include "rewriter/links.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_ordinal = std::numeric_limits<std::uint16_t>::max();

/// What a client sends of a non-ASCII query depends on the charset it reads the document in.
bool has_ambiguous_query(std::string_view url, std::string_view charset) {
    const std::size_t query = url.find('?');
    return query != std::string_view::npos && !is_ascii(url.substr(query)) &&
           !is_utf8_label(charset);
}

std::vector<ContentLink> html_links(const Part& part, std::string_view bytes) {
    const std::vector<HtmlLink> raw = find_html_links(bytes);
    std::vector<HtmlLink> read;
    if (!part.untouchable && !reads_as_utf8(part.charset, bytes)) {
        read = find_html_links(to_utf8(bytes, part.charset));
    }
    // The delimiters of HTML are ASCII, so both readings have the same tags; if a broken multi-byte
    // character swallowed one, what the bytes say is taken.
    const std::vector<HtmlLink>& said = read.size() == raw.size() ? read : raw;
    std::vector<ContentLink> links;
    links.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        ContentLink link{raw[i].value, raw[i].quote, {}};
        link.found.url = said[i].decoded;
        link.found.place = LinkPlace::Html;
        link.found.marked_no_track = raw[i].marked_no_track;
        link.found.text = said[i].text;
        links.push_back(std::move(link));
    }
    return links;
}

std::vector<ContentLink> text_links(const Part& part, std::string_view bytes) {
    std::vector<ContentLink> links;
    for (const TextLink& text_link : find_text_links(bytes)) {
        ContentLink link{text_link.value, 0, {}};
        link.found.url = part.untouchable ? text_link.url : to_utf8(text_link.url, part.charset);
        link.found.place = LinkPlace::Text;
        links.push_back(std::move(link));
    }
    return links;
}

}  // namespace

Contents read_contents(const Message& message) {
    Contents contents;
    std::size_t count = 0;
    for (std::size_t i = 0; i < message.parts().size(); ++i) {
        const Part& part = message.parts()[i];
        if (part.attachment || (part.kind != PartKind::Html && part.kind != PartKind::Text))
            continue;
        PartContent content{i, {}, {}};
        content.bytes =
            decode(message.source().substr(part.content.begin, part.content.size()), part.encoding);
        if (part.untouchable) content.bytes = to_utf8(content.bytes, part.charset);
        content.links = part.kind == PartKind::Html ? html_links(part, content.bytes)
                                                    : text_links(part, content.bytes);
        for (ContentLink& link : content.links) {
            link.found.ordinal = static_cast<std::uint16_t>(std::min(++count, max_ordinal));
            link.found.ambiguous_charset = has_ambiguous_query(link.found.url, part.charset);
            link.found.untouchable = part.untouchable;
        }
        contents.parts.push_back(std::move(content));
        if (std::cmp_greater(count, message.limits().max_links)) {
            contents.too_many_links = true;
            contents.parts.back().links.clear();
            return contents;
        }
    }
    return contents;
}

}  // namespace candor::rewriter
