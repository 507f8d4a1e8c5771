// Undone one after the other: escapes, what a wrapped line left inside, what stands behind.
#include "tracker/token_spellings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/ascii.h"
#include "policy/tokens/base64url.h"
#include "policy/tokens/token_header.h"

namespace candor::tracker {
namespace {

/// A gateway escapes what another one escaped; more than that nobody does.
constexpr int most_escapes = 3;

constexpr bool is_token_character(char c) {
    return policy::is_ascii_alnum(c) || c == '-' || c == '_';
}

std::string without_escapes(std::string_view written) {
    std::string text{written};
    for (int round = 0; round < most_escapes && text.find('%') != std::string::npos; ++round) {
        text = policy::percent_decoded(text);
    }
    return text;
}

/// What stands inside a link that was wrapped: blanks, the `+` of a form's blank, the `=` of
/// quoted-printable, and characters nobody sees (soft hyphen, zero width space and joiners, byte
/// order mark).
std::string without_breaks(std::string_view text) {
    constexpr std::array<std::string_view, 5> unseen{"\xC2\xAD", "\xE2\x80\x8B", "\xE2\x80\x8C",
                                                     "\xE2\x80\x8D", "\xEF\xBB\xBF"};
    std::string joined;
    for (std::size_t at = 0; at < text.size();) {
        const auto mark = std::ranges::find_if(
            unseen, [rest = text.substr(at)](auto bytes) { return rest.starts_with(bytes); });
        const char c = text[at];
        const bool breaks = (c >= 0 && c <= ' ') || c == '+' || c == '=';
        if (mark == unseen.end() && !breaks) joined += c;
        at += mark == unseen.end() ? 1 : mark->size();
    }
    return joined;
}

/// The token at the front of `text`, whatever follows; empty when another part of a path does. No
/// token ends in `-` or `_`, so these were put behind it.
std::string_view token_in_front(std::string_view text) {
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_token_character) - text.begin());
    std::string_view token = text.substr(0, end);
    const std::string_view rest = text.substr(end);
    if (rest.size() > 1 && rest[0] == '/' && is_token_character(rest[1])) return {};
    for (const std::string_view scheme : {"https", "http"}) {
        // The next link, without a blank between.
        if (rest.starts_with("://") && token.ends_with(scheme)) token.remove_suffix(scheme.size());
    }
    while (token.ends_with('-') || token.ends_with('_')) token.remove_suffix(1);
    return token;
}

/// Escapes of a gateway that writes `-` as `-2D` and `_` as `-5F`, not undone by whoever passed the
/// link on.
std::string without_dash_escapes(std::string_view token) {
    std::string out;
    for (std::size_t at = 0; at < token.size();) {
        const std::string_view three = token.substr(at, 3);
        const bool dash = three == "-2D" || three == "-2d";
        const bool escape = dash || three == "-5F" || three == "-5f";
        out += !escape ? token[at] : dash ? '-' : '_';
        at += escape ? 3 : 1;
    }
    return out;
}

std::string_view without_trailing_punctuation(std::string_view token) {
    while (!token.empty() && !is_token_character(token.back())) token.remove_suffix(1);
    return token;
}

}  // namespace

std::optional<std::string_view> behind_route(std::string_view path, char route) {
    const auto skip_slashes = [&path] {
        const std::size_t slashes = std::min(path.find_first_not_of('/'), path.size());
        path.remove_prefix(slashes);
        return slashes > 0;
    };
    if (!skip_slashes() || path.empty() || policy::ascii_lower(path.front()) != route)
        return std::nullopt;
    path.remove_prefix(1);
    if (!skip_slashes()) return std::nullopt;
    return path;
}

std::vector<std::string> repaired_tokens(std::string_view written) {
    std::vector<std::string> repaired;
    const auto add = [&](std::string token) {
        if (token.empty() || token == written) return;
        if (std::ranges::find(repaired, token) == repaired.end()) {
            repaired.push_back(std::move(token));
        }
    };
    const std::string plain = without_escapes(written);
    // Line by line: a break may have come into the midst of an escape.
    std::string joined{written};
    for (int round = 0; round < most_escapes; ++round) {
        joined = without_breaks(policy::percent_decoded(joined));
    }
    const std::string_view front = token_in_front(plain);
    const std::string_view whole = token_in_front(joined);
    add(std::string{front});
    add(std::string{whole});
    add(without_dash_escapes(front));
    add(without_dash_escapes(whole));
    return repaired;
}

Result<policy::OpenedToken> open_any_spelling(const policy::KeyRing& ring, std::string_view written,
                                              policy::Instant now, policy::Identity identity) {
    auto opened = policy::open(ring, without_trailing_punctuation(written), now, identity);
    if (opened || opened.error().fault != Fault::Malformed) return opened;
    for (const std::string& token : repaired_tokens(written)) {
        auto again = policy::open(ring, token, now, identity);
        if (again) return again;
    }
    return opened;
}

std::optional<policy::ControllerNumber> opt_out_without_key(const policy::KeyRing& ring,
                                                            std::string_view written) {
    std::vector<std::string> spellings = repaired_tokens(written);
    spellings.insert(spellings.begin(), std::string{without_trailing_punctuation(written)});
    for (const std::string& token : spellings) {
        const auto bytes = policy::from_base64url(token);
        const auto header = bytes ? policy::read_token_header(*bytes) : std::nullopt;
        if (!header || header->kind != policy::TokenKind::OptOut) continue;
        if (ring.link_cipher(header->controller, header->link_key_id) == nullptr) {
            return header->controller;
        }
    }
    return std::nullopt;
}

}  // namespace candor::tracker
