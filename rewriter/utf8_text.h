// UTF-8 one character at a time, and the few classes of characters that matter for plain text.
#pragma once

#include <cstddef>
#include <string_view>

namespace candor::rewriter {

/// The character at `at`, which moves behind it. A byte that is no UTF-8 is U+FFFD.
[[nodiscard]] char32_t next_character(std::string_view text, std::size_t& at);

/// Blanks of any kind, the no-break space excepted.
[[nodiscard]] bool is_space(char32_t c);
/// Marks nobody sees: mailers pad preheaders with them. Joiners are among them.
[[nodiscard]] bool is_invisible(char32_t c);
/// Columns on a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji.
[[nodiscard]] std::size_t columns_of(char32_t c);

}  // namespace candor::rewriter
