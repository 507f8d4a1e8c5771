// Text parts that stand in for a text: "your client does not support HTML" in the words senders
// use, a first line only, addresses without words, words without links, and the tags of HTML
// itself. What is measured is what people read: letters, without the addresses of links.
#include "rewriter/text/stub_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/links/links.h"
#include "rewriter/text/plaintext.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t longest_excuse_letters = 400;
constexpr std::size_t longer = 2;
constexpr std::size_t much_longer = 4;
constexpr std::size_t many_letters = 500;  // more than a sender's imprint: something was left out
constexpr std::size_t many_links = 3;      // a signature may have one or two
constexpr std::size_t letters_beside_an_address = 10;
constexpr std::size_t many_marks = 10;  // more than a person quotes of HTML

/// Said of the mail itself, these make a short text a stub.
constexpr std::array<std::string_view, 22> excuses{
    "support html",    "supports html", "view html",    "display html", "read html",
    "html version",    "html format",   "html-enabled", "html enabled", "html capable",
    "html email",      "html e-mail",   "html message", "html mail",    "format html",
    "version html",    "html-mail",     "html-version", "html-format",  "html anzeigen",
    "html compatible", "formato html"};
constexpr std::array<std::string_view, 8> browser_hints{
    "in your browser", "in a browser",          "im browser",      "view online",
    "online version",  "dans votre navigateur", "en su navegador", "nel browser"};

std::size_t letters_between(std::string_view text) {
    std::size_t letters = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char first = text[at];
        const char32_t c = next_character(text, at);
        const bool beyond_ascii = c >= 0x80 && c != 0xA0 && !is_space(c) && !is_invisible(c);
        if (is_ascii_letter(first) || beyond_ascii) ++letters;
    }
    return letters;
}

struct Said {
    std::size_t letters = 0;
    std::size_t addresses = 0;
};

Said said_in(std::string_view text) {
    Said said;
    std::size_t begin = 0;
    for (const TextLink& link : find_text_links(text)) {
        said.letters += letters_between(text.substr(begin, link.value.begin - begin));
        ++said.addresses;
        begin = link.value.end;
    }
    said.letters += letters_between(text.substr(begin));
    return said;
}

/// Begins with a tag as programs write it, and not an address in angle brackets.
bool is_tag(std::string_view text) {
    if (!text.starts_with('<')) return false;
    const auto in_name = [](char c) { return is_ascii_letter(c) || is_ascii_digit(c); };
    std::size_t at = text.starts_with("</") ? 2 : 1;
    const std::size_t name = at;
    while (at < text.size() && in_name(text[at])) ++at;
    if (at == name || at == text.size()) return false;
    return text[at] == '>' || text[at] == '/' || is_html_blank(text[at]);
}

/// Begins with `&nbsp;`, `&#847;` ...
bool is_reference(std::string_view text) {
    constexpr std::size_t longest = 10;
    const std::size_t end = text.substr(0, longest).find(';');
    return text.starts_with('&') && end != text.npos && end > 1 &&
           std::ranges::all_of(text.substr(1, end - 1), [](char c) {
               return c == '#' || is_ascii_letter(c) || is_ascii_digit(c);
           });
}

/// Tags, character references and the brackets of pictures that had no words.
std::size_t marks_of_html(std::string_view text) {
    std::size_t marks = 0;
    for (std::size_t at = text.find_first_of("<&["); at != text.npos;
         at = text.find_first_of("<&[", at + 1)) {
        const std::string_view rest = text.substr(at);
        if (is_tag(rest) || is_reference(rest) || rest.starts_with("[]")) ++marks;
    }
    return marks;
}

bool has_web_link(std::string_view text) {
    return text.find("://") != text.npos || text.find("www.") != text.npos;
}

bool has_many_web_links(std::string_view html) {
    std::unordered_set<std::string> urls;
    for (HtmlLink& link : find_html_links(html)) {
        const std::string scheme = scheme_in(link.decoded);
        if (scheme == "http" || scheme == "https") urls.insert(std::move(link.decoded));
        if (urls.size() >= many_links) return true;
    }
    return false;
}

bool only_excuses_itself(std::string_view text, std::size_t letters, const HtmlSays& html) {
    if (letters > longest_excuse_letters) return false;
    const std::string lower = ascii_lowered(text);
    const auto in_text = [&](std::string_view phrase) { return lower.find(phrase) != lower.npos; };
    // A short mail may speak of HTML or a browser itself; then its HTML says the same, and no more.
    const auto excuse = [&](std::string_view phrase) {
        return in_text(phrase) &&
               (html.letters >= letters * longer || html.lower.find(phrase) == html.lower.npos);
    };
    return std::ranges::any_of(excuses, excuse) ||
           (html.letters >= letters * much_longer && std::ranges::any_of(browser_hints, in_text));
}

}  // namespace

HtmlSays what_html_says(std::string_view html) {
    const std::string made = html_to_text(html);
    return {ascii_lowered(made), said_in(made).letters, marks_of_html(made),
            has_many_web_links(html)};
}

bool is_stub_text(std::string_view text, const HtmlSays& html) {
    if (is_blank(text)) return true;
    const auto [letters, addresses] = said_in(text);
    const bool far_less =
        html.letters >= letters * much_longer && html.letters >= letters + many_letters;
    const bool only_addresses = letters < addresses * letters_beside_an_address &&
                                html.letters > 0 && html.letters >= letters * longer;
    return far_less || only_addresses || only_excuses_itself(text, letters, html) ||
           (html.many_links && !has_web_link(text)) ||
           marks_of_html(text) >= html.marks + many_marks;
}

}  // namespace candor::rewriter
