#include "rewriter/html/sheet_sizes.h"

#include <optional>

namespace candor::rewriter {
namespace {

std::string_view value_of(const HtmlTokenizer& tokens, std::string_view name) {
    const Attribute* const found = tokens.attribute(name);
    return found == nullptr ? std::string_view() : tokens.text(found->value);
}

bool is_of_dot(const std::optional<double>& length) {
    return length && *length > 0 && *length <= 3;
}

}  // namespace

bool SheetSizes::open(const HtmlTokenizer& tokens) {
    if (!tokens.name_is("style")) return false;
    counts_ = is_for_any_screen(value_of(tokens, "media"));
    return true;
}

void SheetSizes::add(std::string_view css) {
    if (counts_) unread_.push_back(css);
}

bool SheetSizes::is_dot(const HtmlTokenizer& tokens) {
    const std::string_view classes = value_of(tokens, "class");
    const std::string_view id = value_of(tokens, "id");
    if ((classes.empty() && id.empty()) || visibility_of(tokens).sized) return false;
    for (const std::string_view css : unread_) rules_.add_sheet(css);
    unread_.clear();
    const Visibility seen = rules_.style_of(tokens.text(tokens.token().name), classes, id).seen;
    return is_of_dot(seen.width_px) && is_of_dot(seen.height_px);
}

}  // namespace candor::rewriter
