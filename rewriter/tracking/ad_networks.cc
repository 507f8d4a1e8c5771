// A host is looked up label by label from the right of the whole name to its registrable end, so
// that a long list costs no more than a short one.
#include "rewriter/tracking/ad_networks.h"

#include <string>
#include <unordered_map>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/web_url.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

struct Place {
    std::string_view path, network;
};
using Places = std::unordered_multimap<std::string_view, Place>;

const Places& places() {
    static const Places all = [] {
        Places read;
        for (const ListRow& row : shipped_list("ad-networks.tsv")) {
            read.emplace(row[0], Place{row[1], row[2]});
        }
        return read;
    }();
    return all;
}

}  // namespace

std::string_view ad_network(std::string_view url) {
    const auto parsed = web_url(url);
    if (!parsed || parsed->host.size() > 253) return {};
    const std::string host = ascii_lowered(parsed->host);
    for (std::string_view domain = host;;) {
        const auto [first, last] = places().equal_range(domain);
        for (auto it = first; it != last; ++it) {
            if (starts_with_ignoring_case(parsed->path, it->second.path)) return it->second.network;
        }
        const std::size_t dot = domain.find('.');
        if (dot == std::string_view::npos) return {};
        domain.remove_prefix(dot + 1);
    }
}

}  // namespace candor::rewriter
