// A reader of well-formed HTML, as strict as it is short. CSS has style_check.cc.
#include "tracker/theme_check.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "tracker/theme_reader.h"

namespace candor::tracker {
namespace {

using policy::ConfigFault;

constexpr std::array<std::string_view, 44> elements{
    "a",      "abbr",  "address", "article", "aside",   "b",     "body",    "br",    "circle",
    "div",    "em",    "figure",  "footer",  "g",       "h1",    "h2",      "h3",    "head",
    "header", "hr",    "html",    "i",       "img",     "li",    "line",    "main",  "meta",
    "nav",    "ol",    "p",       "path",    "polygon", "rect",  "section", "small", "span",
    "strong", "style", "sub",     "sup",     "svg",     "title", "u",       "ul"};
constexpr std::array<std::string_view, 4> void_elements{"br", "hr", "img", "meta"};
constexpr std::array<std::string_view, 35> attributes{
    "alt",          "charset",   "class",     "content",   "cx",      "cy",    "d",    "dir",
    "fill",         "fill-rule", "focusable", "height",    "href",    "id",    "lang", "name",
    "points",       "r",         "rel",       "role",      "rx",      "ry",    "src",  "stroke",
    "stroke-width", "tabindex",  "title",     "transform", "viewBox", "width", "x",    "x1",
    "x2",           "y",         "xmlns"};
constexpr std::array<std::string_view, 5> placeholders{"language", "direction", "title", "style",
                                                       "content"};

class PageReader {
  public:
    PageReader(std::string_view html, std::string_view file) : in_(html, file) {}

    std::vector<ConfigFault> read() {
        if (!equal_ignoring_case(in_.rest().substr(0, 15), "<!doctype html>")) {
            in_.fault("does not begin with <!DOCTYPE html>");
        } else {
            in_.skip(15);
        }
        while (!in_.done()) {
            const std::string_view rest = in_.rest();
            if (rest.starts_with("<!--")) {
                static_cast<void>(in_.take_until("-->", "a comment"));
            } else if (rest.starts_with("</")) {
                closing_tag();
            } else if (rest.starts_with("<")) {
                opening_tag();
            } else if (rest.starts_with("{{")) {
                placeholder_in_text();
            } else {
                in_.skip(1);
            }
        }
        for (const std::string& element : open_)
            in_.fault(fmt::format("<{}> is never closed", element));
        for (const std::string_view placeholder : placeholders) {
            if (!is_one_of(seen_, placeholder)) {
                in_.fault(fmt::format("the placeholder {{{{{}}}}} is missing", placeholder));
            }
        }
        return in_.take_faults();
    }

  private:
    void closing_tag() {
        in_.skip(2);
        const std::string_view name = in_.take_name();
        if (open_.empty() || !equal_ignoring_case(open_.back(), name)) {
            in_.fault(fmt::format("</{}> closes what is not open here", name));
        } else {
            open_.pop_back();
        }
        in_.skip_blanks();
        if (in_.current() == '>') return in_.skip(1);
        in_.fault(fmt::format("</{}> does not end with >", name));
    }

    void opening_tag() {
        in_.skip(1);
        const std::string_view name = in_.take_name();
        if (name.empty())
            return in_.fault("a `<` that opens no element; in text it is written &lt;");
        if (!is_one_of(elements, name)) {
            in_.fault(fmt::format("<{}> is not allowed in a page", name));
        }
        const bool closed = read_attributes(name);
        if (closed || is_one_of(void_elements, name)) return;
        if (!equal_ignoring_case(name, "style")) {
            open_.emplace_back(name);
            return;
        }
        if (!in_.rest().starts_with("{{style}}</style>")) {
            in_.fault("<style> holds {{style}} and nothing else; all rules go into style.css");
            static_cast<void>(in_.take_until("</style>", "<style>"));
            return;
        }
        once("style");
        in_.skip(std::string_view("{{style}}</style>").size());
    }

    /// True when the tag ended with `/>`.
    bool read_attributes(std::string_view element) {
        for (;;) {
            in_.skip_blanks();
            if (in_.rest().starts_with("/>")) {
                in_.skip(2);
                return true;
            }
            if (in_.current() == '>') {
                in_.skip(1);
                return false;
            }
            const std::string_view name = in_.take_name();
            if (name.empty()) {
                in_.fault(fmt::format("<{}> is not written as HTML", element));
                static_cast<void>(in_.take_until(">", "a tag"));
                return false;
            }
            in_.skip_blanks();
            if (in_.current() != '=') {
                in_.fault(fmt::format("the attribute {} has no value in quotes", name));
                continue;
            }
            in_.skip(1);
            in_.skip_blanks();
            const char quote = in_.current();
            if (quote != '"' && quote != '\'') {
                in_.fault(fmt::format("the attribute {} has no value in quotes", name));
                static_cast<void>(in_.take_until(">", "a tag"));
                return false;
            }
            in_.skip(1);
            check_attribute(element, name,
                            in_.take_until(std::string_view(&quote, 1), "an attribute"));
        }
    }

    void check_attribute(std::string_view element, std::string_view name, std::string_view value) {
        const bool aria = name.size() > 5 && equal_ignoring_case(name.substr(0, 5), "aria-");
        if (!aria && !is_one_of(attributes, name)) {
            return in_.fault(fmt::format("the attribute {} is not allowed in a page", name));
        }
        if (equal_ignoring_case(name, "src") && !value.starts_with("data:image/")) {
            in_.fault("a picture is written into the page (src=\"data:image/...\"), not fetched");
        }
        if (equal_ignoring_case(name, "href") && !is_link(element, value)) {
            in_.fault("href is for <a>, and leads to https:, mailto: or tel:");
        }
        const bool html = equal_ignoring_case(element, "html");
        if (html && equal_ignoring_case(name, "lang") && value == "{{language}}") {
            return once("language");
        }
        if (html && equal_ignoring_case(name, "dir") && value == "{{direction}}") {
            return once("direction");
        }
        if (value.find("{{") != std::string_view::npos) {
            in_.fault(fmt::format("a placeholder in the attribute {} of <{}>", name, element));
        }
    }

    static bool is_link(std::string_view element, std::string_view value) {
        return equal_ignoring_case(element, "a") &&
               (value.starts_with("https://") || value.starts_with("mailto:") ||
                value.starts_with("tel:"));
    }

    void placeholder_in_text() {
        in_.skip(2);
        const std::string_view name = in_.take_name();
        if (!in_.rest().starts_with("}}") || !is_one_of(placeholders, name)) {
            return in_.fault(
                "`{{` begins no placeholder; there are {{language}}, {{direction}}, "
                "{{title}}, {{style}} and {{content}}");
        }
        in_.skip(2);
        const bool in_body = !open_.empty() && is_one_of(open_, "body");
        if (name == "title" && (in_body || is_one_of(open_, "title"))) {
            if (!is_one_of(seen_, name)) seen_.emplace_back(name);
        } else if (name == "content" && in_body) {
            once(name);
        } else {
            in_.fault(fmt::format("{{{{{}}}}} does not belong here", name));
        }
    }

    void once(std::string_view name) {
        if (is_one_of(seen_, name)) in_.fault(fmt::format("{{{{{}}}}} stands here again", name));
        seen_.emplace_back(name);
    }

    ThemeReader in_;
    std::vector<std::string> open_;  ///< elements that are not closed yet
    std::vector<std::string> seen_;  ///< placeholders
};

}  // namespace

std::vector<ConfigFault> faults_of_page(std::string_view html, std::string_view file) {
    return PageReader(html, file).read();
}

}  // namespace candor::tracker
