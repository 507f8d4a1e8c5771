#include "rewriter/tracking/remote_urls.h"

#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/character_references.h"
#include "rewriter/links/links.h"

namespace candor::rewriter {
namespace {

std::string decoded(const HtmlTokenizer& tokens, Span value) {
    return decode_character_references(tokens.text(value), ReferencePlace::Attribute);
}

/// `5; url=https://...` (HTML standard, 4.2.5.3); quotes around the URL are not of it.
std::string page_of_refresh(std::string_view content) {
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) return {};
    std::string url = trim_url(content.substr(equals + 1));
    if (url.starts_with('\'') || url.starts_with('"')) url.erase(0, 1);
    return url;
}

}  // namespace

bool is_remote(std::string_view url) {
    return starts_with_ignoring_case(url, "http:") || starts_with_ignoring_case(url, "https:") ||
           url.starts_with("//");
}

std::vector<RemoteUrl> remote_urls(const HtmlTokenizer& tokens, const FetchedAttribute& attribute) {
    const Span value = attribute.attribute->value;
    std::vector<RemoteUrl> urls;
    const auto add = [&](std::string url, Span where) {
        if (is_remote(url)) urls.push_back({where, std::move(url), value});
    };
    switch (attribute.as) {
        case FetchedAs::Source:
        case FetchedAs::Background:
        case FetchedAs::Css: add(trim_url(decoded(tokens, value)), value); break;
        case FetchedAs::Candidates:
            for (const Span url : srcset_urls(tokens.text(value))) {
                const Span where{value.begin + url.begin, value.begin + url.end};
                add(trim_url(decoded(tokens, where)), where);
            }
            break;
        case FetchedAs::Refresh: add(page_of_refresh(decoded(tokens, value)), value); break;
        case FetchedAs::Style: break;
    }
    return urls;
}

}  // namespace candor::rewriter
