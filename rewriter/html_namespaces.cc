// A stack of the foreign elements and integration points that are open; empty in nearly every mail.
#include "rewriter/html_namespaces.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "rewriter/ascii.h"

namespace candor::rewriter {
namespace {

// A name longer than any we know cannot be one of them.
constexpr std::size_t longest_name = 16;

struct LowerName {
    std::array<char, longest_name> bytes{};
    std::size_t size = 0;

    explicit LowerName(std::string_view name) {
        if (name.size() > longest_name) return;
        std::ranges::transform(name, bytes.begin(), ascii_lower);
        size = name.size();
    }
    [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

// HTML standard 13.2.6.5: start tags that end foreign content.
constexpr std::array<std::string_view, 44> breakouts{
    "b",      "big",  "blockquote", "body",  "br",   "center", "code",    "dd",   "div",
    "dl",     "dt",   "em",         "embed", "h1",   "h2",     "h3",      "h4",   "h5",
    "h6",     "head", "hr",         "i",     "img",  "li",     "listing", "menu", "meta",
    "nobr",   "ol",   "p",          "pre",   "ruby", "s",      "small",   "span", "strong",
    "strike", "sub",  "sup",        "table", "tt",   "u",      "ul",      "var"};
constexpr std::array<std::string_view, 14> voids{"area",  "base",   "br",    "col",  "embed",
                                                 "hr",    "img",    "input", "link", "meta",
                                                 "param", "source", "track", "wbr"};
constexpr std::array<std::string_view, 9> integration_points{
    "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"};
constexpr std::size_t first_of_math = 3;

std::optional<std::uint8_t> integration_point(std::string_view name, bool math) {
    const auto from = integration_points.begin() + (math ? first_of_math : 0);
    const auto to = math ? integration_points.end() : integration_points.begin() + first_of_math;
    const auto* const found = std::find(from, to, name);
    if (found == to) return std::nullopt;
    return static_cast<std::uint8_t>(found - integration_points.begin());
}

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

}  // namespace

bool HtmlNamespaces::in_foreign() const {
    if (open_.empty()) return false;
    const Kind kind = open_.back().kind;
    return kind == Kind::Svg || kind == Kind::Math || kind == Kind::Annotation;
}

bool HtmlNamespaces::cdata_allowed() const {
    // An integration point is itself a foreign element; what is open inside it is not.
    return !open_.empty() && (in_foreign() || open_.back().elements == 0);
}

void HtmlNamespaces::leave_foreign() {
    while (in_foreign()) open_.pop_back();
}

TextMode HtmlNamespaces::on_start_tag(const StartTag& tag) {
    const LowerName lower{tag.name};
    const std::string_view name = lower.view();
    latest_was_foreign_ = false;
    if (in_foreign()) {
        if (!is_one_of(name, breakouts) && !(name == "font" && tag.breaks_out)) {
            start_in_foreign(name, tag);
            return TextMode::Data;
        }
        leave_foreign();
    }
    if (name == "svg" || name == "math") {
        latest_was_foreign_ = true;
        if (!tag.self_closing) open_.push_back({name == "svg" ? Kind::Svg : Kind::Math, 0, 0});
        return TextMode::Data;
    }
    if (!open_.empty() && !is_one_of(name, voids)) ++open_.back().elements;
    return text_mode_of(name);
}

void HtmlNamespaces::start_in_foreign(std::string_view name, const StartTag& tag) {
    latest_was_foreign_ = true;
    if (tag.self_closing) return;
    const Kind here = open_.back().kind;
    if (here == Kind::Svg) {
        if (name == "svg") open_.push_back({Kind::Svg, 0, 0});
        if (const auto point = integration_point(name, false)) {
            open_.push_back({Kind::HtmlInSvg, 0, *point});
        }
        return;
    }
    if (name == "svg" && here == Kind::Annotation) open_.push_back({Kind::Svg, 0, 0});
    if (name == "math") open_.push_back({Kind::Math, 0, 0});
    if (const auto point = integration_point(name, true)) {
        const bool holds_html = name != "annotation-xml" || tag.html_annotation;
        open_.push_back({holds_html ? Kind::HtmlInMath : Kind::Annotation, 0, *point});
    }
}

void HtmlNamespaces::pop_to(Kind kind) {
    // Elements of HTML stand between the end tag and what it would close: it is ignored.
    auto outer = open_.end();
    while (outer != open_.begin()) {
        --outer;
        if (outer->elements > 0) return;
        if (outer->kind == kind) {
            open_.erase(outer, open_.end());
            return;
        }
    }
}

void HtmlNamespaces::on_end_tag(std::string_view written) {
    if (open_.empty()) return;
    const LowerName lower{written};
    const std::string_view name = lower.view();
    if (in_foreign() && (name == "p" || name == "br")) return leave_foreign();
    Open& inner = open_.back();
    if (inner.elements > 0) {
        --inner.elements;
        return;
    }
    if (name == "svg") return pop_to(Kind::Svg);
    if (name == "math") return pop_to(Kind::Math);
    const bool named = inner.kind != Kind::Svg && inner.kind != Kind::Math;
    if (named && integration_points.at(inner.name) == name) open_.pop_back();
}

}  // namespace candor::rewriter
