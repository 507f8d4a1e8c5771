// A table look-up by host and path, then the destination out of the query or the path.
#include "rewriter/links/click_redirectors.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"
#include "rewriter/links/url_defense.h"
#include "rewriter/links/web_url.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

constexpr int most_layers = 8;
constexpr std::size_t max_url_bytes = 16384;
constexpr std::string_view usual_places =
    "query:url,u,redirect,redirecturl,target,dest,destination,link,r";

/// A destination one may put into a mail: http(s), a host with a dot, nothing that cuts the URL.
std::optional<std::string> checked(std::string url, bool scheme_may_lack) {
    const bool clean = std::ranges::all_of(
        url, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
    if (!clean) return std::nullopt;
    if (scheme_may_lack && scheme_of(url).empty()) url.insert(0, "https://");
    const auto pieces = web_url(url);
    if (!pieces || pieces->host.find('.') == std::string_view::npos ||
        pieces->host.starts_with('.')) {
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

std::optional<std::string> from_url_defense_v2(std::string_view query) {
    while (!query.empty()) {
        std::string_view value = take_until(query, '&');
        if (take_until(value, '=') == "u") return checked(url_defense_v2(value), false);
    }
    return std::nullopt;
}

std::optional<std::string> destination_of(const WebUrl& pieces, std::string_view where) {
    if (where.starts_with("query:")) return from_query(pieces.query, where.substr(6));
    if (where.starts_with("path:")) return from_path(pieces.path, where.substr(5));
    if (where == "urldefense-v2") return from_url_defense_v2(pieces.query);
    if (where == "urldefense-v3") {
        const auto url = url_defense_v3(pieces.path_query);
        return url ? checked(*url, false) : std::nullopt;
    }
    return std::nullopt;
}

/// Whether a path with its query begins as the list says: segment by segment where that holds a
/// `*`, which stands for any run within one; the last of them says by its own where it goes on.
bool path_fits(std::string_view wanted, std::string_view path) {
    if (wanted == "/") return true;
    if (wanted.find('*') == std::string_view::npos) return starts_with_ignoring_case(path, wanted);
    const std::size_t sure = wanted.find_first_of("*?");
    if (!starts_with_ignoring_case(path, wanted.substr(0, sure))) return false;
    for (;;) {
        const std::size_t end = wanted.find('/');
        if (end == std::string_view::npos) return matches_glob(wanted, path);
        const std::size_t path_end = path.find('/');
        if (path_end == std::string_view::npos ||
            !matches_glob(wanted.substr(0, end), path.substr(0, path_end))) {
            return false;
        }
        wanted.remove_prefix(end + 1);
        path.remove_prefix(path_end + 1);
    }
}

/// The rows of the list, found by how a host ends or by four bytes inside it: every link of every
/// message is looked up, and nearly none is in it.
class Redirectors {
  public:
    Redirectors() : rows_(shipped_list("click-redirectors.tsv")) {
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const std::string_view host = rows_[i][0];
            if (host == "*") {
                const std::string_view path = rows_[i][1];
                of_any_host_.at(path[1] == '*' ? 0 : byte_at_1(path)).push_back(i);
                continue;
            }
            const std::string_view end = host.substr(host.find_last_of("*?") + 1);  // npos + 1 is 0
            if (end.size() >= end_bytes) {
                by_end_[key_of(last<end_bytes>(end))].push_back(i);
                continue;
            }
            any_end_.push_back(i);
            const std::string_view label = longest_label(host);
            if (rows_[i][1] == "/" && label.size() >= mark_bytes) {
                marks_.set(slot_of(key_of(label.substr(0, mark_bytes))));
            } else {
                unmarked_.push_back(i);
            }
        }
    }

    /// Calls `visit` with each row that may fit `host`, in the order of the list.
    template <class Visit>
    void find(std::string_view host, Visit visit) const {
        static const std::vector<std::size_t> none;
        const auto found =
            host.size() < end_bytes ? by_end_.end() : by_end_.find(key_of(last<end_bytes>(host)));
        const std::vector<std::size_t>& ends = found == by_end_.end() ? none : found->second;
        const std::vector<std::size_t>& others = has_mark(host) ? any_end_ : unmarked_;
        auto one = ends.begin();
        auto other = others.begin();
        while (one != ends.end() || other != others.end()) {
            const bool first = other == others.end() || (one != ends.end() && *one < *other);
            visit(rows_[first ? *one++ : *other++]);
        }
    }

    /// The same with each row that is of any host and may fit `path`.
    template <class Visit>
    void find_of_any_host(std::string_view path, Visit visit) const {
        if (path.size() < 2) return;
        for (const std::size_t bucket : {byte_at_1(path), std::size_t{0}}) {
            for (const std::size_t i : of_any_host_.at(bucket)) visit(rows_[i]);
        }
    }

  private:
    static constexpr std::size_t end_bytes = 8;
    static constexpr std::size_t mark_bytes = 4;

    template <std::size_t bytes>
    static std::string_view last(std::string_view host) {
        return host.substr(host.size() - bytes);
    }
    /// Up to eight bytes of a host, which may be in any case.
    static std::uint64_t key_of(std::string_view bytes) {
        std::uint64_t key = 0;
        for (const char c : bytes) key = key << 8U | static_cast<unsigned char>(ascii_lower(c));
        return key;
    }
    static std::size_t byte_at_1(std::string_view path) {
        return static_cast<unsigned char>(ascii_lower(path[1]));
    }
    static std::size_t slot_of(std::uint64_t mark) {
        return static_cast<std::uint32_t>(mark) * 0x9E3779B1U >> 20U;  // Fibonacci hashing
    }
    /// The longest piece of a host glob without a dot or a wildcard.
    static std::string_view longest_label(std::string_view glob) {
        std::string_view longest;
        while (!glob.empty()) {
            const std::size_t end = std::min(glob.find_first_of("*?."), glob.size());
            if (end > longest.size()) longest = glob.substr(0, end);
            glob.remove_prefix(std::min(end + 1, glob.size()));
        }
        return longest;
    }
    /// Whether the mark of some row stands in `host`. May say yes too often, never no.
    [[nodiscard]] bool has_mark(std::string_view host) const {
        std::uint64_t mark = 0;
        for (std::size_t i = 0; i < host.size(); ++i) {
            mark = mark << 8U | static_cast<unsigned char>(ascii_lower(host[i]));
            if (i + 1 >= mark_bytes && marks_[slot_of(mark)]) return true;
        }
        return false;
    }

    std::vector<ListRow> rows_;
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_end_;
    /// Rows whose host ends in too little to look up; of these the ones without a mark, which
    /// nearly always tell by their path.
    std::vector<std::size_t> any_end_, unmarked_;
    /// By what follows the slash of their path; 0 where that may be anything.
    std::array<std::vector<std::size_t>, 256> of_any_host_;
    std::bitset<4096> marks_;  ///< the first bytes of the others' longest labels
};

const Redirectors& redirectors() {
    static const Redirectors list;
    return list;
}

}  // namespace

void ForeignTrackers::use_host(std::string_view host) {
    if (host_ == host) return;
    host_ = host;
    rules_.clear();
    redirectors().find(host, [&](const ListRow& row) {
        if (matches_glob(row[0], host)) rules_.push_back({row[1], row[2]});
    });
    for (const std::string& glob : more_host_globs_) {
        if (matches_glob(glob, host)) rules_.push_back({"/", usual_places});
    }
}

ForeignTracker ForeignTrackers::one_layer(std::string_view url) {
    const auto pieces = web_url(url);
    if (!pieces) return {};
    use_host(pieces->host);
    ForeignTracker found;
    const auto ask = [&](std::string_view path, std::string_view where) {
        if (found.destination || !path_fits(path, pieces->path_query)) return;
        found.known = true;
        found.destination = destination_of(*pieces, where);
    };
    for (const auto& [path, where] : rules_) ask(path, where);
    redirectors().find_of_any_host(pieces->path_query,
                                   [&](const ListRow& row) { ask(row[1], row[2]); });
    return found;
}

ForeignTracker ForeignTrackers::of(std::string_view url) {
    const TrimmedUrl trimmed{url};
    if (trimmed.text().size() > max_url_bytes) {
        // Whose it is stands at its beginning; a destination is not looked for.
        return {one_layer(trimmed.text().substr(0, max_url_bytes)).known, {}};
    }
    ForeignTracker result = one_layer(trimmed.text());
    for (int layer = 1; result.destination; ++layer) {
        ForeignTracker inner = one_layer(*result.destination);
        if (!inner.known) break;
        // Wrapped deeper than anything honest, it leads nowhere.
        if (layer == most_layers) inner.destination.reset();
        result.destination = std::move(inner.destination);
    }
    return result;
}

}  // namespace candor::rewriter
