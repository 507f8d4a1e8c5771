// Makes one message obey the decision its recipients share: plan, rewrite, header edits. What
// cannot be treated is settled here too.
#pragma once

#include "milter/work.h"
#include "rewriter/message.h"

namespace candor::milter {

/// `outcome` has its recipients, the suppressed ones and the shared decision; comes back with the
/// action and the edits.
[[nodiscard]] Outcome obey(const Work& work, const rewriter::Message& message, Outcome outcome);

/// The message cannot be changed. `must_remove`: it holds what has to go, so the operator's
/// `untreatable` decides; else it goes on as it is, without our control headers.
[[nodiscard]] Outcome keep_as_it_is(const Work& work, Outcome outcome,
                                    const rewriter::Untouchable& why, bool must_remove);

/// A DKIM signature that a change would break and that nobody may drop.
[[nodiscard]] std::optional<rewriter::Untouchable> kept_signature(const Work& work);

[[nodiscard]] Outcome refused(Outcome outcome, Action action, std::string word, std::string text);

}  // namespace candor::milter
