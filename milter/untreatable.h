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

/// A fault while adding tracking never stops mail and never tracks: the law allowed more, so what
/// the message holds may stay.
[[nodiscard]] Outcome without_tracking(const Work& work, Outcome outcome, const Error& error);

/// All could be taken out but so many links through other systems' click trackers.
[[nodiscard]] Outcome foreign_links_left(const Work& work, Outcome outcome, std::size_t links);

/// Whether an opt-out is still to be filled in: one that leads nowhere must not leave.
/// `untouchable`: only those that nobody can change.
[[nodiscard]] bool holds_placeholder(const Work& work, bool untouchable);

}  // namespace candor::milter
