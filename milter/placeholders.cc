#include "milter/placeholders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/config/nearest_word.h"
#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"

namespace candor::milter {
namespace {

using policy::OptOutPage;

constexpr std::string_view scheme = "candor:";
constexpr std::array<std::string_view, 3> words{"unsubscribe", "stop-tracking", "privacy"};
constexpr std::size_t longest_shown = 40;

std::string word_of(std::string_view url) {
    url.remove_prefix(scheme.size());
    return rewriter::ascii_lowered(url.substr(0, url.find_first_of("?#/")));
}

/// A log line may hold no address, so only what can be a slip of the pen is repeated.
bool may_be_shown(std::string_view word) {
    return !word.empty() && word.size() <= longest_shown && std::ranges::all_of(word, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

}  // namespace

std::optional<OptOutPage> placeholder_page(std::string_view trimmed_url) {
    if (!rewriter::starts_with_ignoring_case(trimmed_url, scheme)) return std::nullopt;
    const std::string word = word_of(trimmed_url);
    if (word == "stop-tracking") return OptOutPage::StopTracking;
    if (word == "privacy") return OptOutPage::Privacy;
    return OptOutPage::Unsubscribe;
}

bool is_placeholder(std::string_view url) {
    return placeholder_page(rewriter::trim_url(url)).has_value();
}

std::optional<std::string> unknown_placeholder(std::string_view trimmed_url) {
    if (!rewriter::starts_with_ignoring_case(trimmed_url, scheme)) return std::nullopt;
    std::string word = word_of(trimmed_url);
    if (std::ranges::find(words, word) != words.end()) return std::nullopt;
    return word;
}

Note unknown_placeholder_note(std::string_view word) {
    const std::string_view shown = may_be_shown(word) ? word : "";
    return {shown.empty() ? "unknown_placeholder" : fmt::format("unknown_placeholder:{}", shown),
            fmt::format("candor:{} is no placeholder and became the unsubscribe link{}",
                        shown.empty() ? "..." : shown, policy::did_you_mean(word, words))};
}

}  // namespace candor::milter
