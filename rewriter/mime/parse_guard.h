// What must not reach GMime: input on which its parser recurses once per octet or takes the square
// of the time. Counts only; what the counted things mean is for others.
#pragma once

#include <optional>
#include <string_view>

#include "rewriter/plan.h"

namespace candor::rewriter {

/// Whether an address list may be parsed: few enough groups (GMime recurses for each `:`) and few
/// enough addresses (it compares each with all before).
[[nodiscard]] bool is_parsable_address_list(std::string_view value);

/// Why GMime must not see the message; nullopt when it may. Linear in the size of `source`, whose
/// header ends at `body_begin`.
[[nodiscard]] std::optional<Untouchable> unparsable(std::string_view source, std::size_t body_begin,
                                                    const Limits& limits);

}  // namespace candor::rewriter
