#include "rewriter/html/tag_skip.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/html/html_namespaces.h"
#include "rewriter/html/plain_attribute.h"
#include "rewriter/html/tag_name.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t not_plain = 0;

/// Where the tag whose name begins at `name` ends, behind its `>`.
std::size_t end_of_plain_tag(std::string_view html, std::size_t name,
                             std::span<const std::uint64_t> wanted) {
    std::size_t at = find_first<ByteSet<true, '/', '>'>, 16>(html, name);
    const std::uint64_t packed = packed_name_in(html, name, std::min(at - name, packed_name_bytes));
    if (HtmlNamespaces::may_matter(packed)) return not_plain;
    if (std::ranges::find(wanted, packed) != wanted.end()) return not_plain;
    while (at < html.size() && html[at] != '>') {
        if (is_html_blank(html[at]) || html[at] == '/') {
            ++at;
            continue;
        }
        const PlainAttribute attribute = plain_attribute_at(html, at);
        if (!attribute.found()) return not_plain;
        at = attribute.value_end + 1;
    }
    return at < html.size() ? at + 1 : not_plain;
}

}  // namespace

std::size_t skip_tags(std::string_view html, std::size_t at,
                      std::span<const std::uint64_t> wanted) {
    for (at = find_byte<'<'>(html, at); at + 2 < html.size();) {
        const std::size_t name = at + 1 + static_cast<std::size_t>(html[at + 1] == '/');
        if (!is_ascii_letter(html[name])) return at;
        const std::size_t end = end_of_plain_tag(html, name, wanted);
        if (end == not_plain) return at;
        at = end < html.size() && html[end] == '<' ? end : find_byte<'<'>(html, end);
    }
    return at;
}

}  // namespace candor::rewriter
