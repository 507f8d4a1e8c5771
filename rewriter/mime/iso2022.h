// ISO-2022-JP, -KR and -CN: text that switches between ASCII and two-byte characters whose bytes
// look like ASCII, delimiters of HTML included.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// `label` in lower case.
[[nodiscard]] bool is_iso2022_label(std::string_view label);
/// Whether `bytes` switch at all; without that they are plain ASCII.
[[nodiscard]] bool has_iso2022_shifts(std::string_view bytes);

/// `bytes` with every byte that is no ASCII character overwritten by 0x80, for a tokenizer: what it
/// finds has the same offsets in `bytes`. ESC, SO and SI stay, since they end a URL in text.
/// nullopt when readers may differ: an unknown switch, a line or the end reached between two
/// switches, or switches with nothing between them inside a tag. Linear.
[[nodiscard]] std::optional<std::string> iso2022_shadow(std::string_view bytes);

}  // namespace candor::rewriter
