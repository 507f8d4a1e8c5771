// One small check for each kind. An allow-list of two schemes, not a deny-list: 1.1 % of the links
// in real mail have a scheme that nobody thought of.
#include "rewriter/links/never_rewrite.h"

#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/links/link_words.h"
#include "rewriter/links/links.h"
#include "rewriter/links/web_url.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

/// Servers and proxies give up on longer ones, and a Location holds no more.
constexpr std::size_t max_url_bytes = 8192;
constexpr char32_t no_break_space = 0xA0;

/// `%recipient.name%`, `rest` being what follows the first sign: a second one with only a word
/// between them, which no escape begins.
bool closes_percent_tag(std::string_view rest) {
    if (rest.size() >= 2 && hex_value(rest[0]) >= 0 && hex_value(rest[1]) >= 0) return false;
    constexpr std::size_t longest_word = 64;
    std::size_t end = 0;
    while (end < rest.size() && end < longest_word &&
           (is_ascii_alnum(rest[end]) || rest[end] == '_' || rest[end] == '.')) {
        ++end;
    }
    return end > 1 && end < rest.size() && rest[end] == '%';
}

/// Whether a merge tag opens at the first byte of `rest`; `before` is the byte in front of it.
bool opens_merge_tag(char before, std::string_view rest) {
    const char next = rest.size() > 1 ? rest[1] : '\0';
    switch (rest[0]) {
        case '{':
            return next == '{' || next == '%' || next == '$' || before == '$' || before == '#';
        case '*': return next == '|';
        case '|': return next == '*';
        case '[': return next == '[';
        case '<': return next == '%';
        case '%':
            return next == '%' || rest.starts_with("%7B%7B") || rest.starts_with("%7b%7b") ||
                   closes_percent_tag(rest.substr(1));
        default: return false;
    }
}

/// A merge tag that was not filled in: the mail is not final, or the template has a fault.
bool has_merge_tag(std::string_view url) {
    using Openers = ByteSet<false, '{', '*', '|', '[', '<', '%'>;
    for (std::size_t at = find_first<Openers>(url, 0); at < url.size();
         at = find_first<Openers>(url, at + 1)) {
        if (opens_merge_tag(at > 0 ? url[at - 1] : '\0', url.substr(at))) return true;
    }
    return false;
}

/// Without `www.`, which nobody reads.
std::string_view site_name(std::string_view host) {
    return host.starts_with("www.") ? host.substr(4) : host;
}

/// `text` without what nobody sees, and with each blank as one that HTML knows: mailers guard names
/// of hosts with such characters, so that no program makes links of them.
std::string as_seen(std::string_view text) {
    std::string seen;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t c = next_character(text, at);
        if (is_space(c) || c == no_break_space) {
            seen.push_back(' ');
        } else if (!is_invisible(c)) {
            seen.append(text.substr(begin, at - begin));
        }
    }
    return seen;
}

/// The host that a text shows which is nothing but a URL, `acme.example`, `www.acme.example/x…`, or
/// begins with one that has its scheme: `https://acme.example/x →`.
std::string shown_host(std::string_view text) {
    const bool ascii = !any_byte(text, [](char c) { return static_cast<signed char>(c) < 0; });
    const std::string seen = ascii ? std::string{} : as_seen(text);
    text = trim_blanks(ascii ? text : seen);
    while (!text.empty() && std::string_view{"<([\"'"}.find(text.front()) != text.npos) {
        text.remove_prefix(1);
    }
    const auto word_end = std::ranges::find_if(text, is_html_blank);
    const std::string_view word{text.begin(), word_end};
    if (word.empty() || (word_end != text.end() && !has_web_scheme(word))) return {};
    text = word;
    std::string url{text};
    if (scheme_of(url).empty() || url.find("://") == std::string::npos) url.insert(0, "https://");
    const auto pieces = web_url(url);
    if (!pieces || !pieces->user_info.empty()) return {};  // an address of somebody
    std::string host = ascii_lowered(pieces->host);
    // `acme.example…`, `(acme.example)`, `acme.example.`
    const std::size_t end = host.find_first_of(")]>\"',;!");
    host.resize(std::min({end, host.find("\xE2\x80\xA6"), host.size()}));
    while (host.ends_with('.')) host.pop_back();
    const std::size_t dot = host.rfind('.');
    const bool named = dot != std::string::npos && dot > 0 && dot + 2 < host.size() &&
                       !is_ascii_digit(host[dot + 1]);
    return named ? host : std::string{};
}

