// What attributes say of an element that gets a node: a list's numbers, where a link leads, whether
// a table is one.
#include <algorithm>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"
#include "rewriter/text/alternative_text.h"
#include "rewriter/text/tree_maker.h"

namespace candor::rewriter {
namespace {

constexpr int max_span = 100;

}  // namespace

void TreeMaker::on_area() {
    if (hidden_ > 0 || tokens_.attribute("href") == nullptr) return;
    TextNode area;
    area.element = Element::Area;
    area.text = trim_url(attribute("href"));
    area.title = attribute("alt");
    if (!says_something(area.title)) area.title = attribute("title");
    if (!says_something(area.title)) area.title.clear();
    end_run();
    append(std::move(area));
}

/// Of those that hold nothing and say nothing, a check box is the one that people read.
void TreeMaker::on_void() {
    if (hidden_ > 0 || !tokens_.name_is("input")) return;
    if (!equals_ignoring_case(attribute("type"), "checkbox")) return;
    if (element_style(tokens_, rules_).seen.hidden) return;
    put(tokens_.attribute("checked") != nullptr ? "[x] " : "[ ] ", WhiteSpace::Folded);
}

std::uint32_t TreeMaker::append_element(Element element, const TextStyle& style,
                                        const Inherited& own) {
    TextNode made;
    made.element = element;
    made.right_to_left = own.right_to_left;
    made.said_direction = style.right_to_left.has_value();
    made.unmarked = style.no_marker;
    if (element == Element::Quote) made.unmarked = style.borderless;
    if (element == Element::OrderedList) {
        number(made, "start");
        made.numbering = numbering_of(attribute("type"));
        made.reversed = tokens_.attribute("reversed") != nullptr;
    }
    if (element == Element::Item) number(made, "value");
    if (element == Element::Paragraph) made.tight = style.no_margin.value_or(false);
    if (is_cell(element)) {
        made.number = std::clamp(integer_in(attribute("colspan")).value_or(1), 1, max_span);
    }
    if (element == Element::Link) {
        made.text = trim_url(attribute("href"));
        made.title = attribute("title");
        if (!says_something(made.title)) made.title.clear();
        made.button = style.display == Display::Block ||
                      (style.display == Display::InlineBlock && says_ground(style));
    }
    if (element == Element::Table) {
        const std::string role = ascii_lowered(trim_blanks(attribute("role")));
        made.data = role == "table" || role == "grid";
        made.layout = role == "presentation" || role == "none";
    }
    return append(std::move(made));
}

void TreeMaker::number(TextNode& made, std::string_view attribute_name) {
    const auto said = integer_in(attribute(attribute_name));
    made.numbered = said.has_value();
    made.number = said.value_or(1);
}

}  // namespace candor::rewriter
