// UTF-8 one character at a time, and what Unicode says of characters in plain text: which are seen,
// how wide they are, where a line may break inside a word. The one place that asks libunistring.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace candor::rewriter {

/// The character at `at`, which moves behind it. A byte that is no UTF-8 is U+FFFD.
[[nodiscard]] char32_t next_character(std::string_view text, std::size_t& at);

/// Blanks of any kind, the no-break space excepted.
[[nodiscard]] bool is_space(char32_t c);
/// Marks nobody sees: mailers pad preheaders with them. Joiners are among them.
[[nodiscard]] bool is_invisible(char32_t c);
/// Whether nobody sees anything of `text`.
[[nodiscard]] bool is_blank(std::string_view text);
/// Columns on a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji.
[[nodiscard]] std::size_t columns_of(char32_t c);
/// Of a whole text, in one line.
[[nodiscard]] std::size_t columns_of(std::string_view utf8);

/// Where a line may end inside `word`, which has no blanks: byte offsets, rising. Only scripts that
/// are written without blanks break there (Unicode, UAX 14); a URL or "and/or" never does.
[[nodiscard]] std::vector<std::size_t> breaks_inside(std::string_view word);

}  // namespace candor::rewriter