bool is_app_file(std::string_view path) {
    constexpr std::string_view longest = ".mobileconfig";
    constexpr std::array<std::string_view, 7> ends{".ics",      ".vcs",  ".vcf", ".pkpass",
                                                   ".pkpasses", longest, ".ical"};
    const std::string_view last = path.substr(path.size() - std::min(path.size(), longest.size()));
    const std::size_t dot = last.rfind('.');
    if (dot == std::string_view::npos) return false;
    return std::ranges::any_of(
        ends, [&](std::string_view end) { return equals_ignoring_case(end, last.substr(dot)); });
}

/// For comparing two spellings of one URL: escapes undone, no fragment, the scheme not looked at.
std::string comparable(std::string_view url) {
    const TrimmedUrl trimmed{url};
    const auto pieces = web_url(trimmed.text());
    if (!pieces) return std::string{trimmed.text()};
    const std::string_view rest = pieces->path_query == "/" ? "" : pieces->path_query;
    return ascii_lowered(pieces->host) + percent_decoded(rest);
}

}  // namespace

NeverRules::NeverRules(const Input& input) : in_(input) {
    for (const std::string& uri : in_.header_uris) header_uris_.push_back(comparable(uri));
}

std::optional<std::string_view> NeverRules::reason_to_keep(const FoundLink& link,
                                                           std::string_view written) const {
    const TrimmedUrl trimmed{written};
    const std::string_view url = trimmed.text();
    if (!has_web_scheme(url)) return "scheme";
    if (link.marked_no_track) return "marked";
    if (link.ambiguous_charset) return "charset";
    if (url.size() > max_url_bytes) return "too_long";
    if (has_merge_tag(url)) return "merge_tag";
    const auto pieces = web_url(url);
    // With a slash too few or too many a client opens it all the same; who wrote it is left to it.
    if (!pieces || pieces->host.empty() || !pieces->two_slashes) return "no_host";
    if (!pieces->user_info.empty()) return "credentials";
    if (equals_ignoring_case(pieces->host, in_.own_host)) return "own_host";
    if (is_app_file(pieces->path)) return "app_file";
    const auto matches_host = [&](std::string_view glob) {
        return matches_glob(glob, pieces->host);
    };
    if (std::ranges::any_of(in_.app_link_hosts, matches_host)) return "app_link";
    if (is_header_uri(url)) return "opt_out";
    const auto words = what_words_say(url, link.text);
    if (words && (*words != "sensitive" || in_.keep_sensitive)) return *words;
    if (link.place == LinkPlace::Html && shows_its_site(link.text, pieces->host)) {
        return "text_is_url";
    }
    const auto matches_url = [&](std::string_view glob) { return matches_glob(glob, url); };
    if (std::ranges::any_of(in_.url_globs, matches_url)) return "configured";
    return std::nullopt;
}

bool NeverRules::is_header_uri(std::string_view url) const {
    return !header_uris_.empty() &&
           std::ranges::find(header_uris_, comparable(url)) != header_uris_.end();
}

bool NeverRules::same_site(const std::string& one, const std::string& other) const {
    if (site_name(one) == site_name(other)) return true;
    if (in_.organisational_domain == nullptr) return false;
    const std::string site = in_.organisational_domain(one);
    return !site.empty() && site == in_.organisational_domain(other);
}

/// With another target behind it, filters call such a link fraud.
bool NeverRules::shows_its_site(std::string_view text, std::string_view host) const {
    if (in_.shown_urls == ShownUrls::Rewrite) return false;
    const std::string shown = shown_host(text);
    if (shown.empty() || !same_site(shown, ascii_lowered(host))) return false;
    return in_.shown_urls == ShownUrls::Keep || !same_site(shown, std::string{in_.own_host});
}

}  // namespace candor::rewriter
