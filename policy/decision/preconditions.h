// The checks for anything above `untracked`, one function each (design section 4, step 5).
// Each returns nothing when it holds, else the treatment it lowers to and why.
#pragma once

#include <optional>
#include <span>

#include "policy/clock.h"
#include "policy/decision/decide.h"
#include "policy/decision/facts.h"
#include "policy/decision/lawful_basis.h"

namespace candor::policy {

/// What a precondition may look at.
struct PreconditionInput {
    const Facts& facts;
    const Policy& policy;
    const EffectivePolicy& effective;  ///< of the policy, what is in force now
    const Row& row;
    const Consent* consent;  ///< that the treatment rests on; null for none
    Basis basis;
    Instant now;
    RetentionClass retention;  ///< how long a personal link would be remembered; 0 = not at all
    /// What is asked for: `individual`, or `aggregate` where something already lowered it to that.
    Treatment wanted = Treatment::Individual;
};

using Precondition = std::optional<Shortfall> (*)(const PreconditionInput&);

/// In the order in which they are checked and named.
[[nodiscard]] std::span<const Precondition> preconditions();

}  // namespace candor::policy
