// Edits -> MTA, in the one safe order.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "milter/mta.h"
#include "rewriter/plan.h"

namespace candor::milter {

/// Recipients, then headers, then the body in one run. `raw_recipients` are those to take out, as
/// the client typed them; `body` is the body that `edits` are for. Errors: Unavailable from the
/// MTA; the caller must answer 4xx then, because the message is half-edited.
[[nodiscard]] Result<void> apply_edits(std::span<const std::string> raw_recipients,
                                       const rewriter::Edits& edits, std::string_view body,
                                       Mta& mta);

/// `<@relay:user@host>` -> `<user@host>` (RFC 5321, section 4.1.1.3); nullopt without a route.
[[nodiscard]] std::optional<std::string> without_source_route(std::string_view raw);

}  // namespace candor::milter
