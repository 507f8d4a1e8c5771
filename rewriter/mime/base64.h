// Base64, both ways (RFC 2045, section 6.8), and the splice that keeps the lines of the original.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

/// Lenient as mail clients are: foreign bytes are skipped, what follows padding starts anew.
[[nodiscard]] std::string decode_base64(std::string_view encoded);

/// Lines of 76 characters, each with CRLF.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// Whether decoding and encoding again loses nothing: no foreign bytes, nothing after the padding.
[[nodiscard]] bool is_clean_base64(std::string_view encoded);

/// Clean base64 with spans of what it decodes to replaced. All before the first replacement stays
/// as it is; what follows is encoded anew in lines as long as the first of the original. What stood
/// behind the last character (a line end, or none) stands there still.
[[nodiscard]] std::string splice_base64(std::string_view encoded,
                                        std::span<const Replacement> replacements);

}  // namespace candor::rewriter
