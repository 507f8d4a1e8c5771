// DKIM signatures that a message already carries: a change breaks them, so those of our own domains
// go where the operator says so, and others keep the message as it is.
#pragma once

#include <optional>
#include <vector>

#include "milter/work.h"

namespace candor::milter {

/// Takes out those of the controller's own domains, intact or not, where `own_signatures = "drop"`.
[[nodiscard]] std::vector<rewriter::HeaderEdit> dropped_own_signatures(const Work& work);

/// A DKIM signature that a change would break and that nobody may drop.
[[nodiscard]] std::optional<rewriter::Untouchable> kept_signature(const Work& work);

}  // namespace candor::milter
