// A table look-up by host and path, then the destination out of the query or the path.
#include "rewriter/click_redirectors.h"

#include <algorithm>
#include <vector>

#include "rewriter/ascii.h"
#include "rewriter/links.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

constexpr int most_layers = 8;
constexpr std::size_t max_url_bytes = 16384;
constexpr std::string_view usual_places =
    "query:url,u,redirect,redirecturl,target,dest,destination,link,r";

struct Pieces {
    std::string host;
    std::string_view path;        ///< with its slash
    std::string_view query;       ///< behind the `?`
    std::string_view path_query;  ///< both, as written
};

std::optional<Pieces> pieces_of(std::string_view url) {
    const std::string scheme = scheme_of(url);
    if (scheme != "http" && scheme != "https") return std::nullopt;
    std::string_view rest = url.substr(scheme.size() + 1);
    if (!rest.starts_with("//")) return std::nullopt;
    rest.remove_prefix(2);
    rest = rest.substr(0, std::min(rest.find('#'), rest.size()));
    const std::size_t host_end = std::min(rest.find_first_of("/?\\"), rest.size());
    std::string_view host = rest.substr(0, host_end);
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
        host.remove_prefix(at + 1);
    }
    Pieces pieces;
    pieces.host = ascii_lowered(host.substr(0, std::min(host.find(':'), host.size())));
    pieces.path_query = rest.substr(host_end);
    const std::size_t question = std::min(pieces.path_query.find('?'), pieces.path_query.size());
    pieces.path = pieces.path_query.substr(0, question);
    if (question < pieces.path_query.size()) pieces.query = pieces.path_query.substr(question + 1);
    return pieces;
}

int hex_value(char c) {
    if (is_ascii_digit(c)) return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size()) {
            const int high = hex_value(text[at + 1]);
            const int low = hex_value(text[at + 2]);
            if (high >= 0 && low >= 0) {
                out.push_back(static_cast<char>(high * 16 + low));
                at += 2;
                continue;
            }
        }
        out.push_back(text[at]);
    }
    return out;
}

/// A destination one may put into a mail: http(s), a host with a dot, nothing that cuts the URL.
std::optional<std::string> checked(std::string url, bool scheme_may_lack) {
    const bool clean = std::ranges::all_of(
        url, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
    if (!clean) return std::nullopt;
    if (scheme_may_lack && scheme_of(url).empty()) url.insert(0, "https://");
    const auto pieces = pieces_of(url);
    if (!pieces || pieces->host.find('.') == std::string::npos || pieces->host.starts_with('.')) {
        return std::nullopt;
    }
    return url;
}

std::string_view take_until(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
}

std::optional<std::string> from_query(std::string_view query, std::string_view names) {
    while (!names.empty()) {
        const std::string_view name = take_until(names, ',');
        for (std::string_view rest = query; !rest.empty();) {
            std::string_view value = take_until(rest, '&');
            if (!equals_ignoring_case(take_until(value, '='), name)) continue;
            if (auto url = checked(percent_decoded(value), false)) return url;
        }
    }
    return std::nullopt;
}

std::optional<std::string> from_path(std::string_view path, std::string_view number) {
    std::string_view segment;
    const int wanted = number.empty() ? 0 : number.front() - '0';
    take_until(path, '/');
    for (int n = 0; n < wanted; ++n) segment = take_until(path, '/');
    // A dot in its first part tells a host from a token.
    const std::string decoded = percent_decoded(segment);
    const bool has_scheme = !scheme_of(decoded).empty();
    const std::size_t host_end = std::min(decoded.find_first_of("/?"), decoded.size());
    if (!has_scheme && decoded.substr(0, host_end).find('.') == std::string::npos) {
        return std::nullopt;
    }
    return checked(decoded, true);
}

std::optional<std::string> destination_of(const Pieces& pieces, std::string_view where) {
    if (where.starts_with("query:")) return from_query(pieces.query, where.substr(6));
    if (where.starts_with("path:")) return from_path(pieces.path, where.substr(5));
    return std::nullopt;
}

const std::vector<ListRow>& redirectors() {
    static const std::vector<ListRow> rows = shipped_list("click-redirectors.tsv");
    return rows;
}

ForeignTracker one_layer(std::string_view url, std::span<const std::string> more_host_globs) {
    const auto pieces = pieces_of(url);
    if (!pieces) return {};
    ForeignTracker found;
    for (const ListRow& row : redirectors()) {
        if (!starts_with_ignoring_case(pieces->path_query, row[1]) && row[1] != "/") continue;
        if (!matches_glob(row[0], pieces->host)) continue;
        found.known = true;
        found.destination = destination_of(*pieces, row[2]);
        if (found.destination) return found;
    }
    for (const std::string& glob : more_host_globs) {
        if (!matches_glob(glob, pieces->host)) continue;
        found.known = true;
        found.destination = from_query(pieces->query, usual_places.substr(6));
        if (found.destination) return found;
    }
    return found;
}

}  // namespace

ForeignTracker foreign_tracker(std::string_view url, std::span<const std::string> more_host_globs) {
    ForeignTracker result;
    std::string current = trim_url(url);
    if (current.size() > max_url_bytes) {
        // Whose it is stands at its beginning; a destination is not looked for.
        current.resize(max_url_bytes);
        result.known = one_layer(current, more_host_globs).known;
        return result;
    }
    for (int layer = 0; layer <= most_layers; ++layer) {
        ForeignTracker found = one_layer(current, more_host_globs);
        if (!found.known) return result;
        result.known = true;
        result.destination = found.destination;
        if (!found.destination) return result;
        current = std::move(*found.destination);
    }
    result.destination.reset();  // wrapped deeper than anything honest
    return result;
}

}  // namespace candor::rewriter
