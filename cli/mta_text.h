// What files of mail servers have in common: settings on lines, in words that ignore case.
#pragma once

#include <string>
#include <string_view>

namespace candor::cli {

inline constexpr std::string_view blanks = " \t\r\n";

/// One setting and where it stands.
struct MtaSetting {
    std::string value;
    int line = 0;  ///< 0: not in the file, the program's own default
};

/// `text` without the blanks around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);
/// The next line of `text` without its end; takes it away from `text`.
[[nodiscard]] std::string_view take_line(std::string_view& text);

}  // namespace candor::cli
