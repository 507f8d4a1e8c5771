// Links that stay as written, counted by the reason, and the reasons in words.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace candor::milter {

/// The words are those of rewriter::NeverRules and treatment, asked, text_links, foreign_tracker,
/// personal, destination, key.
using LeftLinks = std::map<std::string_view, std::size_t>;

[[nodiscard]] std::size_t total(const LeftLinks& left);

/// "2 lead to an opt-out or to preferences", a line for each reason, most links first.
[[nodiscard]] std::string in_words(const LeftLinks& left);

}  // namespace candor::milter
