// Lines end in CRLF here and nowhere else: a structure with bare CR or LF is read differently by
// different programs, and the comparison with GMime's spans finds that out.
#include "rewriter/mime/mime_structure.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view cte_field = "content-transfer-encoding";

enum class Line : std::uint8_t { Text, Delimiter, Close };

Line classify(std::string_view line, std::string_view boundary) {
    if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return Line::Text;
    std::string_view rest = line.substr(2 + boundary.size());
    const bool close = rest.starts_with("--");
    if (close) rest.remove_prefix(2);
    const bool blank = std::ranges::all_of(rest, is_html_blank);
    if (!blank) return Line::Text;
    return close ? Line::Close : Line::Delimiter;
}

}  // namespace

Region split_region(std::string_view source, Span region) {
    const std::string_view text = source.substr(0, region.end);
    if (text.substr(region.begin).starts_with(line_end)) {
        return {{region.begin, region.begin}, {region.begin + 2, region.end}};
    }
    const std::size_t blank = text.find("\r\n\r\n", region.begin);
    if (blank == std::string_view::npos) return {region, {region.end, region.end}};
    return {{region.begin, blank + 2}, {blank + 4, region.end}};
}

BodyParts body_parts(std::string_view source, Span content, std::string_view boundary,
                     std::size_t limit) {
    BodyParts parts;
    const std::string_view text = source.substr(0, content.end);
    std::size_t open = std::string_view::npos;  // where the region being read begins
    std::size_t at = content.begin;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const Line line = classify(text.substr(at, end - at), boundary);
        if (line != Line::Text) {
            parts.bare_line_end |= at > content.begin && !text.substr(0, at).ends_with(line_end);
            parts.bare_line_end |= end < text.size() && text[end - 1] != '\r';
            // The line end before a delimiter belongs to it (RFC 2046, section 5.1.1).
            if (open != std::string_view::npos) {
                parts.regions.push_back({open, std::max(open, at - std::min(at, line_end.size()))});
            }
            parts.delimiters.push_back(at);
            open = std::min(end + 1, text.size());
            if (line == Line::Close || parts.regions.size() > limit) {
                parts.closed = line == Line::Close;
                return parts;
            }
        }
        if (end == text.size()) break;
        // Only lines that begin with a dash can be delimiters: hop to the next one.
        at = find_line_start<ByteSet<false, '-'>>(text, end + 1);
    }
    if (open != std::string_view::npos) parts.regions.push_back({open, content.end});
    return parts;
}

std::vector<FieldSpan> fields_of(std::string_view source, Span header) {
    std::vector<FieldSpan> fields;
    std::size_t at = header.begin;
    while (at < header.end) {
        const std::size_t lf = source.find('\n', at);
        const std::size_t end =
            lf == std::string_view::npos ? header.end : std::min(lf + 1, header.end);
        const std::string_view line = source.substr(at, end - at);
        const std::size_t value_end = end - (line.ends_with(line_end) ? 2
                                             : line.ends_with('\n')   ? 1
                                                                      : 0);
        const bool folded = line.starts_with(' ') || line.starts_with('\t');
        if (folded && !fields.empty()) {
            fields.back().whole.end = end;
            fields.back().value.end = value_end;
        } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
            fields.push_back({ascii_lowered(trim_blanks(line.substr(0, colon))),
                              {at, end},
                              {at + colon + 1, value_end}});
        }
        at = end;
    }
    return fields;
}

Replacement declare_quoted_printable(std::string_view source, Span header) {
    for (const FieldSpan& field : fields_of(source, header)) {
        if (field.name == cte_field) return {field.value, " quoted-printable"};
    }
    return {{header.end, header.end}, "Content-Transfer-Encoding: quoted-printable\r\n"};
}

}  // namespace candor::rewriter
