// From its name on an attribute reads the same, whatever stands before it. So the names alone are
// looked for, and what each would be given.
#include "rewriter/links/unread_links.h"

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/html/character_references.h"
#include "rewriter/links/links.h"

namespace candor::rewriter {
namespace {

/// What is in front of an attribute: a blank, a slash, the end of the value before it.
bool may_precede(char c) {
    return is_html_blank(c) || c == '/' || c == '"' || c == '\'';
}

/// Whether an attribute of that name ends where `front` does.
bool ends_in_name(std::string_view front, std::string_view name) {
    if (front.size() <= name.size()) return false;
    const std::size_t begin = front.size() - name.size();
    return equals_ignoring_case(front.substr(begin), name) && may_precede(front[begin - 1]);
}

struct Value {
    std::string_view text;
    bool ends = true;  ///< false when the text is over before it is: then it is of no attribute
};

/// The value behind the `=` at `equals`.
Value value_behind(std::string_view html, std::size_t equals) {
    std::size_t begin = equals + 1;
    while (begin < html.size() && is_html_blank(html[begin])) ++begin;
    if (begin == html.size()) return {{}, false};
    const char quote = html[begin];
    const bool quoted = quote == '"' || quote == '\'';
    if (quoted) ++begin;
    const std::size_t end = quote == '"'    ? find_byte<'"'>(html, begin)
                            : quote == '\'' ? find_byte<'\''>(html, begin)
                                            : find_first<ByteSet<true, '>'>>(html, begin);
    return {html.substr(begin, end - begin), end < html.size()};
}

}  // namespace

void find_possible_links(std::string_view html, UnreadLinks& found) {
    // Values in quotes do not overlap; without quotes one may hold the beginnings of many others.
    const std::size_t most_bytes = 4 * html.size();
    std::size_t bytes = 0;
    for (std::size_t at = find_byte<'='>(html, 0); at < html.size();
         at = find_byte<'='>(html, at + 1)) {
        std::string_view front = html.substr(0, at);
        while (!front.empty() && is_html_blank(front.back())) front.remove_suffix(1);
        const bool href = ends_in_name(front, "href");
        // Of these placeholders alone are links.
        const bool other = ends_in_name(front, "action") || ends_in_name(front, "formaction") ||
                           ends_in_name(front, "xlink:href");
        if (!href && !other) continue;
        const auto [value, ends] = value_behind(html, at);
        bytes += value.size();  // of one that does not end, too: it has been read
        if (bytes > most_bytes) {
            found.too_many = true;
            return;
        }
        if (!ends) continue;
        std::string url = decode_character_references(value, ReferencePlace::Attribute);
        if (href || scheme_in(url) == "candor") found.urls.push_back(std::move(url));
    }
}

}  // namespace candor::rewriter
