#include "rewriter/text_elements.h"

#include <algorithm>
#include <array>

#include "rewriter/ascii.h"

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
    {"base", Void},
    {"blockquote", Quote},
    {"body", Structure},
    {"br", LineBreak},
    {"canvas", Skipped},
    {"caption", Paragraph},
    {"center", Block},
    {"col", Void},
    {"colgroup", Structure},
    {"datalist", Skipped},
    {"dd", Block},
    {"details", Block},
    {"dir", List},
    {"div", Block},
    {"dl", Paragraph},
    {"dt", Block},
    {"embed", Void},
    {"fieldset", Paragraph},
    {"figcaption", Block},
    {"figure", Paragraph},
    {"footer", Block},
    {"form", Paragraph},
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
    {"section", Block},
    {"select", Skipped},
    {"source", Void},
    {"summary", Block},
    {"svg", Skipped},
    {"table", Table},
    {"tbody", Structure},
    {"td", Cell},
    {"template", Skipped},
    {"tfoot", Structure},
    {"th", Cell},
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

Element element_of(std::string_view name) {
    if (name.empty() || name.size() > longest_name) return Other;
    std::array<char, longest_name> bytes{};
    std::ranges::transform(name, bytes.begin(), ascii_lower);
    const std::string_view lower{bytes.data(), name.size()};
    const auto* const found = std::ranges::lower_bound(known, lower, {}, &Named::name);
    return found != known.end() && found->name == lower ? found->element : Other;
}

}  // namespace candor::rewriter
