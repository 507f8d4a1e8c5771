// Links of HTML and text as spans: where they are, what they say, which carry a "do not track"
// mark. Finds and classifies; whether a link is replaced is the plan's word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"
#include "rewriter/links/text_url.h"
#include "rewriter/links/unread_links.h"

namespace candor::rewriter {

struct HtmlLink {
    Span value;        ///< the attribute value without its quotes, in the HTML given
    char quote = '"';  ///< `"`, `'` or 0 for an unquoted value
    /// Character references undone once (WHATWG attribute rules). What a reference names is UTF-8,
    /// other bytes are as they came: of a part in another charset convert the bytes of `value` and
    /// then use decode_character_references().
    std::string decoded;
    std::string text;  ///< visible text up to the end tag, blanks folded, at most 200 bytes
    bool marked_no_track = false;
    bool conditional = false;  ///< inside a conditional comment: only Outlook follows it
    bool form = false;         ///< where a form is sent to: no link to click on
};

/// `href` of `a` and `area`, every scheme, in order; in a conditional comment (`<!--[if mso]>`)
/// that of any VML element too. The first of duplicate attributes counts; a tag cut off by the end
/// of the text is none. Of `candor:` placeholders also the `action` of a form and the `formaction`
/// of its buttons, the `xlink:href` of an `a` of SVG and, in a conditional comment, the `href` of
/// any element. Where a client may read the markup otherwise than we do
/// (HtmlTokenizer::ambiguous()) no more links are found; values over 32 KB are passed over. What
/// may be linked to all the same goes into `unread`. Linear in the size of `html`.
[[nodiscard]] std::vector<HtmlLink> find_html_links(std::string_view html,
                                                    UnreadLinks* unread = nullptr);

struct TextLink {
    Span value;       ///< the URL without closing punctuation or angle brackets
    std::string url;  ///< `value` without the line breaks that wrapped it
    /// The words in front of it that belong to it: of its sentence, on its line or, when it stands
    /// there alone, on the line above; at most 200 bytes.
    std::string label;
    bool marked_no_track = false;
    bool ambiguous_end = false;  ///< as in TextUrl
};

/// `http:`, `https:`, `https+notrack:` and `candor:` URLs of plain text, in order. Linear.
[[nodiscard]] std::vector<TextLink> find_text_links(std::string_view text,
                                                    SoftBreaks soft_breaks = SoftBreaks::Blank);

/// In a comment `--` might end it, so of two dashes one is written as a reference.
enum class AttributePlace : std::uint8_t { Tag, Comment };

/// `url` as it must stand in an attribute value with this quote (`&` -> `&amp;` and so on). For an
/// unquoted value (0) the answer needs no quotes either.
[[nodiscard]] std::string escape_attribute(std::string_view url, char quote,
                                           AttributePlace place = AttributePlace::Tag);

/// WHATWG: C0 and blanks trimmed, TAB/CR/LF removed.
[[nodiscard]] std::string trim_url(std::string_view value);
/// Lower-case scheme of a trimmed URL without the colon; empty when there is none of up to 64
/// bytes.
[[nodiscard]] std::string scheme_of(std::string_view trimmed);
/// scheme_of(trim_url(value)), without the copy.
[[nodiscard]] std::string scheme_in(std::string_view value);

}  // namespace candor::rewriter
