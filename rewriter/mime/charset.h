// Charset labels as mail has them, and conversion of a part's text to and from UTF-8.
// Says which charsets may be edited byte by byte; never relabels a part.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// U+FFFD in UTF-8: stands for what could not be read.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// Whether every ASCII byte in `bytes` stands for itself, so that a tokenizer may look at them.
/// UTF-16/32, UTF-7, HZ and EBCDIC never; ISO-2022-* only where no escape is used; an unknown label
/// counts as ASCII-compatible unless the bytes say otherwise.
[[nodiscard]] bool is_ascii_compatible(std::string_view charset, std::string_view bytes);

/// Of text in ISO-2022-*: a copy of the same length in which a tokenizer may look, see iso2022.h.
[[nodiscard]] std::optional<std::string> markup_shadow(std::string_view charset,
                                                       std::string_view bytes);

/// Whether spans of `bytes` may be replaced: they can be tokenized as they are or by their shadow.
[[nodiscard]] bool is_editable(std::string_view charset, std::string_view bytes);

[[nodiscard]] bool is_ascii(std::string_view bytes);
[[nodiscard]] bool is_utf8(std::string_view bytes);
[[nodiscard]] bool is_utf8_label(std::string_view charset);
/// Whether a label means one of the charsets of East Asia that write a character in two bytes.
[[nodiscard]] bool has_two_byte_characters(std::string_view charset);

/// Whether a label means UTF-8, or the bytes are UTF-8 anyway and nothing better is known.
[[nodiscard]] bool reads_as_utf8(std::string_view charset, std::string_view bytes);

/// Never fails: what cannot be read becomes U+FFFD. Labels mean what the WHATWG Encoding standard
/// says; a missing or unknown one is read as UTF-8 if the bytes are that, else as windows-1252.
[[nodiscard]] std::string to_utf8(std::string_view bytes, std::string_view charset);

/// `text` in that charset; nullopt when it cannot be said in it. No label means US-ASCII.
[[nodiscard]] std::optional<std::string> from_utf8(std::string_view text, std::string_view charset);

/// The nearest ASCII spelling (`é` -> `e`, else `?`).
[[nodiscard]] std::string to_ascii(std::string_view utf8);

/// Non-ASCII characters as numeric character references: HTML that is legal in any charset.
[[nodiscard]] std::string to_ascii_html(std::string_view utf8);

}  // namespace candor::rewriter
