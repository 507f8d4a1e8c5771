// Makes one message obey the decision its recipients share: plan, rewrite, header edits.
#pragma once

#include "milter/work.h"
#include "rewriter/message.h"

namespace candor::milter {

/// `outcome` has its recipients, the suppressed ones and the shared decision; comes back with the
/// action and the edits. What cannot be treated is settled too.
[[nodiscard]] Outcome obey(const Work& work, const rewriter::Message& message, Outcome outcome);

}  // namespace candor::milter
