// Colours as CSS and the attributes of HTML name them. What is not read for certain is no colour:
// who hides text by its colour must be sure of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace candor::rewriter {

/// What `transparent` is as a colour: none of those that one sees.
constexpr std::uint32_t see_through = 0x1000000;
/// Some colour, nobody knows which: as no ground has it, it hides nothing.
constexpr std::uint32_t unread_colour = 0x2000000;

/// 0xRRGGBB of `#rgb`, `#rrggbb`, `rgb(...)` or a name; `see_through`; in lower case.
[[nodiscard]] std::optional<std::uint32_t> colour_of(std::string_view value);
/// The same for `bgcolor` and `color`, where `rrggbb` needs no `#`. What else browsers make of a
/// value there, mail clients do not agree on.
[[nodiscard]] std::optional<std::uint32_t> attribute_colour(std::string_view value);

}  // namespace candor::rewriter
