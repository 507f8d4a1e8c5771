// Reads only as far as is needed to know the host, the path and the query.
#include "rewriter/links/web_url.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"

namespace candor::rewriter {
namespace {

constexpr bool is_control_or_blank(char c) {
    return static_cast<unsigned char>(c) <= 0x20;
}

constexpr bool is_slash(char c) {
    return c == '/' || c == '\\';
}

/// Bytes of the scheme with its colon, 0 when it is another one.
std::size_t web_scheme_bytes(std::string_view trimmed) {
    constexpr std::string_view plain = "http:";
    constexpr std::string_view secure = "https:";
    if (starts_with_ignoring_case(trimmed, secure)) return secure.size();
    return starts_with_ignoring_case(trimmed, plain) ? plain.size() : 0;
}

}  // namespace

TrimmedUrl::TrimmedUrl(std::string_view value) : text_(value) {
    using LineBytes = ByteSet<false, '\t', '\n', '\r'>;
    while (!text_.empty() && is_control_or_blank(text_.front())) text_.remove_prefix(1);
    while (!text_.empty() && is_control_or_blank(text_.back())) text_.remove_suffix(1);
    // One comparison for all white space: there is none in nearly any URL.
    if (find_first<ByteSet<true>>(text_, 0) == text_.size()) return;
    if (std::ranges::none_of(text_, LineBytes::has)) return;
    joined_ = text_;
    std::erase_if(joined_, LineBytes::has);
    text_ = joined_;
}

bool has_web_scheme(std::string_view trimmed) {
    return web_scheme_bytes(trimmed) > 0;
}

std::size_t authority_begin(std::string_view trimmed) {
    std::size_t at = web_scheme_bytes(trimmed);
    if (at == 0 && !(trimmed.size() > 1 && is_slash(trimmed[0]) && is_slash(trimmed[1]))) return 0;
    while (at < trimmed.size() && is_slash(trimmed[at])) ++at;
    return at;
}

std::optional<WebUrl> web_url(std::string_view trimmed) {
    if (!has_web_scheme(trimmed)) return std::nullopt;
    const std::size_t authority = authority_begin(trimmed);
    std::string_view rest = trimmed.substr(authority);
    rest = rest.substr(0, rest.find('#'));
    const std::size_t host_end = find_first<ByteSet<false, '/', '\\', '?'>, 16>(rest, 0);
    std::string_view host = rest.substr(0, host_end);
    WebUrl url;
    url.two_slashes = authority == web_scheme_bytes(trimmed) + 2;
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
        url.user_info = host.substr(0, at);
        host.remove_prefix(at + 1);
    }
    const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
    const std::size_t port = bracket == std::string_view::npos ? bracket : host.find(':', bracket);
    url.host = host.substr(0, port);
    url.path_query = rest.substr(host_end);
    const std::size_t question = std::min(url.path_query.find('?'), url.path_query.size());
    url.path = url.path_query.substr(0, question);
    if (question < url.path_query.size()) url.query = url.path_query.substr(question + 1);
    return url;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t percent = find_first<ByteSet<false, '%'>, 16>(text, at);
        out.append(text.substr(at, percent - at));
        if (percent == text.size()) break;
        const bool room = percent + 2 < text.size();
        const int high = room ? hex_value(text[percent + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[percent + 2]) : -1;
        out.push_back(low < 0 ? '%' : static_cast<char>(high * 16 + low));
        at = percent + (low < 0 ? 1 : 3);
    }
    return out;
}

}  // namespace candor::rewriter
