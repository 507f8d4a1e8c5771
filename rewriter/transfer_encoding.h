// Quoted-printable and base64, both ways, with line limits (RFC 2045, sections 6.7 and 6.8).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "rewriter/splice.h"

namespace candor::rewriter {

enum class TransferEncoding : std::uint8_t {
    SevenBit,
    EightBit,
    Binary,
    QuotedPrintable,
    Base64,
    Unknown
};

[[nodiscard]] TransferEncoding transfer_encoding_from(std::string_view header_value);

/// Lenient as mail clients are: a malformed `=` stays as it is, base64 skips foreign bytes.
[[nodiscard]] std::string decode(std::string_view encoded, TransferEncoding encoding);

/// CRLF line ends, no line over 76 characters (998 octets for 7bit and 8bit).
/// Errors: Malformed (the text cannot be said in this encoding: 8-bit bytes in 7bit, a line over
/// 998 that has no place to break).
[[nodiscard]] Result<std::string> encode(std::string_view text, TransferEncoding encoding);

/// Whether decoding and encoding again loses nothing: no foreign bytes, nothing after the padding.
[[nodiscard]] bool is_clean_base64(std::string_view encoded);

/// Quoted-printable text with spans of what it *decodes to* replaced. Every encoded byte outside
/// the spans stays as it is, but for soft line breaks at their edges. Linear.
[[nodiscard]] std::string splice_quoted_printable(std::string_view encoded,
                                                  std::span<const Replacement> replacements);

}  // namespace candor::rewriter
