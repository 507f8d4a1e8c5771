// Both versions only spell characters differently; nothing is secret in them.
#include "rewriter/links/url_defense.h"

#include <algorithm>

#include "rewriter/bytes/utf8_text.h"
#include "rewriter/links/web_url.h"
#include "rewriter/mime/transfer_encoding.h"

namespace candor::rewriter {
namespace {

/// How many characters `**L` stands for: `A` is two.
std::size_t run_length(char letter) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const std::size_t at = letters.find(letter);
    return at == std::string_view::npos ? 0 : at + 2;
}

std::string decoded_base64url(std::string_view text) {
    std::string standard{text};
    std::ranges::replace(standard, '-', '+');
    std::ranges::replace(standard, '_', '/');
    standard.append((4 - standard.size() % 4) % 4, '=');
    return decode(standard, TransferEncoding::Base64);
}

}  // namespace

std::string url_defense_v2(std::string_view value) {
    std::string spelled{value};
    std::ranges::replace(spelled, '-', '%');
    std::ranges::replace(spelled, '_', '/');
    return percent_decoded(spelled);
}

std::optional<std::string> url_defense_v3(std::string_view path_query) {
    constexpr std::string_view opening = "/v3/__";
    constexpr std::string_view closing = "__;";
    const std::size_t close = path_query.find(closing);
    if (!path_query.starts_with(opening) || close == std::string_view::npos) return std::nullopt;
    const std::string_view spelled = path_query.substr(opening.size(), close - opening.size());
    std::string_view replaced = path_query.substr(close + closing.size());
    replaced = replaced.substr(0, replaced.find('!'));
    const std::string characters = decoded_base64url(replaced);

    std::string url;
    std::size_t next = 0;
    for (std::size_t at = 0; at < spelled.size(); ++at) {
        if (spelled[at] != '*') {
            url += spelled[at];
            continue;
        }
        std::size_t count = 1;
        if (spelled.substr(at).starts_with("**") && at + 2 < spelled.size()) {
            count = run_length(spelled[at + 2]);
            at += 2;
        }
        for (; count > 0 && next < characters.size(); --count) {
            const std::size_t begin = next;
            static_cast<void>(next_character(characters, next));
            url.append(characters, begin, next - begin);
        }
    }
    // Some servers on the way fold `//`.
    const std::size_t slash = url.find(":/");
    if (slash != std::string::npos && !std::string_view{url}.substr(slash).starts_with("://")) {
        url.insert(slash + 1, "/");
    }
    return url;
}

}  // namespace candor::rewriter
