// Reads only as far as is needed to know the host, the path and the query.
#include "rewriter/links/web_url.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"

namespace candor::rewriter {
namespace {

bool is_slash(char c) {
    return c == '/' || c == '\\';
}

int hex_value(char c) {
    if (is_ascii_digit(c)) return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::optional<WebUrl> web_url(std::string_view trimmed) {
    const std::string scheme = scheme_of(trimmed);
    if (scheme != "http" && scheme != "https") return std::nullopt;
    std::string_view rest = trimmed.substr(scheme.size() + 1);
    if (rest.size() < 2 || !is_slash(rest[0]) || !is_slash(rest[1])) return std::nullopt;
    rest.remove_prefix(2);
    rest = rest.substr(0, rest.find('#'));
    const auto stop = std::ranges::find_if(rest, [](char c) { return is_slash(c) || c == '?'; });
    const auto host_end = static_cast<std::size_t>(stop - rest.begin());
    std::string_view host = rest.substr(0, host_end);
    WebUrl url;
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
        url.user_info = host.substr(0, at);
        host.remove_prefix(at + 1);
    }
    const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
    const std::size_t port = bracket == std::string_view::npos ? bracket : host.find(':', bracket);
    url.host = ascii_lowered(host.substr(0, port));
    url.path_query = rest.substr(host_end);
    const std::size_t question = std::min(url.path_query.find('?'), url.path_query.size());
    url.path = url.path_query.substr(0, question);
    if (question < url.path_query.size()) url.query = url.path_query.substr(question + 1);
    return url;
}

std::string percent_decoded(std::string_view text) {
    if (text.find('%') == std::string_view::npos) return std::string{text};
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[at + 2]) : -1;
        if (low < 0) {
            out.push_back(text[at]);
            continue;
        }
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
    }
    return out;
}

}  // namespace candor::rewriter
