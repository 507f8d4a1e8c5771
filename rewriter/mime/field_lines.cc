// Words are looked for, not read: what a broken field means programs do not agree on.
#include "rewriter/mime/field_lines.h"

#include <algorithm>

#include "rewriter/bytes/scan.h"

namespace candor::rewriter {
namespace {

bool contains_ignoring_case(std::string_view text, std::string_view word) {
    // Not std::ranges::search: clang 14 does not compile its answer with libstdc++ 12.
    return std::search(text.begin(), text.end(), word.begin(), word.end(),
                       [](char a, char b) { return ascii_lower(a) == b; }) != text.end();
}

}  // namespace

ContentTypeWords content_type_words(std::string_view line) {
    return {.multipart = contains_ignoring_case(line, "multipart"),
            .message =
                contains_ignoring_case(line, "message") || contains_ignoring_case(line, "digest")};
}

bool holds_messages(std::string_view text) {
    for (std::size_t at = 0; at < text.size();
         at = find_line_start<ByteSet<false, 'c', 'C'>>(text, at + 1)) {
        const std::string_view rest = text.substr(at);
        if (!starts_with_ignoring_case(rest, "content-type")) continue;
        FieldLines field(rest);
        if (field.next() && content_type_words(field.line()).message) return true;
    }
    return false;
}

}  // namespace candor::rewriter
