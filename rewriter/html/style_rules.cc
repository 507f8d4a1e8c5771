#include "rewriter/html/style_rules.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

// Real sheets stay far below; hostile ones must not make every element look at every rule.
constexpr std::size_t max_rules = 4000;
constexpr std::size_t max_rules_of_a_key = 32;
constexpr std::size_t max_classes = 16;
constexpr std::size_t id_weight = 1U << 28U;
constexpr std::size_t class_weight = 1U << 20U;
constexpr std::size_t name_weight = 1U << 16U;
constexpr std::size_t perhaps_weight = std::size_t{1} << 40U;  // nothing in a sheet is surer

bool is_name(char c) {
    return is_ascii_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Lower case, without comments and without the marks that hid style sheets from old browsers.
std::string cleaned(std::string_view css) {
    std::string out;
    out.reserve(css.size());
    for (std::size_t at = 0; at < css.size();) {
        if (css.substr(at).starts_with("/*")) {
            const std::size_t end = css.find("*/", at + 2);
            at = end == css.npos ? css.size() : end + 2;
        } else if (css.substr(at, 4) == "<!--") {
            at += 4;
        } else {
            out.push_back(ascii_lower(css[at++]));
        }
    }
    return out;
}

/// Behind the `}` that closes the block whose `{` is at `open`.
std::size_t block_end(std::string_view css, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < css.size(); ++at) {
        if (css[at] == '{') ++depth;
        if (css[at] == '}' && --depth == 0) return at + 1;
    }
    return css.size();
}

/// Of a selector's parts the one that names the element itself, without what narrows it down.
std::string_view last_part(std::string_view selector) {
    int depth = 0;
    std::size_t begin = selector.size();
    for (; begin > 0; --begin) {
        const char c = selector[begin - 1];
        if (c == ')' || c == ']') ++depth;
        if (c == '(' || c == '[') --depth;
        const bool between = is_html_blank(c) || c == '>' || c == '+' || c == '~';
        if (depth == 0 && between) break;
    }
    selector.remove_prefix(begin);
    if (selector.starts_with('*')) selector.remove_prefix(1);
    return selector.substr(0, std::min(selector.find_first_of(":["), selector.size()));
}

/// Under the pointer, or set before and behind an element: not how it stands there.
bool is_for_another_state(std::string_view selector) {
    constexpr std::array<std::string_view, 6> states{":hover",  ":active", ":focus",
                                                     ":before", ":after",  "::"};
    return std::ranges::any_of(
        states, [&](std::string_view state) { return selector.find(state) != selector.npos; });
}

TextStyle possible_colours(const TextStyle& style) {
    TextStyle possible;
    if (style.colour) possible.colour = unread_colour;
    possible.background_image =
        style.background_image || style.background.value_or(see_through) != see_through;
    possible.said = style.colour || possible.background_image;
    return possible;
}

}  // namespace

bool is_for_wide_screens(std::string_view condition) {
    constexpr std::array<std::string_view, 6> others{"max-width", "max-device", "print",
                                                     "prefers-",  "not ",       "orientation"};
    const auto says = [&](std::string_view word) { return condition.find(word) != condition.npos; };
    return says("min-width") && std::ranges::none_of(others, says);
}

bool is_for_any_screen(std::string_view media) {
    const std::string lower = ascii_lowered(trim_blanks(media));
    return lower.empty() || lower == "all" || lower == "screen" || lower == "only screen" ||
           is_for_wide_screens(lower);
}

void StyleRules::add_sheet(std::string_view css) {
    const std::string text = cleaned(css);
    const std::string_view sheet{text};
    std::size_t at = 0;
    while (at < sheet.size()) {
        const std::size_t end = sheet.find_first_of("{};", at);
        if (end == sheet.npos) return;
        const std::string_view prelude = trim_blanks(sheet.substr(at, end - at));
        at = end + 1;
        if (sheet[end] != '{') continue;  // the end of a block we went into, or an @import
        if (prelude.starts_with('@')) {
            constexpr std::string_view media = "@media";
            const bool inside =
                prelude.starts_with(media) &&
                (is_for_wide_screens(prelude) || is_for_any_screen(prelude.substr(media.size())));
            if (!inside) at = block_end(sheet, end);
            continue;
        }
        const std::size_t close = std::min(sheet.find('}', at), sheet.size());
        TextStyle style;
        read_text_style(sheet.substr(at, close - at), style);
        at = std::min(close + 1, sheet.size());
        if (style.said) add_rules(prelude, style);
    }
}

