// Elements that are dots because a style sheet says so, by class or id. Reads the sheets when the
// first such question comes: most mails give their images a size of their own.
#pragma once

#include <string_view>
#include <vector>

#include "rewriter/html/html_tokens.h"
#include "rewriter/html/style_rules.h"

namespace candor::rewriter {

class SheetSizes {
  public:
    /// Whether the start tag that `tokens` stands on opens a `style` element.
    bool open(const HtmlTokenizer& tokens);
    /// What stands in the one opened last; must outlive this object.
    void add(std::string_view css);
    /// Whether the start tag that `tokens` stands on has no size of its own and gets that of a dot,
    /// 1 to 3 pixels each way. Nothing at all is no dot: so the copies for telephones wait.
    [[nodiscard]] bool is_dot(const HtmlTokenizer& tokens);

  private:
    std::vector<std::string_view> unread_;
    StyleRules rules_;
    bool counts_ = false;
};

}  // namespace candor::rewriter
