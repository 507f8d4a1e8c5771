#include "rewriter/text/footnotes.h"

#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"
#include "rewriter/links/text_url.h"

namespace candor::rewriter {
namespace {

bool is_listed(std::string_view scheme) {
    constexpr std::array<std::string_view, 10> listed{
        "http", "https", "https+notrack", "candor", "mailto", "tel", "sms", "ftp", "webcal", "geo"};
    return std::ranges::find(listed, scheme) != listed.end();
}

std::string_view without_scheme(std::string_view url) {
    const std::size_t colon = std::min(url.find(':'), url.size() - 1);
    url.remove_prefix(colon + 1);
    if (url.starts_with("//")) url.remove_prefix(2);
    return url;
}

std::string digits_of(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (is_ascii_digit(c)) digits.push_back(c);
    }
    return digits;
}

/// Whether the words are the URL, so that a reader (and a mail client) sees a link in them.
bool says_it(std::string_view words, std::string_view url) {
    if (words == url) return true;
    if (words.ends_with('/')) words.remove_suffix(1);
    if (url.ends_with('/')) url.remove_suffix(1);
    if (words == url) return true;
    return starts_with_ignoring_case(words, "www.") &&
           equals_ignoring_case(words, without_scheme(url));
}

}  // namespace

std::string Footnotes::mark_for(std::string_view url, std::string_view words) {
    const std::string scheme = scheme_of(url);
    if (!is_listed(scheme) || url.size() == scheme.size() + 1) return {};
    const std::string written = whole_text_url(url);
    if (says_it(words, written)) return {};
    if (scheme == "mailto" || scheme == "tel" || scheme == "sms") {
        const std::string_view address = without_scheme(url);
        if (equals_ignoring_case(words, address)) return {};
        if (scheme != "mailto" && digits_of(words) == digits_of(address)) return {};
        const bool plain = address.find_first_of("?% ") == std::string_view::npos;
        if (plain) return '(' + std::string{address} + ')';
    }
    const auto [entry, is_new] = numbers_.try_emplace(written, urls_.size() + 1);
    if (is_new) urls_.push_back(written);
    return '[' + std::to_string(entry->second) + ']';
}

std::string Footnotes::words_for(std::string_view url) const {
    const std::string scheme = scheme_of(url);
    if (!is_listed(scheme) || numbers_.contains(whole_text_url(url))) return {};
    const std::string_view rest = without_scheme(url);
    if (scheme == "mailto" || scheme == "tel") return std::string{rest.substr(0, rest.find('?'))};
    return scheme == "candor" ? std::string{rest} : site_of(url);
}

std::string Footnotes::site_of(std::string_view url) {
    if (url.find("://") == url.npos) return {};
    std::string_view site = without_scheme(url);
    site = site.substr(0, std::min(site.find_first_of("/?#"), site.size()));
    if (starts_with_ignoring_case(site, "www.")) site.remove_prefix(4);
    return ascii_lowered(site);
}

std::string Footnotes::list() const {
    std::string list;
    for (std::size_t i = 0; i < urls_.size(); ++i) {
        list += '[' + std::to_string(i + 1) + "] " + urls_[i] + '\n';
    }
    return list;
}

}  // namespace candor::rewriter
