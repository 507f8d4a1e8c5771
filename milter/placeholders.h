// `candor:unsubscribe` and its kind: what an author writes where an opt-out shall stand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "milter/pipeline.h"
#include "policy/tokens/token.h"

namespace candor::milter {

/// The page that a placeholder stands for, in any case; nullopt for any other URL. A word we do not
/// know must not leave either: it can only have meant an opt-out.
[[nodiscard]] std::optional<policy::OptOutPage> placeholder_page(std::string_view trimmed_url);

/// Whether `url` is a placeholder, which is nothing to a reader until it is filled in.
[[nodiscard]] bool is_placeholder(std::string_view url);

/// So many different ones of a message are named in its log line.
inline constexpr std::size_t most_unknown_placeholders = 5;

/// The word of a placeholder that we do not know.
[[nodiscard]] std::optional<std::string> unknown_placeholder(std::string_view trimmed_url);
[[nodiscard]] Note unknown_placeholder_note(std::string_view word);

}  // namespace candor::milter
