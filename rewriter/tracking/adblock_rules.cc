// A rule is found by its longest whole word: a URL has a dozen words, so a dozen look-ups find the
// few rules of fifty thousand that can match.
#include "rewriter/tracking/adblock_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/web_url.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_compared_bytes = 2048;
constexpr std::size_t shortest_word = 3;
constexpr std::uint8_t every_kind = 31;

bool is_word_char(char c) {
    return is_ascii_alnum(c) || c == '%';
}
/// What `^` stands for: anything but these, or the end.
bool is_separator(char c) {
    return !is_ascii_alnum(c) && c != '_' && c != '-' && c != '.' && c != '%';
}

std::string_view take_until(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
}

/// The kinds that a type option names; 0 for a type that no mail fetches, nullopt for no type.
std::optional<std::uint8_t> kinds_named(std::string_view option) {
    constexpr std::array<std::pair<std::string_view, FetchKind>, 7> ours{
        {{"image", FetchKind::Image},
         {"media", FetchKind::Media},
         {"subdocument", FetchKind::Frame},
         {"frame", FetchKind::Frame},
         {"stylesheet", FetchKind::StyleSheet},
         {"css", FetchKind::StyleSheet},
         {"font", FetchKind::Font}}};
    for (const auto& [name, kind] : ours) {
        if (option == name) return static_cast<std::uint8_t>(kind);
    }
    constexpr std::array<std::string_view, 16> others{
        "script", "xmlhttprequest", "xhr",      "ping",       "beacon", "websocket",
        "object", "popup",          "popunder", "document",   "doc",    "other",
        "webrtc", "elemhide",       "ehide",    "generichide"};
    if (std::ranges::find(others, option) != others.end()) return std::uint8_t{0};
    return std::nullopt;
}

/// Whether a page restriction holds for mail, which is no page of any site.
bool holds_outside_sites(std::string_view domains) {
    while (!domains.empty()) {
        if (!take_until(domains, '|').starts_with('~')) return false;
    }
    return true;
}

bool is_cosmetic(std::string_view line) {
    constexpr std::array<std::string_view, 6> signs{"##", "#@#", "#?#", "#$#", "#%#", "$$"};
    return std::ranges::any_of(
        signs, [&](std::string_view sign) { return line.find(sign) != std::string_view::npos; });
}

/// Where the options begin: behind the last `$` that no part of a pattern follows.
std::size_t options_at(std::string_view line) {
    const std::size_t dollar = line.rfind('$');
    if (dollar == std::string_view::npos || dollar + 1 == line.size()) return line.size();
    const char first = line[dollar + 1];
    return is_ascii_letter(first) || first == '~' || is_ascii_digit(first) || first == '_'
               ? dollar
               : line.size();
}

/// Whether all of `pattern` matches at the start of `url` (and, with `to_end`, up to its end).
bool matches_here(std::string_view pattern, std::string_view url, bool to_end) {
    // On a mismatch only the latest `*` has to take one character more: no recursion.
    std::size_t p = 0;
    std::size_t u = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken_to = 0;
    while (true) {
        if (p == pattern.size() && (!to_end || u == url.size())) return true;
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken_to = u;
            continue;
        }
        if (p < pattern.size() && u == url.size() && pattern[p] == '^') {
            ++p;  // the end is a separator too
            continue;
        }
        const bool fits = p < pattern.size() && u < url.size() &&
                          (pattern[p] == '^' ? is_separator(url[u]) : pattern[p] == url[u]);
        if (fits) {
            ++p;
            ++u;
        } else if (star != std::string_view::npos && taken_to < url.size()) {
            p = star + 1;
            u = ++taken_to;
        } else {
            return false;
        }
    }
}

/// Begin and end of the host in a lower-case URL.
std::pair<std::size_t, std::size_t> host_in(std::string_view url) {
    const std::size_t begin = authority_begin(url);
    return {begin, std::min(url.find_first_of("/?#:", begin), url.size())};
}

}  // namespace

struct AdblockRules::Options {
    std::uint8_t wanted = 0;
    std::uint8_t unwanted = 0;
    bool types_wanted = false;
    std::string parameter;
};

bool AdblockRules::read_options(std::string_view text, Options& options, bool& irrelevant) {
    while (!text.empty()) {
        const std::string_view whole = take_until(text, ',');
        const bool negated = whole.starts_with('~');
        std::string_view value = whole.substr(negated ? 1 : 0);
        const std::string_view name = take_until(value, '=');
        if (name == "third-party" || name == "3p" || name == "strict3p") {
            irrelevant |= negated;  // all that a mail fetches is from a third party
        } else if (name == "first-party" || name == "1p" || name == "strict1p") {
            irrelevant |= !negated;
        } else if (name == "domain" || name == "from") {
            irrelevant |= !holds_outside_sites(value);
        } else if (name == "removeparam" && !negated && !value.empty() && !value.starts_with('/') &&
                   !value.starts_with('~')) {
            options.parameter = value;
        } else if (name == "important" || name == "match-case" || name == "all" || name == "_") {
            continue;
        } else if (const auto kinds = kinds_named(name)) {
            (negated ? options.unwanted : options.wanted) |= *kinds;
            options.types_wanted |= !negated;
        } else {
            return false;
        }
    }
    return true;
}

