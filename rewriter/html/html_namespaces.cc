// A stack of what is open in SVG and MathML; empty in nearly every mail. It is exact as long as
// these elements are well nested: of what a browser does when they are not, only that is known.
#include "rewriter/html/html_namespaces.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

// A name longer than any we know cannot be one of them.
constexpr std::size_t longest_name = 16;
// Browsers stop nesting there too.
constexpr std::size_t max_depth = 512;

struct LowerName {
    std::array<char, longest_name> bytes{};
    std::size_t size = 0;

    explicit LowerName(std::string_view name) {
        if (name.size() > longest_name) return;
        for (const char c : name) bytes.at(size++) = ascii_lower(c);
    }
    [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

// HTML standard 13.2.6.5: start tags that end foreign content.
constexpr PackedNames<44> breakouts{
    {"b",      "big",  "blockquote", "body",  "br",   "center", "code",    "dd",   "div",
     "dl",     "dt",   "em",         "embed", "h1",   "h2",     "h3",      "h4",   "h5",
     "h6",     "head", "hr",         "i",     "img",  "li",     "listing", "menu", "meta",
     "nobr",   "ol",   "p",          "pre",   "ruby", "s",      "small",   "span", "strong",
     "strike", "sub",  "sup",        "table", "tt",   "u",      "ul",      "var"}};
constexpr std::array<std::string_view, 16> voids{
    "area",  "base",   "br",   "col",  "embed", "hr",     "image", "img",
    "input", "keygen", "link", "meta", "param", "source", "track", "wbr"};
// Start tags that close or change elements outside the point they stand in, or are ignored there.
constexpr std::array<std::string_view, 13> reaching_out{
    "html",     "head",  "body", "frame", "frameset", "caption", "col",
    "colgroup", "tbody", "td",   "tfoot", "thead",    "th"};
constexpr std::array<std::string_view, 3> svg_points{"foreignobject", "desc", "title"};
constexpr std::array<std::string_view, 5> math_points{"mi", "mo", "mn", "ms", "mtext"};

TextMode text_mode_of(std::string_view name) {
    if (name == "title" || name == "textarea") return TextMode::RcData;
    if (name == "style" || name == "xmp" || name == "iframe" || name == "noembed" ||
        name == "noframes") {
        return TextMode::RawText;
    }
    if (name == "script") return TextMode::Script;
    if (name == "plaintext") return TextMode::PlainText;
    return TextMode::Data;  // noscript too: mail clients run no scripts
}

/// Whether such a start tag is allowed inside a table of a point: there it reaches out to that.
bool belongs_in(std::string_view name, std::string_view parent) {
    const auto parent_is = [&](std::string_view one) { return equals_ignoring_case(parent, one); };
    if (name == "td" || name == "th") return parent_is("tr");
    if (name == "tr") {
        return parent_is("table") || parent_is("tbody") || parent_is("thead") || parent_is("tfoot");
    }
    if (name == "tbody" || name == "thead" || name == "tfoot" || name == "colgroup") {
        return parent_is("table");
    }
    return false;
}

}  // namespace

bool HtmlNamespaces::in_foreign() const {
    if (open_.empty()) return false;
    const Inside inside = open_.back().inside;
    return inside == Inside::Svg || inside == Inside::Math || inside == Inside::Annotation;
}

bool HtmlNamespaces::cdata_allowed() const {
    // A point is itself a foreign element; what is open inside it is not.
    return !open_.empty() && open_.back().inside != Inside::Html;
}

void HtmlNamespaces::leave_foreign() {
    while (in_foreign()) open_.pop_back();
}

void HtmlNamespaces::give_up() {
    ambiguous_ = true;
    open_.clear();  // as good a guess as any, and the quickest
}

void HtmlNamespaces::push(const StartTag& tag, Inside inside) {
    if (open_.size() < max_depth) {
        open_.push_back({tag.name, inside});
    } else {
        give_up();
    }
}

TextMode HtmlNamespaces::on_start_tag(const StartTag& tag) {
    const LowerName lower{tag.name};
    const std::string_view name = lower.view();
    latest_was_foreign_ = false;
    if (in_foreign()) {
        const bool breaks_out = breakouts.contains(packed_name(name)) &&
                                (name.size() <= packed_name_bytes || name == "blockquote");
        if (!breaks_out && !(name == "font" && tag.breaks_out)) {
            start_in_foreign(name, tag);
            return TextMode::Data;
        }
        leave_foreign();
    }
    const TextMode mode = text_mode_of(name);
    const bool foreign = name == "svg" || name == "math";
    if (foreign || mode != TextMode::Data) {
        const bool same_in_select = name == "script" || name == "textarea";
        if (in_select_ && !same_in_select) ambiguous_ = true;
        if (after_frameset_ && name != "noframes") ambiguous_ = true;
    }
    if (name == "select") in_select_ = true;
    if (name == "frameset") after_frameset_ = true;
    if (foreign) {
        latest_was_foreign_ = true;
        if (!tag.self_closing) push(tag, name == "svg" ? Inside::Svg : Inside::Math);
        return TextMode::Data;
    }
    if (!open_.empty()) start_in_point(name, tag);
    return mode;
}

void HtmlNamespaces::start_in_point(std::string_view name, const StartTag& tag) {
    const bool reaches_out = name == "tr" || is_one_of(name, reaching_out);
    if (reaches_out && !belongs_in(name, open_.back().name)) ambiguous_ = true;
    if (name == "mglyph" || name == "malignmark")
        ambiguous_ = true;  // not HTML in `mi` and the like
    if (!is_one_of(name, voids)) push(tag, Inside::Html);
}

void HtmlNamespaces::start_in_foreign(std::string_view name, const StartTag& tag) {
    latest_was_foreign_ = true;
    if (tag.self_closing) return;
    const Inside here = open_.back().inside;
    if (here == Inside::Svg) {
        return push(tag, is_one_of(name, svg_points) ? Inside::SvgPoint : Inside::Svg);
    }
    if (name == "svg" && here == Inside::Annotation) return push(tag, Inside::Svg);
    if (name == "annotation-xml") {
        return push(tag, tag.html_annotation ? Inside::MathPoint : Inside::Annotation);
    }
    push(tag, is_one_of(name, math_points) ? Inside::MathPoint : Inside::Math);
}

void HtmlNamespaces::on_end_tag(std::string_view name) {
    if (equals_ignoring_case(name, "select")) in_select_ = false;
    if (open_.empty()) return;
    const bool paragraph = equals_ignoring_case(name, "p");
    const bool line_break = equals_ignoring_case(name, "br");  // reads as `<br>`
    if (paragraph || line_break) leave_foreign();
    if (open_.empty() || line_break) return;
    const auto named = [&](const Element& element) {
        return equals_ignoring_case(element.name, name);
    };
    // Foreign elements left open end with the one around them; HTML elements may not.
    const bool foreign = in_foreign();
    auto open = open_.end() - 1;
    while (foreign && !named(*open) && open != open_.begin() &&
           (open - 1)->inside != Inside::Html && (open - 1)->inside != Inside::SvgPoint &&
           (open - 1)->inside != Inside::MathPoint) {
        --open;
    }
    if (named(*open)) {
        open_.erase(open, open_.end());
    } else {
        give_up();
    }
}

}  // namespace candor::rewriter
