// Where the pieces of a MIME structure lie: header blocks, fields, the parts between boundary
// lines. A second reader beside GMime: where the two disagree, a message is left alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

/// A body part: the fields with their line ends, and what follows the empty line.
struct Region {
    Span header;
    Span content;  ///< begins right at header.end when there is no empty line
    [[nodiscard]] Span whole() const { return {header.begin, content.end}; }
};
[[nodiscard]] Region split_region(std::string_view source, Span region);

/// What lies between the delimiter lines of a multipart, and where these lines begin.
struct BodyParts {
    std::vector<Span> regions;            ///< without the CRLF that belongs to the next delimiter
    std::vector<std::size_t> delimiters;  ///< one more than regions when the last one is there
    bool closed = false;                  ///< `--boundary--` was seen
    bool bare_line_end = false;  ///< a delimiter follows a bare LF: readers cut differently
};
/// Stops after `limit` regions. Linear in the size of `content`.
[[nodiscard]] BodyParts body_parts(std::string_view source, Span content, std::string_view boundary,
                                   std::size_t limit);

struct FieldSpan {
    std::string name;  ///< lower case
    Span whole;        ///< with its folds and its line end
    Span value;        ///< after the colon, without the line end
};
[[nodiscard]] std::vector<FieldSpan> fields_of(std::string_view source, Span header);

/// The replacement that makes a part's header say quoted-printable.
[[nodiscard]] Replacement declare_quoted_printable(std::string_view source, Span header);

}  // namespace candor::rewriter
