// One pass over the lines to see what kind of message it is and how many delimiters it may have, a
// second over the address fields: those of the message, and of messages within it.
#include "rewriter/mime/parse_guard.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/mime/field_lines.h"

namespace candor::rewriter {
namespace {

// 200 groups fit into 64 KB of stack; a real field has one or none. A quoted `:` counts too: what
// a quote is in a broken field, programs do not agree on.
constexpr std::ptrdiff_t max_colons = 200;
constexpr std::ptrdiff_t max_addresses = 5000;
/// Lines that look like delimiters, by the limit on parts. Rulers, comments and patches begin with
/// dashes as well, so there may be many more of what is probably one of these.
constexpr std::size_t likely_delimiters_per_part = 4;
constexpr std::size_t dashed_lines_per_part = 40;

struct Shape {
    bool has_multipart = false;
    bool has_messages = false;  ///< message/rfc822 and the like: their headers are parsed too
    std::size_t dashed_lines = 0;
    std::size_t likely_delimiters = 0;
};

void note_dashes(std::string_view line, Shape& shape) {
    ++shape.dashed_lines;
    const std::size_t first = line.find_first_not_of('-');
    if (first == std::string_view::npos || is_html_blank(line[first]) || line[first] == '>') return;
    ++shape.likely_delimiters;
}

Shape shape_of(std::string_view source) {
    Shape shape;
    // Of all lines only those are looked at that begin like a delimiter or like the field.
    using Beginning = ByteSet<false, '-', 'c', 'C'>;
    for (std::size_t at = 0; at < source.size(); at = find_line_start<Beginning>(source, at + 1)) {
        const std::string_view rest = source.substr(at);
        if (rest.starts_with("--")) note_dashes(rest.substr(0, rest.find('\n')), shape);
        FieldLines field(starts_with_ignoring_case(rest, "content-type") ? rest : "");
        if (field.next()) {
            const ContentTypeWords words = content_type_words(field.line());
            shape.has_multipart |= words.multipart;
            shape.has_messages |= words.message;
        }
    }
    return shape;
}

bool has_unparsable_addresses(std::string_view text) {
    static constexpr std::array<std::string_view, 12> fields{
        "from",      "to",        "cc",          "bcc",
        "sender",    "reply-to",  "resent-from", "resent-sender",
        "resent-to", "resent-cc", "resent-bcc",  "resent-reply-to"};
    std::array<std::ptrdiff_t, fields.size()> commas{};
    for (FieldLines lines(text); lines.next();) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const auto value = lines.value_of(fields.at(i));
            if (!value) continue;
            // Fields of one name are one list to GMime.
            commas.at(i) += std::ranges::count(*value, ',');
            if (!is_parsable_address_list(*value) || commas.at(i) > max_addresses) return true;
        }
    }
    return false;
}

}  // namespace

bool is_parsable_address_list(std::string_view value) {
    return std::ranges::count(value, ':') <= max_colons &&
           std::ranges::count(value, ',') <= max_addresses;
}

std::optional<Untouchable> unparsable(std::string_view source, std::size_t body_begin,
                                      const Limits& limits) {
    const Shape shape = shape_of(source);
    const auto parts = static_cast<std::size_t>(std::max(limits.max_parts, 1));
    if (shape.has_multipart && (shape.likely_delimiters > parts * likely_delimiters_per_part ||
                                shape.dashed_lines > parts * dashed_lines_per_part)) {
        return Untouchable{"over_limit", "The message has more parts than the limit."};
    }
    if (has_unparsable_addresses(source.substr(0, shape.has_messages ? source.size() : body_begin)))
        return Untouchable{"malformed_mime", "An address field cannot be read."};
    return std::nullopt;
}

}  // namespace candor::rewriter
