#include "rewriter/text/text_elements.h"

#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

struct Named {
    std::string_view name;
    Element element;
};

using enum Element;

constexpr auto known = std::to_array<Named>({
    {"a", Link},
    {"address", Block},
    {"area", Area},
    {"article", Block},
    {"aside", Block},
    {"audio", Skipped},
    {"b", Bold},
    {"base", Void},
    {"blockquote", Quote},
    {"body", Body},
    {"br", LineBreak},
    {"button", Block},
    {"canvas", Skipped},
    {"caption", Caption},
    {"center", Block},
    {"col", Void},
    {"colgroup", Structure},
    {"datalist", Skipped},
    {"dd", Definition},
    {"del", Struck},
    {"details", Block},
    {"dir", List},
    {"div", Block},
    {"dl", Group},
    {"dt", Block},
    {"embed", Void},
    {"fieldset", Group},
    {"figcaption", Block},
    {"figure", Group},
    {"footer", Block},
    {"form", Group},
    {"h1", HeadingOne},
    {"h2", HeadingTwo},
    {"h3", Heading},
    {"h4", Heading},
    {"h5", Heading},
    {"h6", Heading},
    {"head", Structure},
    {"header", Block},
    {"hr", Rule},
    {"html", Structure},
    {"img", Image},
    {"input", Void},
    {"legend", Block},
    {"li", Item},
    {"link", Void},
    {"listing", Preformatted},
    {"main", Block},
    {"menu", List},
    {"meta", Void},
    {"nav", Block},
    {"object", Skipped},
    {"ol", OrderedList},
    {"p", Paragraph},
    {"param", Void},
    {"plaintext", Preformatted},
    {"pre", Preformatted},
    {"s", Struck},
    {"section", Block},
    {"select", Skipped},
    {"source", Void},
    {"strike", Struck},
    {"strong", Bold},
    {"sub", Lowered},
    {"summary", Block},
    {"sup", Raised},
    {"svg", Skipped},
    {"table", Table},
    {"tbody", Structure},
    {"td", Cell},
    {"template", Skipped},
    {"tfoot", Structure},
    {"th", HeadingCell},
    {"thead", Structure},
    {"tr", Row},
    {"track", Void},
    {"ul", List},
    {"video", Skipped},
    {"wbr", Void},
    {"xml", Skipped},
    {"xmp", Preformatted},
});
constexpr std::size_t longest_name = 10;

}  // namespace

bool is_cell(Element element) {
    return element == Cell || element == HeadingCell;
}

bool is_block(Element element) {
    switch (element) {
        case Block:
        case Paragraph:
        case Group:
        case Heading:
        case HeadingOne:
        case HeadingTwo:
        case List:
        case OrderedList:
        case Item:
        case Quote:
        case Definition:
        case Preformatted:
        case Table:
        case Row:
        case Cell:
        case HeadingCell:
        case Caption:
        case Rule: return true;
        case Other:
        case Structure:
        case Body:
        case Link:
        case Area:
        case Image:
        case LineBreak:
        case Raised:
        case Lowered:
        case Struck:
        case Bold:
        case Words:
        case Void:
        case Skipped: return false;
    }
    return false;
}

Element element_of(std::string_view name) {
    if (name.empty() || name.size() > longest_name) return Other;
    std::array<char, longest_name> bytes{};
    std::ranges::transform(name, bytes.begin(), ascii_lower);
    const std::string_view lower{bytes.data(), name.size()};
    const auto* const found = std::ranges::lower_bound(known, lower, {}, &Named::name);
    return found != known.end() && found->name == lower ? found->element : Other;
}

}  // namespace candor::rewriter