AdblockRules::Line AdblockRules::add(std::string_view line) {
    line = trim_blanks(line);
    if (line.empty() || line.starts_with('!') || line.starts_with('[') || line.starts_with("# ") ||
        is_cosmetic(line)) {
        return Line::Irrelevant;
    }
    Rule rule;
    rule.exception = line.starts_with("@@");
    if (rule.exception) line.remove_prefix(2);

    Options options;
    bool irrelevant = false;
    const std::size_t behind = options_at(line);
    if (behind < line.size() && !read_options(line.substr(behind + 1), options, irrelevant)) {
        return Line::Unknown;
    }
    std::string_view pattern = line.substr(0, behind);
    rule.kinds = static_cast<std::uint8_t>((options.types_wanted ? options.wanted : every_kind) &
                                           ~options.unwanted);
    if (irrelevant || (rule.kinds == 0 && options.parameter.empty())) return Line::Irrelevant;

    rule.at_host = pattern.starts_with("||");
    if (rule.at_host) pattern.remove_prefix(2);
    rule.at_start = !rule.at_host && pattern.starts_with('|');
    if (rule.at_start) pattern.remove_prefix(1);
    rule.at_end = pattern.ends_with('|');
    if (rule.at_end) pattern.remove_suffix(1);
    const bool regular_expression = pattern.size() > 1 && pattern.starts_with('/') &&
                                    pattern.ends_with('/') &&
                                    pattern.find_first_of("\\[](){}+?|") != std::string_view::npos;
    // A blank is no part of a URL: a line of a hosts file, or prose.
    if (regular_expression || pattern.find(' ') != std::string_view::npos) return Line::Unknown;
    if (!options.parameter.empty()) {
        if (rule.exception || !(pattern.empty() || pattern == "*")) return Line::Unknown;
        parameters_.push_back(std::move(options.parameter));
        return Line::Rule;
    }
    while (!rule.at_start && !rule.at_host && pattern.starts_with('*')) pattern.remove_prefix(1);
    while (!rule.at_end && pattern.ends_with('*')) pattern.remove_suffix(1);
    // Without any sign to look for it would block everything.
    if (std::ranges::none_of(pattern, is_ascii_alnum)) return Line::Unknown;
    rule.pattern = ascii_lowered(pattern);
    rules_.push_back(std::move(rule));
    index(rules_.size() - 1);
    return Line::Rule;
}

void AdblockRules::index(std::size_t rule) {
    const std::string_view pattern = rules_[rule].pattern;
    const bool open_start = !rules_[rule].at_start && !rules_[rule].at_host;
    const bool open_end = !rules_[rule].at_end;
    std::string_view best;
    for (std::size_t at = 0; at < pattern.size();) {
        if (!is_word_char(pattern[at])) {
            ++at;
            continue;
        }
        const std::size_t begin = at;
        while (at < pattern.size() && is_word_char(pattern[at])) ++at;
        // Where a `*` or an open end may go on with letters, it is no whole word of the URL.
        const bool whole_start = begin == 0 ? !open_start : pattern[begin - 1] != '*';
        const bool whole_end = at == pattern.size() ? !open_end : pattern[at] != '*';
        if (whole_start && whole_end && at - begin > best.size()) {
            best = pattern.substr(begin, at - begin);
        }
    }
    const auto number = static_cast<std::uint32_t>(rule);
    if (best.size() < shortest_word) {
        without_word_.push_back(number);
    } else {
        by_word_[std::string(best)].push_back(number);
    }
}

bool AdblockRules::matches(const Rule& rule, std::string_view url) const {
    if (rule.at_start) return matches_here(rule.pattern, url, rule.at_end);
    if (rule.at_host) {
        const auto [begin, end] = host_in(url);
        for (std::size_t at = begin; at < end; ++at) {
            const bool label = at == begin || url[at - 1] == '.';
            if (label && matches_here(rule.pattern, url.substr(at), rule.at_end)) return true;
        }
        return false;
    }
    return matches_here("*" + rule.pattern, url, rule.at_end);
}

bool AdblockRules::blocks(std::string_view url, FetchKind kind) const {
    const std::string lower = ascii_lowered(url.substr(0, max_compared_bytes));
    bool blocked = false;
    bool allowed = false;
    const auto look_at = [&](const std::vector<std::uint32_t>& numbers) {
        for (const std::uint32_t number : numbers) {
            const Rule& rule = rules_[number];
            if ((rule.kinds & static_cast<std::uint8_t>(kind)) == 0) continue;
            bool& said = rule.exception ? allowed : blocked;
            if (!said && matches(rule, lower)) said = true;
        }
    };
    look_at(without_word_);
    std::vector<const std::vector<std::uint32_t>*> seen;  // a URL may repeat a word at will
    for (std::size_t at = 0; at < lower.size() && !allowed;) {
        const std::size_t begin = at;
        while (at < lower.size() && is_word_char(lower[at])) ++at;
        if (at - begin >= shortest_word) {
            const auto found = by_word_.find(lower.substr(begin, at - begin));
            if (found == by_word_.end()) continue;
            if (std::ranges::find(seen, &found->second) != seen.end()) continue;
            seen.push_back(&found->second);
            look_at(found->second);
        }
        ++at;
    }
    return blocked && !allowed;
}

}  // namespace candor::rewriter
