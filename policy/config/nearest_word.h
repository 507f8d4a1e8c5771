// "Did you mean ...": the known word that a mistyped one was probably meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace candor::policy {

/// The entry of `known` closest to `word` (letters missing, added, wrong or swapped; case ignored);
/// empty when none is close enough to be worth suggesting. Borrowed from `known`.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            std::span<const std::string_view> known);

/// "; did you mean `x`?" for the nearest known word, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> known);

}  // namespace candor::policy
