// What stands before the items of a numbered list: 3, c, iii.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace candor::rewriter {

enum class Numbering : std::uint8_t { Decimal, LowerLetters, UpperLetters, LowerRoman, UpperRoman };

/// By the `type` of an `ol`.
[[nodiscard]] Numbering numbering_of(std::string_view type);
/// In digits where letters or Roman numerals have no such number.
[[nodiscard]] std::string item_number(int number, Numbering numbering);
/// At most six digits of it; nullopt where no digit comes first, behind a sign.
[[nodiscard]] std::optional<int> integer_in(std::string_view value);

}  // namespace candor::rewriter
