// Links of HTML: one pass over the tokens. Links of text: links_of_text.cc.
#include "rewriter/links.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rewriter/ascii.h"
#include "rewriter/character_references.h"
#include "rewriter/do_not_track_marks.h"
#include "rewriter/html_tokens.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_link_text_bytes = 200;

/// Gathers the visible text of the link that is open, blanks folded, up to the limit.
class LinkText {
  public:
    void open(std::string* text) { text_ = text; }
    void close() {
        if (text_ != nullptr) cut_at_character(*text_);
        text_ = nullptr;
        blank_before_ = false;
    }
    void add_blank() { blank_before_ = true; }
    void add(std::string_view raw) {
        if (text_ == nullptr || text_->size() > max_link_text_bytes) return;
        // A reference needs at most 33 bytes for one character; more cannot be of use.
        const std::string_view useful = raw.substr(0, max_link_text_bytes * 40);
        for (const char c : decode_character_references(useful, ReferencePlace::Text)) {
            if (is_html_blank(c)) {
                blank_before_ = true;
                continue;
            }
            if (blank_before_ && !text_->empty()) text_->push_back(' ');
            blank_before_ = false;
            text_->push_back(c);
            if (text_->size() > max_link_text_bytes) return;
        }
    }

  private:
    static void cut_at_character(std::string& text) {
        if (text.size() <= max_link_text_bytes) return;
        std::size_t end = max_link_text_bytes;
        const auto continues = [&](std::size_t at) {
            return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
        };
        while (end > max_link_text_bytes - 4 && continues(end)) --end;
        text.resize(end);
    }

    std::string* text_ = nullptr;
    bool blank_before_ = false;
};

bool breaks_words(const HtmlTokenizer& tokens) {
    return tokens.name_is("br") || tokens.name_is("td") || tokens.name_is("p") ||
           tokens.name_is("div") || tokens.name_is("tr") || tokens.name_is("li");
}

bool is_placeholder(std::string_view decoded) {
    return scheme_of(trim_url(decoded)) == "candor";
}

/// The attribute of the token as a link, when it has that attribute.
std::optional<HtmlLink> link_in(const HtmlTokenizer& tokens, std::string_view attribute) {
    const Attribute* const found = tokens.attribute(attribute);
    if (found == nullptr || !found->has_value) return std::nullopt;
    HtmlLink link{.value = found->value, .quote = found->quote, .decoded = {}, .text = {}};
    link.decoded =
        decode_character_references(tokens.text(found->value), ReferencePlace::Attribute);
    return link;
}

/// What a comment `<!--[if mso]>` shows to Outlook: only placeholders are looked for, in whatever
/// element has a href (buttons are v:roundrect there). `begin` is where the comment's text begins.
void add_conditional_placeholders(std::string_view comment, std::size_t begin,
                                  std::vector<HtmlLink>& links) {
    if (!starts_with_ignoring_case(comment, "[if")) return;
    HtmlTokenizer tokens{comment};
    while (tokens.next()) {
        if (tokens.token().kind != TokenKind::StartTag) continue;
        std::optional<HtmlLink> link = link_in(tokens, "href");
        if (!link || !is_placeholder(link->decoded)) continue;
        link->value = {link->value.begin + begin, link->value.end + begin};
        links.push_back(*std::move(link));
    }
}

bool is_visible(TextMode mode) {
    return mode == TextMode::Data || mode == TextMode::CData;
}

}  // namespace

std::vector<HtmlLink> find_html_links(std::string_view html) {
    std::vector<HtmlLink> links;
    std::string current;
    LinkText text;
    std::size_t open = 0;  // 1 + index of the link whose text is being read
    const auto close = [&] {
        text.close();
        if (open > 0) links[open - 1].text = std::move(current);
        current.clear();
        open = 0;
    };
    HtmlTokenizer tokens{html};
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        if (token.kind == TokenKind::Text && is_visible(token.mode)) {
            if (open > 0) text.add(tokens.text(token.content));
            continue;
        }
        if (token.kind == TokenKind::Comment) {
            add_conditional_placeholders(tokens.text(token.content), token.content.begin, links);
            continue;
        }
        if (token.kind == TokenKind::StartTag && tokens.name_is("form")) {
            std::optional<HtmlLink> action = link_in(tokens, "action");
            if (action && is_placeholder(action->decoded)) links.push_back(*std::move(action));
        }
        const bool anchor = tokens.name_is("a");
        if (anchor) close();  // a link inside a link ends the outer one
        if (!anchor && breaks_words(tokens)) text.add_blank();
        if (token.kind != TokenKind::StartTag || (!anchor && !tokens.name_is("area"))) continue;
        std::optional<HtmlLink> found = link_in(tokens, "href");
        if (!found) continue;
        HtmlLink& link = *found;
        link.marked_no_track =
            has_no_track_attribute(tokens) || is_no_track_scheme(scheme_of(trim_url(link.decoded)));
        links.push_back(std::move(link));
        if (!anchor) continue;
        open = links.size();
        text.open(&current);
    }
    close();
    return links;
}

std::string escape_attribute(std::string_view url, char quote) {
    std::string escaped;
    escaped.reserve(url.size());
    for (const char c : url) {
        const bool delimiter = c == '"' || c == '\'' || c == '`' || c == '=' || is_html_blank(c);
        if (c == '&') {
            escaped += "&amp;";
        } else if (c == '<') {
            escaped += "&lt;";
        } else if (c == '>') {
            escaped += "&gt;";
        } else if (delimiter && (c == quote || c == '\r' || quote == 0)) {
            escaped += "&#" + std::to_string(static_cast<int>(c)) + ';';
        } else {
            escaped.push_back(c);
        }
    }
    // Without quotes nothing at all would make the next attribute the value.
    if (escaped.empty() && quote == 0) return "\"\"";
    return escaped;
}

std::string trim_url(std::string_view value) {
    const auto is_trimmed = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
    while (!value.empty() && is_trimmed(value.front())) value.remove_prefix(1);
    while (!value.empty() && is_trimmed(value.back())) value.remove_suffix(1);
    std::string url;
    url.reserve(value.size());
    std::ranges::copy_if(value, std::back_inserter(url),
                         [](char c) { return c != '\t' && c != '\n' && c != '\r'; });
    return url;
}

std::string scheme_of(std::string_view trimmed) {
    const std::size_t colon = trimmed.find_first_of(":/?#");
    if (colon == std::string_view::npos || trimmed[colon] != ':') return {};
    const std::string_view scheme = trimmed.substr(0, colon);
    if (scheme.empty() || !is_ascii_letter(scheme.front())) return {};
    const bool legal = std::ranges::all_of(
        scheme, [](char c) { return is_ascii_alnum(c) || c == '+' || c == '-' || c == '.'; });
    return legal ? ascii_lowered(scheme) : std::string{};
}

}  // namespace candor::rewriter
