// What becomes of a message that cannot be made to obey: the operator's word, and our words for
// why.
#pragma once

#include "milter/work.h"

namespace candor::milter {

[[nodiscard]] Outcome refused(Outcome outcome, Action action, std::string word, std::string text);

/// The message cannot be changed. `must_remove`: it holds what has to go, so the operator's
/// `untreatable` decides; else it goes on as it is, without our control headers.
[[nodiscard]] Outcome keep_as_it_is(const Work& work, Outcome outcome,
                                    const rewriter::Untouchable& why, bool must_remove);

/// Whether a message that was not rewritten in time, or not at all, may hold what `decision` takes
/// out. Of what was surveyed that is known where only images go.
[[nodiscard]] bool may_have_to_lose(const Work& work, const policy::Decision& decision);

/// "1 link leads through another system's click tracker, and its destination cannot be read"
[[nodiscard]] std::string foreign_links_in_words(std::size_t links);

/// All could be taken out but so many links through other systems' click trackers.
[[nodiscard]] Outcome foreign_links_left(const Work& work, Outcome outcome, std::size_t links);

/// Whether an opt-out is still to be filled in: one that leads nowhere must not leave.
/// `untouchable`: only those that nobody can change.
[[nodiscard]] bool holds_placeholder(const Work& work, bool untouchable);

}  // namespace candor::milter
