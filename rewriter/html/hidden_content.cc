#include "rewriter/html/hidden_content.h"

#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/inline_style.h"

namespace candor::rewriter {
namespace {

bool may_hide(const HtmlTokenizer& tokens) {
    constexpr std::array<std::string_view, 14> voids{"area",  "base",   "br",    "col",  "embed",
                                                     "hr",    "img",    "input", "link", "meta",
                                                     "param", "source", "track", "wbr"};
    return std::ranges::none_of(voids, [&](std::string_view name) { return tokens.name_is(name); });
}

/// Ends an open `td`, `tr`, `p` or `li` without an end tag of its own.
bool implies_end(const HtmlTokenizer& tokens, std::string_view open) {
    const bool start = tokens.token().kind == TokenKind::StartTag;
    if (open == "td" || open == "th") {
        return tokens.name_is("tr") || (start && (tokens.name_is("td") || tokens.name_is("th")));
    }
    if (open == "tr" || open == "li") return start && tokens.name_is(open);
    if (open == "p") {
        return (start &&
                (tokens.name_is("p") || tokens.name_is("div") || tokens.name_is("table"))) ||
               tokens.name_is("td");
    }
    return false;
}

}  // namespace

void HiddenContent::note(const HtmlTokenizer& tokens) {
    const TokenKind kind = tokens.token().kind;
    if (kind != TokenKind::StartTag && kind != TokenKind::EndTag) return;
    // Cells of a table inside a hidden cell would end it too early: better shown than lost.
    if (depth_ == 1 && implies_end(tokens, name_)) depth_ = 0;
    if (depth_ > 0) {
        if (!tokens.name_is(name_)) return;
        depth_ = kind == TokenKind::StartTag ? depth_ + 1 : depth_ - 1;
        return;
    }
    if (kind == TokenKind::EndTag || tokens.token().self_closing || !may_hide(tokens)) return;
    if (!visibility_of(tokens).hidden) return;
    name_ = ascii_lowered(tokens.text(tokens.token().name));
    depth_ = 1;
}

bool any_seen(std::string_view html, std::span<const std::size_t> places) {
    HiddenContent hidden;
    HtmlTokenizer tokens{html};
    while (!places.empty() && tokens.next()) {
        hidden.note(tokens);
        const std::size_t end = tokens.token().whole.end;
        for (; !places.empty() && places.front() < end; places = places.subspan(1)) {
            if (!hidden.inside()) return true;
        }
    }
    return false;
}

}  // namespace candor::rewriter
