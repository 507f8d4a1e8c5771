#include "rewriter/tracking/tracker_judgement.h"

#include <algorithm>
#include <optional>
#include <string>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/inline_style.h"
#include "rewriter/shipped_lists.h"
#include "rewriter/tracking/filter_lists.h"
#include "rewriter/tracking/tracker_patterns.h"

namespace candor::rewriter {
namespace {

/// A dot, or a line as short as a dot: 1x1, 2x6, 20x1, and what has no extent at all.
bool is_tiny(const Visibility& seen) {
    constexpr double thin = 3;
    constexpr double brief = 20;
    const auto zero = [](const std::optional<double>& length) { return length && *length <= 0; };
    if (zero(seen.width_px) || zero(seen.height_px)) return true;
    if (seen.width_px && seen.height_px) {
        return std::min(*seen.width_px, *seen.height_px) <= thin &&
               std::max(*seen.width_px, *seen.height_px) <= brief;
    }
    return false;
}

/// As thin as a dot, and as long as whatever comes.
bool is_line(const Visibility& seen) {
    const std::optional<double>& only = seen.width_px ? seen.width_px : seen.height_px;
    return only && *only <= 1 && !(seen.width_px && seen.height_px);
}

/// Wider or higher than a dot; a share of the page is.
bool has_extent(const Visibility& seen) {
    constexpr double dot = 20;
    const auto over = [](const std::optional<double>& length) { return length && *length > dot; };
    return over(seen.width_px) || over(seen.height_px) ||
           (seen.sized && !seen.width_px && !seen.height_px);
}

/// Of a trimmed absolute or `//host` URL, as a browser splits it.
std::string_view authority_and_path(std::string_view url) {
    url.remove_prefix(std::min(url.find(':') + 1, url.find_first_of("/\\?#")));
    return url.substr(std::min(url.find_first_not_of("/\\"), url.size()));
}

std::string host_of(std::string_view url) {
    std::string_view host = authority_and_path(url);
    host = host.substr(0, std::min(host.find_first_of("/?#\\"), host.size()));
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
        host.remove_prefix(at + 1);
    }
    return ascii_lowered(host.substr(0, std::min(host.find(':'), host.size())));
}

Sight sight_by_size(const Visibility& seen, bool hidden_around) {
    if (is_tiny(seen)) return Sight::Tiny;
    if (is_line(seen)) return seen.hidden ? Sight::Tiny : Sight::Hidden;
    // Whoever gives it an extent means it to be seen: by a style sheet for small screens.
    const bool unseen = seen.hidden || hidden_around;
    if (unseen && has_extent(seen)) return Sight::NoSize;
    if (seen.hidden) return Sight::Tiny;
    if (unseen) return Sight::Hidden;
    return seen.sized ? Sight::Seen : Sight::NoSize;
}

bool has_words(const HtmlTokenizer& tokens) {
    const Attribute* const alt = tokens.attribute("alt");
    return alt != nullptr && !trim_blanks(tokens.text(alt->value)).empty();
}

}  // namespace

Sight sight_of(const HtmlTokenizer& tokens, bool hidden_around, SheetSizes& sheets) {
    if (tokens.name_is("bgsound") || tokens.name_is("amp-pixel")) return Sight::Tiny;
    const Visibility seen = visibility_of(tokens);
    const Sight sight = sight_by_size(seen, hidden_around);
    if (sight == Sight::NoSize && sheets.is_dot(tokens)) return Sight::Tiny;
    const bool shown = sight == Sight::NoSize && !hidden_around && !seen.hidden;
    return shown && tokens.name_is("img") && !has_words(tokens) ? Sight::Mute : sight;
}

FetchKind fetch_kind_of(const HtmlTokenizer& tokens) {
    const auto is = [&](std::string_view name) { return tokens.name_is(name); };
    if (is("iframe") || is("frame")) return FetchKind::Frame;
    if (is("audio") || is("video") || is("track") || is("source") || is("bgsound"))
        return FetchKind::Media;
    return FetchKind::Image;
}

bool is_own_open_image(std::string_view url, std::span<const std::string> own_hosts) {
    if (own_hosts.empty()) return false;
    const std::string host = host_of(url);
    const bool ours = std::ranges::any_of(own_hosts, [&](const std::string& own) {
        return !own.empty() && equals_ignoring_case(host, own);
    });
    if (!ours) return false;
    const std::string_view rest = authority_and_path(url);
    const std::size_t path = rest.find('/');
    return path != std::string_view::npos && rest.substr(path).starts_with("/o/");
}

bool is_trusted(std::string_view url, const PixelRules& rules) {
    if (rules.trusted_image_hosts.empty()) return false;
    const std::string host = host_of(url);
    return std::ranges::any_of(rules.trusted_image_hosts, [&](const std::string& trusted) {
        return matches_glob(trusted, host) || matches_glob("*." + trusted, host);
    });
}

bool is_tracker(std::string_view url, FetchKind kind, Sight sight, const PixelRules& rules) {
    if (!rules.images || sight == Sight::Seen || is_trusted(url, rules)) return false;
    if (rules.lists != nullptr && rules.lists->blocks(url, kind)) return true;
    const TrackerMatch match = match_tracker_patterns(url);
    switch (sight) {
        case Sight::Tiny:
            return match != TrackerMatch::None || (!is_spacer(url) && looks_unique(url));
        case Sight::Hidden: return match != TrackerMatch::None || names_an_open(url);
        case Sight::Mute:
            return match == TrackerMatch::OpenOnly || is_open_endpoint(url) || is_bare_token(url);
        case Sight::NoSize: return match == TrackerMatch::OpenOnly || is_open_endpoint(url);
        case Sight::Seen: return false;
    }
    return false;
}

bool tracks(std::string_view url, FetchKind kind, Sight sight, const PixelRules& rules) {
    if (is_tracker(url, kind, sight, rules)) return true;
    if (!rules.parameters || url.find('?') == std::string_view::npos) return false;
    const CutParameters left = cut_parameters(url, parameter_rules(rules), UrlForm::Plain);
    return left.count > 0 && is_tracker(left.url, kind, sight, rules);
}

bool names_a_person(std::string_view url, const PixelRules& rules) {
    const ParameterRules personal{.more = rules.strip_parameters, .addresses = true};
    return cut_parameters(url, personal, UrlForm::Plain).count > 0;
}

}  // namespace candor::rewriter
