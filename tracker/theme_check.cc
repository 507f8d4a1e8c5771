// A reader of well-formed HTML and one of CSS, as strict as they are short.
#include "tracker/theme_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "tracker/forms.h"
#include "tracker/theme.h"

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

template <class List>
bool is_one_of(const List& list, std::string_view word) {
    return std::ranges::any_of(
        list, [word](std::string_view one) { return equal_ignoring_case(one, word); });
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_character(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

constexpr std::size_t max_faults = 100;  // then it is no page at all

/// A text with a place in it that moves on, and the faults found so far.
class Reader {
  public:
    Reader(std::string_view text, std::string_view file) : text_(text), file_(file) {
        if (text.size() > max_theme_bytes) {
            faults_.push_back({file_, 0, fmt::format("has more than {} bytes", max_theme_bytes)});
        }
        const auto control = std::ranges::find_if(text, [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && !is_blank(c)) || c == 0x7F;
        });
        if (control != text.end()) {
            at_ = static_cast<std::size_t>(control - text.begin());
            fault("a control character");
            at_ = 0;
        }
    }
    [[nodiscard]] bool done() const { return at_ >= text_.size() || faults_.size() >= max_faults; }
    [[nodiscard]] std::string_view rest() const {
        return text_.substr(std::min(at_, text_.size()));
    }
    [[nodiscard]] char current() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip(std::size_t count) { at_ += count; }
    void skip_blanks() {
        while (is_blank(current())) ++at_;
    }
    std::string_view take_name() {
        const std::size_t begin = at_;
        while (is_name_character(current())) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    /// Up to `end`, which is skipped as well. Without one: a fault, and the end of the text.
    std::string_view take_until(std::string_view end, std::string_view what) {
        const std::string_view from = rest();
        const std::size_t found = from.find(end);
        if (found == std::string_view::npos) fault(fmt::format("{} without an end", what));
        at_ += found == std::string_view::npos ? from.size() : found + end.size();
        return from.substr(0, found);
    }
    void fault(std::string message) {
        const auto lines = std::ranges::count(text_.substr(0, at_), '\n');
        faults_.push_back({file_, static_cast<int>(lines) + 1, std::move(message)});
    }
    [[nodiscard]] std::vector<ConfigFault> take_faults() { return std::move(faults_); }

  private:
    std::string_view text_;
    std::string file_;
    std::size_t at_ = 0;
    std::vector<ConfigFault> faults_;
};

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

    Reader in_;
    std::vector<std::string> open_;  ///< elements that are not closed yet
    std::vector<std::string> seen_;  ///< placeholders
};

class StyleReader {
  public:
    StyleReader(std::string_view css, std::string_view file) : in_(css, file) {}

    std::vector<ConfigFault> read() {
        while (!in_.done()) {
            const std::string_view rest = in_.rest();
            if (rest.starts_with("</") || rest.starts_with("<!--")) {
                in_.fault("`</` and `<!--` would end the style sheet inside the page");
                in_.skip(2);
            } else if (rest.starts_with("/*")) {
                comment();
            } else if (rest[0] == '"' || rest[0] == '\'') {
                string();
            } else if (rest[0] == '\\') {
                in_.fault("a backslash outside of quotes");
                in_.skip(1);
            } else if (rest[0] == '@') {
                at_rule();
            } else if (is_letter(rest[0])) {
                word();
            } else {
                in_.skip(1);
            }
        }
        return in_.take_faults();
    }

  private:
    /// What is skipped stands in the page as well.
    void check_embedded(std::string_view skipped) {
        if (skipped.find("</") == std::string_view::npos) return;
        in_.fault("`</` and `<!--` would end the style sheet inside the page");
    }
    void comment() {
        in_.skip(2);
        check_embedded(in_.take_until("*/", "a comment"));
    }
    void string() {
        const char quote = in_.current();
        in_.skip(1);
        while (in_.current() != quote) {
            if (in_.done() || in_.current() == '\n')
                return in_.fault("a text in quotes without an end");
            if (in_.rest().starts_with("</")) {
                in_.fault("`</` and `<!--` would end the style sheet inside the page");
            }
            in_.skip(in_.current() == '\\' ? 2 : 1);
        }
        in_.skip(1);
    }
    void at_rule() {
        in_.skip(1);
        const std::string_view name = in_.take_name();
        const std::array<std::string_view, 2> fetching{"import", "namespace"};
        if (is_one_of(fetching, name)) {
            in_.fault(fmt::format("@{} is not allowed: nothing is fetched", name));
        }
    }
    void word() {
        const std::string_view name = in_.take_name();
        if (in_.current() != '(') return;
        in_.skip(1);
        const std::array<std::string_view, 5> fetching{"src", "image", "image-set",
                                                       "-webkit-image-set", "expression"};
        if (is_one_of(fetching, name) || name.ends_with("image-set")) {
            return in_.fault(fmt::format("{}() is not allowed: nothing is fetched", name));
        }
        if (!equal_ignoring_case(name, "url")) return;
        in_.skip_blanks();
        std::string_view target = in_.rest();
        if (target.starts_with("\"") || target.starts_with("'")) target.remove_prefix(1);
        if (!target.starts_with("data:image/") && !target.starts_with("data:font/") &&
            !target.starts_with("#")) {
            in_.fault(
                "url() holds what it shows (data:image/..., data:font/...): nothing is fetched");
        }
        if (target.data() == in_.rest().data()) {
            check_embedded(in_.take_until(")", "url("));
        }
    }

    Reader in_;
};

}  // namespace

std::vector<ConfigFault> faults_of_page(std::string_view html, std::string_view file) {
    return PageReader(html, file).read();
}

std::vector<ConfigFault> faults_of_style(std::string_view css, std::string_view file) {
    return StyleReader(css, file).read();
}

}  // namespace candor::tracker
