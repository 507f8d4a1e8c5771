// Text for a terminal or a file: columns, words filled to a width, dates.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/clock.h"

namespace candor::policy {

/// Columns on a terminal, near enough: one per code point.
[[nodiscard]] std::size_t width_of(std::string_view text);
/// `text` with blanks behind it up to `width` columns.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
/// `text` filled to the width of the page (78), its lines after the first indented by `indent`.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent);
/// A line of a page: `text` behind its label, filled to the width of the page.
[[nodiscard]] std::string labelled(std::string_view label, std::string_view text);

/// "2026-11-23", UTC.
[[nodiscard]] std::string date_of(Instant instant);
/// "2026-11-23T12:00:00Z".
[[nodiscard]] std::string moment_of(Instant instant);

}  // namespace candor::policy
