#include "policy/people/freemail.h"

#include <unordered_set>

#include "embedded/freemail.h"

namespace candor::policy {
namespace {

std::unordered_set<std::string_view> lines_of(std::string_view text) {
    std::unordered_set<std::string_view> lines;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.empty() && line.front() != '#') lines.insert(line);
    }
    return lines;
}

}  // namespace

bool is_freemail_domain(std::string_view domain) {
    static const std::unordered_set<std::string_view> domains =
        lines_of(embedded::freemail.front().second);
    return domains.contains(domain);
}

}  // namespace candor::policy
