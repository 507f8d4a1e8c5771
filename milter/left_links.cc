// The table of reasons: one line for each word.
#include "milter/left_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

namespace candor::milter {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> meanings{{
    {"treatment", "the treatment rewrites no link"},
    {"asked", "the message asks that they are not tracked"},
    {"marked", "the template says \"do not track this link\""},
    {"text_links", "in the text part, and text_links is off"},
    {"scheme", "not a web address (mail, telephone, a place in the mail ...)"},
    {"charset", "what a mail program would open cannot be known for sure"},
    {"too_long", "longer than 8 KB"},
    {"merge_tag", "a merge tag that nobody filled in"},
    {"credentials", "the URL holds a user name"},
    {"no_host", "the URL names no host"},
    {"own_host", "on the tracking host already"},
    {"app_file", "a calendar entry, contact, pass or profile"},
    {"app_link", "opens an app (app_link_hosts)"},
    {"opt_out", "an opt-out, preferences, or an address that the header names"},
    {"browser_view", "the mail's web version"},
    {"sensitive", "a login, payment or one-time link (sensitive_links)"},
    {"text_is_url", "the text shows a URL of the site (visible_url_links)"},
    {"configured", "never_track names it"},
    {"foreign_tracker", "another system's click tracker that cannot be opened"},
    {"personal", "the destination names the recipient"},
    {"destination", "the host is no public one, or the URL cannot be read"},
    {"key", "a link key is missing"},
}};

std::string_view meaning_of(std::string_view word) {
    const auto found = std::ranges::find(meanings, word, [](const auto& row) { return row.first; });
    return found == meanings.end() ? word : found->second;
}

}  // namespace

std::size_t total(const LeftLinks& left) {
    return std::accumulate(left.begin(), left.end(), std::size_t{0},
                           [](std::size_t sum, const auto& row) { return sum + row.second; });
}

std::string in_words(const LeftLinks& left) {
    std::vector<std::pair<std::string_view, std::size_t>> rows{left.begin(), left.end()};
    std::ranges::stable_sort(rows, std::ranges::greater{},
                             [](const auto& row) { return row.second; });
    std::string lines;
    for (const auto& [word, count] : rows) {
        lines += fmt::format("{:>5}  {}\n", count, meaning_of(word));
    }
    return lines;
}

}  // namespace candor::milter
