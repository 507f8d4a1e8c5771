// Quoted-printable, both ways (RFC 2045, section 6.7), and the splice that leaves all other encoded
// bytes as they are.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

/// Lenient as mail clients are: a malformed `=` stays as it is.
[[nodiscard]] std::string decode_quoted_printable(std::string_view encoded);

/// CRLF is a line end; a bare CR or LF is written as `=0D`, `=0A`. No line over 76 characters.
[[nodiscard]] std::string encode_quoted_printable(std::string_view text);

/// Quoted-printable text with spans of what it *decodes to* replaced. Every encoded byte outside
/// the spans stays as it is, but for soft line breaks at their edges; no line is newly over 76
/// characters. Linear.
[[nodiscard]] std::string splice_quoted_printable(std::string_view encoded,
                                                  std::span<const Replacement> replacements);

}  // namespace candor::rewriter
