// Quoted-printable, both ways (RFC 2045, section 6.7), and the splice that leaves all other encoded
// bytes as they are.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

/// The decoded octets before `decoded` are encoded before `encoded`, right up to it.
struct OffsetMark {
    std::size_t decoded = 0;
    std::size_t encoded = 0;
};
/// What was decoded, and a mark every few hundred octets or more: a splice need not read the text
/// from its beginning.
struct DecodedText {
    std::string bytes;
    std::vector<OffsetMark> marks;
};

/// Lenient as mail clients are: a malformed `=` stays as it is.
[[nodiscard]] DecodedText decode_quoted_printable(std::string_view encoded);

/// CRLF is a line end; a bare CR or LF is written as `=0D`, `=0A`. No line over 76 characters.
[[nodiscard]] std::string encode_quoted_printable(std::string_view text);

/// Quoted-printable text with spans of what it *decodes to* replaced. Every encoded byte outside
/// the spans stays as it is, but for soft line breaks at their edges; no line is newly over 76
/// characters. `marks` are those of its decoding, or none. Linear.
[[nodiscard]] std::string splice_quoted_printable(std::string_view encoded,
                                                  std::span<const Replacement> replacements,
                                                  std::span<const OffsetMark> marks = {});

}  // namespace candor::rewriter