void StyleRules::add_rules(std::string_view selectors, const TextStyle& style) {
    while (!selectors.empty()) {
        const std::size_t comma = std::min(selectors.find(','), selectors.size());
        add_rule(trim_blanks(selectors.substr(0, comma)), style);
        selectors.remove_prefix(std::min(comma + 1, selectors.size()));
    }
}

void StyleRules::add_rule(std::string_view selector, const TextStyle& style) {
    if (selector.empty()) return;
    if (auto rule = rule_for(selector)) {
        const std::size_t weight = (rule->id.empty() ? 0 : id_weight) +
                                   rule->classes.size() * class_weight +
                                   (rule->name.empty() ? 0 : name_weight);
        rule->style = style;
        if (keep(std::move(*rule), weight)) return;
    }
    add_perhaps(selector, style);
}

/// Nobody can tell whom the rule meets, only whom it does not: its colours are possible ones.
void StyleRules::add_perhaps(std::string_view selector, const TextStyle& style) {
    const TextStyle colours = possible_colours(style);
    if (!colours.said || is_for_another_state(selector)) return;
    if (auto rule = rule_for(last_part(selector))) {
        rule->style = colours;
        if (keep(std::move(*rule), perhaps_weight)) return;
    }
    ++count_;
    put_over(colours, anywhere_);
}

/// For names, classes and an id of one element; nullopt where anything else is asked for.
std::optional<StyleRules::Rule> StyleRules::rule_for(std::string_view selector) {
    Rule rule;
    char kind = 0;
    while (true) {
        const auto* const stop = std::ranges::find_if_not(selector, is_name);
        const std::string_view word{selector.begin(), stop};
        // Only the name of the element may be missing.
        if (word.empty() && (kind != 0 || selector.empty())) return std::nullopt;
        if (kind == '.') rule.classes.emplace_back(word);
        if (kind == '#') rule.id = word;
        if (kind == 0) rule.name = word;
        selector.remove_prefix(word.size());
        if (selector.empty()) return rule;
        kind = selector.front();
        if (kind != '.' && kind != '#') return std::nullopt;
        selector.remove_prefix(1);
    }
}

/// False where there are too many.
bool StyleRules::keep(Rule rule, std::size_t weight) {
    if (count_ >= max_rules) return false;
    const std::string key = !rule.id.empty()        ? '#' + rule.id
                            : !rule.classes.empty() ? '.' + rule.classes.front()
                                                    : rule.name;
    std::vector<Rule>& rules = rules_[key];
    if (rules.size() >= max_rules_of_a_key) return false;
    rule.weight = weight + count_++;
    rules.push_back(std::move(rule));
    return true;
}

void StyleRules::collect(const std::string& key, std::string_view name,
                         const std::vector<std::string>& classes, std::string_view id,
                         std::vector<const Rule*>& found) const {
    const auto rules = rules_.find(key);
    if (rules == rules_.end()) return;
    for (const Rule& rule : rules->second) {
        const bool fits = (rule.name.empty() || equals_ignoring_case(rule.name, name)) &&
                          (rule.id.empty() || rule.id == id) &&
                          std::ranges::all_of(rule.classes, [&](const std::string& wanted) {
                              return std::ranges::find(classes, wanted) != classes.end();
                          });
        if (fits) found.push_back(&rule);
    }
}

TextStyle StyleRules::style_of(std::string_view name, std::string_view classes,
                               std::string_view id) const {
    TextStyle style;
    if (count_ == 0) return style;
    std::vector<std::string> words;
    const std::string lower = ascii_lowered(classes);
    std::string_view rest = trim_blanks(lower);
    while (!rest.empty() && words.size() < max_classes) {
        const std::size_t end = std::min(rest.find_first_of(" \t\r\n\f"), rest.size());
        words.emplace_back(rest.substr(0, end));
        rest = trim_blanks(rest.substr(end));
    }
    const std::string lower_id = ascii_lowered(trim_blanks(id));
    std::vector<const Rule*> found;
    collect(ascii_lowered(name), name, words, lower_id, found);
    for (const std::string& word : words) collect('.' + word, name, words, lower_id, found);
    if (!lower_id.empty()) collect('#' + lower_id, name, words, lower_id, found);
    std::ranges::sort(found, {}, &Rule::weight);
    for (const Rule* rule : found) put_over(rule->style, style);
    put_over(anywhere_, style);
    return style;
}

}  // namespace candor::rewriter
