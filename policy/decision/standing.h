// What keeps a whole controller from tracking, seen without any message: for those who want to know
// before the mail goes out (`candor check`).
#pragma once

#include <vector>

#include "policy/clock.h"
#include "policy/decision/facts.h"
#include "policy/decision/lawful_basis.h"

namespace candor::policy {

/// What of the configuration, the evidence and the pack holds everything of `controller` at
/// `untracked` at that moment, whatever the message, whoever the recipient: the preconditions asked
/// about a message that is good in every respect, in their order.
[[nodiscard]] std::vector<Shortfall> standing_shortfalls(const Controller& controller,
                                                         const Policy& policy, Instant at);

}  // namespace candor::policy
