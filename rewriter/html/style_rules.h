// The rules of `style` elements as a wide screen applies them, for selectors that name one element:
// `td`, `.preheader`, `#top`, `td.hide.me`. Blocks for narrow screens are passed over: what only
// they show is the second copy of something, for telephones. Of a selector that asks for more, for
// ancestors or states, only its last part is looked at: what that names may have another colour.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rewriter/html/text_style.h"

namespace candor::rewriter {

class StyleRules {
  public:
    /// The text of a `style` element. Linear; what is too much for limits is passed over.
    void add_sheet(std::string_view css);
    /// What the rules say of an element; names in any case, `classes` as its attribute has them.
    [[nodiscard]] TextStyle style_of(std::string_view name, std::string_view classes,
                                     std::string_view id) const;
    [[nodiscard]] bool empty() const { return count_ == 0; }

  private:
    struct Rule {
        std::string name;                  ///< empty: any
        std::vector<std::string> classes;  ///< all of them
        std::string id;
        TextStyle style;
        std::size_t weight = 0;  ///< specificity, then order
    };

    void add_rules(std::string_view selectors, const TextStyle& style);
    void add_rule(std::string_view selector, const TextStyle& style);
    void add_perhaps(std::string_view selector, const TextStyle& style);
    [[nodiscard]] static std::optional<Rule> rule_for(std::string_view selector);
    bool keep(Rule rule, std::size_t weight);
    void collect(const std::string& key, std::string_view name,
                 const std::vector<std::string>& classes, std::string_view id,
                 std::vector<const Rule*>& found) const;

    std::unordered_map<std::string, std::vector<Rule>> rules_;  ///< by id, else class, else name
    TextStyle anywhere_;  ///< what rules may say of any element
    std::size_t count_ = 0;
};

/// Whether a wide screen is meant by the condition of an `@media` block, in lower case.
[[nodiscard]] bool is_for_wide_screens(std::string_view condition);
/// Whether a `style` element with this `media` counts on a wide screen; in any case.
[[nodiscard]] bool is_for_any_screen(std::string_view media);

}  // namespace candor::rewriter
