// What would change a decision: every obstacle that its reasons name is taken away in a copy of the
// facts and of the policy, and decide() is asked again. Nothing is told that was not decided so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/decide.h"
#include "policy/decision/facts.h"

namespace candor::policy {

struct Remedy {
    std::string word;                       ///< the reason that it takes away
    std::string action;                     ///< what the operator can do, or who else must
    Treatment then = Treatment::Untracked;  ///< what decide() answers after it and after `also`
    /// Only where the answer depends on which jurisdiction is put on record: `then` in the loosest,
    /// this in the strictest.
    std::optional<Treatment> in_the_strictest;
    std::vector<std::string> also;  ///< reasons that have to go too before anything rises
};

/// Whether `word` is a reason that somebody can take away: what is missing, or in the way.
[[nodiscard]] bool is_obstacle(std::string_view word);

/// What would lift `decision`, in the order of its reasons; what would lift nothing is left out.
/// `decision` is what decide(facts, policy, now) answered.
[[nodiscard]] std::vector<Remedy> remedies_for(const Facts& facts, const Policy& policy,
                                               const Decision& decision, Instant now);

}  // namespace candor::policy
