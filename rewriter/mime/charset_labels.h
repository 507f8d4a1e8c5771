// The labels of the WHATWG Encoding standard (encoding.spec.whatwg.org, section 4.2), by which mail
// programs read what senders wrote.
#pragma once

#include <string_view>

namespace candor::rewriter {

/// The charset, by its name for iconv, that a text labelled `label` (lower case) is written in;
/// empty when the standard does not know the label, or knows it only as one never to be decoded.
[[nodiscard]] std::string_view charset_meant_by(std::string_view label);

/// Whether that charset, by its name for iconv, writes a character in two bytes.
[[nodiscard]] bool is_two_byte_charset(std::string_view iconv_name);

}  // namespace candor::rewriter
