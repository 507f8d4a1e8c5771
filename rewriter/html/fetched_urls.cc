#include "rewriter/html/fetched_urls.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

bool holds_word(std::string_view text, std::string_view word) {
    while (!text.empty()) {
        text = trim_blanks(text);
        std::size_t end = 0;
        while (end < text.size() && !is_html_blank(text[end])) ++end;
        if (equals_ignoring_case(text.substr(0, end), word)) return true;
        text.remove_prefix(end);
    }
    return false;
}

/// Whether a `link` element makes its target be fetched, or its host be looked up.
bool link_fetches(const HtmlTokenizer& tokens) {
    const Attribute* const rel = tokens.attribute("rel");
    if (rel == nullptr) return false;
    constexpr std::array<std::string_view, 7> words{
        "stylesheet", "preconnect", "dns-prefetch", "preload", "prefetch", "prerender", "icon"};
    return std::ranges::any_of(
        words, [&](std::string_view word) { return holds_word(tokens.text(rel->value), word); });
}

bool has_word(const HtmlTokenizer& tokens, std::string_view attribute, std::string_view word) {
    const Attribute* const found = tokens.attribute(attribute);
    return found != nullptr && equals_ignoring_case(trim_blanks(tokens.text(found->value)), word);
}

std::optional<FetchedAs> meaning_of_href(const HtmlTokenizer& tokens) {
    if (tokens.name_is("link") && link_fetches(tokens)) return FetchedAs::Css;
    const bool picture = tokens.name_is("image") || tokens.name_is("feimage");
    if (picture && tokens.token().foreign) return FetchedAs::Source;
    return std::nullopt;
}

std::optional<FetchedAs> meaning_of_src(const HtmlTokenizer& tokens) {
    // A script never runs in a mail; an input shows a picture only if it says so.
    if (tokens.name_is("script")) return std::nullopt;
    if (tokens.name_is("input") && !has_word(tokens, "type", "image")) return std::nullopt;
    const bool fills =
        tokens.name_is("v:fill") || tokens.name_is("v:imagedata") || tokens.name_is("v:stroke");
    return fills ? FetchedAs::Background : FetchedAs::Source;
}

std::optional<FetchedAs> meaning_of(const HtmlTokenizer& tokens, std::string_view attribute) {
    const auto is = [&](std::string_view name) { return equals_ignoring_case(attribute, name); };
    switch (attribute.empty() ? 0 : ascii_lower(attribute.front())) {
        case 's':
            if (is("style")) return FetchedAs::Style;
            if (is("src")) return meaning_of_src(tokens);
            if (is("srcset") || is("imagesrcset")) return FetchedAs::Candidates;
            break;
        case 'b':
            if (is("background")) return FetchedAs::Background;
            break;
        case 'p':
            if (is("poster")) return FetchedAs::Background;
            break;
        case 'h':
            if (is("href")) return meaning_of_href(tokens);
            break;
        case 'x':
            if (is("xlink:href")) return meaning_of_href(tokens);
            break;
        case 'd':
            if (is("data") && tokens.name_is("object")) return FetchedAs::Source;
            if (is("dynsrc") && tokens.name_is("img")) return FetchedAs::Source;
            break;
        case 'l':
            if (is("lowsrc") && tokens.name_is("img")) return FetchedAs::Source;
            break;
        case 'c':
            if (is("content") && tokens.name_is("meta") &&
                has_word(tokens, "http-equiv", "refresh")) {
                return FetchedAs::Refresh;
            }
            break;
        default: break;
    }
    return std::nullopt;
}

}  // namespace

void find_fetched(const HtmlTokenizer& tokens, std::vector<FetchedAttribute>& found) {
    found.clear();
    for (const Attribute& attribute : tokens.attributes()) {
        if (!attribute.has_value || attribute.value.size() == 0) continue;
        const std::string_view name = tokens.text(attribute.name);
        const std::optional<FetchedAs> as = meaning_of(tokens, name);
        if (!as) continue;
        // Of two of a name the first counts.
        const bool again = std::ranges::any_of(found, [&](const FetchedAttribute& other) {
            return equals_ignoring_case(tokens.text(other.attribute->name), name);
        });
        if (!again) found.push_back({&attribute, *as});
    }
}

std::vector<Span> srcset_urls(std::string_view value) {
    std::vector<Span> urls;
    std::size_t at = 0;
    while (at < value.size()) {
        while (at < value.size() && (is_html_blank(value[at]) || value[at] == ',')) ++at;
        const std::size_t begin = at;
        while (at < value.size() && !is_html_blank(value[at])) ++at;
        std::size_t end = at;
        while (end > begin && value[end - 1] == ',') --end;
        if (end > begin) urls.push_back({begin, end});
        if (end < at) continue;  // a comma at its end: no descriptors
        for (int brackets = 0; at < value.size(); ++at) {
            if (value[at] == '(') ++brackets;
            if (value[at] == ')') --brackets;
            if (value[at] == ',' && brackets <= 0) break;
        }
    }
    return urls;
}

}  // namespace candor::rewriter
