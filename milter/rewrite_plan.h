// The rewriter's orders for one decision: what goes, what every link becomes, what is added.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "milter/link_plan.h"
#include "milter/work.h"

namespace candor::milter {

/// Who is left to get the message.
struct Audience {
    std::vector<std::string> addresses;
    std::optional<policy::RecipientId>
        only;  ///< when it is one person: personal tokens may be made
};
[[nodiscard]] Audience audience_of(const Work& work, const Outcome& outcome);

/// Another system's pixel is personal tracking: it needs what a personal one of ours would need.
[[nodiscard]] bool takes_out_opens(const policy::Decision& decision);

/// What `decision` takes out of a message. `work` and `links` must outlive the plan.
[[nodiscard]] rewriter::RewritePlan removal_plan(const Work& work, const policy::Decision& decision,
                                                 LinkPlan& links);
/// The same, and what it adds.
[[nodiscard]] rewriter::RewritePlan plan_for(const Work& work, const policy::Decision& decision,
                                             const Audience& audience, LinkPlan& links);

}  // namespace candor::milter
