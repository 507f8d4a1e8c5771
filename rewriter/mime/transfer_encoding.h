// The transfer encodings of MIME under one roof, with their line limits (RFC 2045, section 6).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "rewriter/mime/base64.h"
#include "rewriter/mime/quoted_printable.h"

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

/// Lenient as mail clients are.
[[nodiscard]] std::string decode(std::string_view encoded, TransferEncoding encoding);
/// The same with marks for a splice, where there are any.
[[nodiscard]] DecodedText decode_marked(std::string_view encoded, TransferEncoding encoding);

/// CRLF line ends, no line over 76 characters (998 octets for 7bit and 8bit).
/// Errors: Malformed (the text cannot be said in this encoding: 8-bit bytes in 7bit, a line over
/// 998 that has no place to break).
[[nodiscard]] Result<std::string> encode(std::string_view text, TransferEncoding encoding);

}  // namespace candor::rewriter
