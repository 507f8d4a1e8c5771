// Reading ISO-2022-JP as mail has it: with the vendor characters of row 13 and rows 89 to 92, and
// half-width katakana, none of which glibc's own converter knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// `label` in lower case.
[[nodiscard]] bool is_iso2022_jp_label(std::string_view label);

/// As WHATWG's decoder reads it, with one U+FFFD for each character that cannot be read. nullopt
/// where `bytes` switch to a set that is not in that decoder (JIS X 0212, Chinese, Korean): those
/// are for iconv. Linear.
[[nodiscard]] std::optional<std::string> iso2022_jp_to_utf8(std::string_view bytes);

}  // namespace candor::rewriter
