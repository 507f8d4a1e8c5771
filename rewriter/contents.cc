// Links are found in the bytes of a part; what they say is read from its UTF-8 form, since a
// character reference may name what the part's own charset cannot.
#include "rewriter/contents.h"

#include <algorithm>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/link_ordinals.h"
#include "rewriter/links/links.h"
#include "rewriter/mime/charset.h"

namespace candor::rewriter {
namespace {

/// Nobody knows what a client opens where a character could not be read; what it sends of a
/// non-ASCII query depends on the charset it reads the document in.
bool is_ambiguous(std::string_view url, std::string_view charset) {
    if (is_ascii(url)) return false;
    if (url.find(replacement_character) != std::string_view::npos) return true;
    const std::size_t query = url.find('?');
    return query != std::string_view::npos && !is_ascii(url.substr(query)) &&
           !is_utf8_label(charset);
}

/// UTF-8 as FoundLink promises it, of what may hold any bytes.
std::string mended(std::string text) {
    return is_ascii(text) ? std::move(text) : to_utf8(text, "utf-8");
}

std::vector<ContentLink> html_links(const Part& part, const PartContent& content,
                                    UnreadLinks& unread) {
    std::vector<HtmlLink> raw = find_html_links(content.markup(), &unread);
    std::vector<HtmlLink> read;
    if (!part.untouchable && !reads_as_utf8(part.charset, content.bytes)) {
        read = find_html_links(to_utf8(content.bytes, part.charset));
    }
    // The delimiters of HTML are ASCII, so both readings have the same tags; if a broken multi-byte
    // character swallowed one, what the bytes say is taken.
    std::vector<HtmlLink>& said = read.size() == raw.size() ? read : raw;
    std::vector<ContentLink> links;
    links.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        ContentLink link{raw[i].value, raw[i].quote, {}, raw[i].conditional, raw[i].form};
        link.found.url = mended(std::move(said[i].decoded));
        link.found.place = LinkPlace::Html;
        link.found.marked_no_track = raw[i].marked_no_track;
        link.found.text = mended(std::move(said[i].text));
        links.push_back(std::move(link));
    }
    return links;
}

/// RFC 3676, section 4.1: `delsp=yes` deletes the blank of a soft line break.
SoftBreaks soft_breaks_of(std::string_view header) {
    constexpr std::string_view name = "delsp";
    for (std::size_t at = 0; at + name.size() < header.size(); ++at) {
        if (!starts_with_ignoring_case(header.substr(at), name)) continue;
        std::string_view rest = trim_blanks(header.substr(at + name.size(), 20));
        if (!rest.starts_with('=')) continue;
        rest = trim_blanks(rest.substr(1));
        if (rest.starts_with('"')) rest.remove_prefix(1);
        if (starts_with_ignoring_case(rest, "yes")) return SoftBreaks::Nothing;
    }
    return SoftBreaks::Blank;
}

/// Characters of two bytes are written without blanks between words, and where a URL ends is told
/// by the bytes: between `<` and `>` alone it is sure.
bool may_run_on(std::string_view bytes, const TextLink& link, std::string_view charset) {
    const auto [begin, end] = link.value;
    const bool enclosed =
        begin > 0 && bytes[begin - 1] == '<' && end < bytes.size() && bytes[end] == '>';
    const bool ascii = is_ascii(bytes.substr(begin, end + 1 - begin));
    return !enclosed && !ascii && has_two_byte_characters(charset);
}

std::vector<ContentLink> text_links(const Part& part, std::string_view bytes,
                                    SoftBreaks soft_breaks) {
    std::vector<ContentLink> links;
    const bool ascii_is_itself = part.untouchable || is_ascii_compatible(part.charset, bytes);
    const auto utf8 = [&](std::string text) {
        if (part.untouchable || (ascii_is_itself && is_ascii(text))) return text;
        return to_utf8(text, part.charset);
    };
    for (TextLink& text_link : find_text_links(bytes, soft_breaks)) {
        ContentLink link{text_link.value, 0, {}, false};
        link.found.url = utf8(std::move(text_link.url));
        link.found.place = LinkPlace::Text;
        link.found.text = utf8(std::move(text_link.label));
        link.found.marked_no_track = text_link.marked_no_track;
        link.found.ambiguous_charset =
            text_link.ambiguous_end || may_run_on(bytes, text_link, part.charset);
        links.push_back(std::move(link));
    }
    return links;
}

}  // namespace

const PartContent* Contents::of(std::size_t part) const {
    const auto found = std::ranges::find(parts, part, &PartContent::part);
    return found == parts.end() ? nullptr : &*found;
}

Contents read_contents(const Message& message, std::vector<std::optional<DecodedText>> decoded) {
    decoded.resize(message.parts().size());
    Contents contents;
    std::size_t count = 0;
    for (std::size_t i = 0; i < message.parts().size(); ++i) {
        const Part& part = message.parts()[i];
        if (part.attachment || (part.kind != PartKind::Html && part.kind != PartKind::Text))
            continue;
        const std::string_view header =
            message.source().substr(part.header.begin, part.header.size());
        PartContent content{.part = i, .bytes = {}};
        const std::string_view encoded =
            message.source().substr(part.content.begin, part.content.size());
        DecodedText text =
            decoded[i] ? *std::move(decoded[i]) : decode_marked(encoded, part.encoding);
        content.bytes = std::move(text.bytes);
        content.marks = std::move(text.marks);
        if (part.untouchable) {
            content.bytes = to_utf8(content.bytes, part.charset);
        } else if (!is_ascii_compatible(part.charset, content.bytes)) {
            content.shadow = markup_shadow(part.charset, content.bytes).value_or("");
        }
        UnreadLinks unread;
        content.links = part.kind == PartKind::Html
                            ? html_links(part, content, unread)
                            : text_links(part, content.markup(), soft_breaks_of(header));
        for (ContentLink& link : content.links) {
            link.found.ambiguous_charset |= is_ambiguous(link.found.url, part.charset);
            link.found.untouchable = part.untouchable;
        }
        for (std::string& url : unread.urls) content.unread.push_back(mended(std::move(url)));
        count += content.links.size() + content.unread.size();
        contents.parts.push_back(std::move(content));
        if (unread.too_many || std::cmp_greater(count, message.limits().max_links)) {
            contents.too_many_links = true;
            contents.parts.back().links.clear();
            break;
        }
    }
    number_links(contents, message);
    return contents;
}

}  // namespace candor::rewriter
