// Character references of HTML (`&amp;`, `&#38;`), undone once by the rules of the WHATWG standard.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// In an attribute `&copy=1` is no reference: links with a bare `&` would break otherwise.
enum class ReferencePlace : std::uint8_t { Text, Attribute };

/// `raw` as a client reads it: references undone, CR LF and CR turned into LF, in attributes NUL
/// into U+FFFD. What a reference names comes out as UTF-8, all other bytes as they are: bytes in
/// another charset are converted before, not after. Linear.
[[nodiscard]] std::string decode_character_references(std::string_view raw, ReferencePlace place);

/// Appends `code_point` as UTF-8.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace candor::rewriter
