// candor check, the part about what is no fault but will not do what its author hopes:
// configuration, evidence and packs that keep mail from being tracked.
#pragma once

#include <string>
#include <vector>

#include "milter/context.h"
#include "policy/clock.h"

namespace candor::cli {

/// One line each, with file and, where there is one, line; and what comes of it. `rules` have no
/// fault: of faulty ones nobody knows what they left out.
[[nodiscard]] std::vector<std::string> warnings_of(const milter::Rules& rules, policy::Instant now);

}  // namespace candor::cli
