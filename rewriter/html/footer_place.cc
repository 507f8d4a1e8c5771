// Asks the tokenizer what a tag behind the last byte would be: if not a tag, something is open.
#include "rewriter/html/footer_place.h"

#include <algorithm>
#include <array>
#include <string>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/html_tokens.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view probe = "<candor-probe>";

/// What may stand before the body and does not begin it.
bool stands_in_head(const HtmlTokenizer& tokens) {
    constexpr std::array<std::string_view, 8> names{"html", "head", "meta",  "title",
                                                    "link", "base", "style", "script"};
    return std::ranges::any_of(names, [&](std::string_view name) { return tokens.name_is(name); });
}

/// `text` from its first byte that is shown; empty when none is.
std::string_view shown_from(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return trim_blanks(text);
}

bool is_cdata(const HtmlToken& token) {
    return token.kind == TokenKind::Text && token.mode == TextMode::CData;
}

/// The brackets round a CDATA section are of no token.
std::size_t opener_of(const HtmlToken& token) {
    constexpr std::string_view opener = "<![CDATA[";
    return token.whole.begin - (is_cdata(token) ? opener.size() : 0);
}
std::size_t behind(const HtmlToken& token) {
    constexpr std::string_view closer = "]]>";
    return token.whole.end + (is_cdata(token) ? closer.size() : 0);
}

}  // namespace

std::size_t footer_place(std::string_view html) {
    const std::string probed = std::string(html) + std::string(probe);
    std::optional<std::size_t> body_end;
    std::optional<std::size_t> html_end;
    constexpr std::size_t none = std::string_view::npos;
    std::size_t raw_begin = none;  // of the element whose raw text is not known to have ended
    std::size_t open = 0;          // where begins what is not known to be closed yet
    HtmlTokenizer tokens{probed};
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        const bool at_end = token.whole.end == probed.size();
        if (token.kind == TokenKind::StartTag) {
            if (token.whole.begin == html.size() && at_end) {
                open = html.size();  // the probe is a tag: nothing is open
                break;
            }
            if (tokens.in_raw_text()) raw_begin = token.whole.begin;
        }
        if (token.kind == TokenKind::EndTag && !at_end) {
            raw_begin = none;
            if (tokens.name_is("body")) body_end = token.whole.begin;
            if (tokens.name_is("html")) html_end = token.whole.begin;
        }
        open = at_end ? opener_of(token) : behind(token);
    }
    const std::size_t place = std::min({raw_begin, open, html.size()});
    return body_end.value_or(html_end.value_or(place));
}

std::optional<std::size_t> body_beginning(std::string_view html) {
    HtmlTokenizer tokens{html};
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        if (token.kind == TokenKind::StartTag) {
            if (tokens.name_is("body")) return token.whole.end;
            if (!stands_in_head(tokens)) return token.whole.begin;
        }
        // A title and a style sheet are text of another mode.
        if (token.kind == TokenKind::Text && token.mode == TextMode::Data) {
            const std::string_view shown = shown_from(tokens.text(token.whole));
            if (!shown.empty()) return static_cast<std::size_t>(shown.data() - html.data());
        }
    }
    return std::nullopt;
}

}  // namespace candor::rewriter
