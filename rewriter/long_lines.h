// Lines that an edit made longer than SMTP allows (998 octets, RFC 5321, section 4.5.3.1.6), and
// where HTML may be broken without a visible change: at a blank between two attributes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"
#include "rewriter/contents.h"

namespace candor::rewriter {

/// Positions of a single blank right before a link's attribute, sorted.
[[nodiscard]] std::vector<std::size_t> blanks_before_links(const PartContent& html);

/// As splice(), with some of the `breakable` blanks turned into line ends where a line that an edit
/// touches would be too long otherwise. nullopt when that is not enough. Linear.
[[nodiscard]] std::optional<std::string> splice_within_lines(
    std::string_view text, std::span<const Replacement> edits,
    std::span<const std::size_t> breakable);

}  // namespace candor::rewriter
