// One small check for each kind. An allow-list of two schemes, not a deny-list: 1.1 % of the links
// in real mail have a scheme that nobody thought of.
#include "rewriter/never_rewrite.h"

#include <algorithm>
#include <array>

#include "rewriter/ascii.h"
#include "rewriter/links.h"

namespace candor::rewriter {
namespace {

bool contains_any(std::string_view text, std::span<const std::string_view> words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

/// The host of "https://host:port/..." in lower case without "www."; empty when there is none.
std::string site_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    std::string host = ascii_lowered(url.substr(0, url.find_first_of("/?#:\\")));
    if (host.starts_with("www.")) host.erase(0, 4);
    return host;
}

/// A merge tag that was not filled in: the mail is not final, or the template has a fault.
bool has_merge_tag(std::string_view url) {
    constexpr std::array<std::string_view, 9> openers{"{{", "{%", "*|", "%%", "[[",
                                                      "<%", "${", "{$", "|*"};
    return contains_any(url, openers);
}

/// Scanners follow tracked links; what opts out must not hang on a redirect.
bool reads_like_opt_out(std::string_view url) {
    constexpr std::array<std::string_view, 12> words{
        "unsubscribe", "unsub/",   "opt-out",  "optout", "opt_out",      "abmeld",
        "desinscri",   "desabonn", "disiscri", "afmeld", "/preferences", "email-preferences"};
    return contains_any(ascii_lowered(url), words);
}

/// Text that shows an address of the same site: with another target behind it, filters call it
/// fraud.
bool text_is_url_of(std::string_view text, std::string_view url) {
    if (text.empty() || text.find(' ') != std::string_view::npos) return false;
    const std::string shown = site_of(text);
    if (shown.find('.') == std::string::npos) return false;
    const std::string target = site_of(url);
    return shown == target || target.ends_with("." + shown);
}

bool is_app_file(std::string_view url) {
    const std::string path = ascii_lowered(url.substr(0, url.find_first_of("?#")));
    constexpr std::array<std::string_view, 4> ends{".ics", ".pkpass", ".vcf", ".mobileconfig"};
    return std::ranges::any_of(ends, [&](std::string_view end) { return path.ends_with(end); });
}

bool has_credentials(std::string_view url) {
    const auto slashes = url.find("//");
    if (slashes == std::string_view::npos) return false;
    const auto authority = url.substr(slashes + 2);
    return authority.substr(0, authority.find_first_of("/?#\\")).find('@') !=
           std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> never_rewrite(const FoundLink& link, const NeverRules& rules) {
    const std::string url = trim_url(link.url);
    const std::string scheme = scheme_of(url);
    if (scheme != "http" && scheme != "https") return "scheme";
    if (link.marked_no_track) return "marked";
    if (link.ambiguous_charset) return "charset";
    if (has_merge_tag(url)) return "merge_tag";
    if (has_credentials(url)) return "credentials";
    if (is_app_file(url)) return "app_file";
    if (std::ranges::find(rules.header_uris, url) != rules.header_uris.end()) return "opt_out";
    if (reads_like_opt_out(url)) return "opt_out";
    if (text_is_url_of(link.text, url)) return "text_is_url";
    if (rules.matches && std::ranges::any_of(rules.globs, [&](const std::string& glob) {
            return rules.matches(glob, url);
        })) {
        return "configured";
    }
    return std::nullopt;
}

}  // namespace candor::rewriter
