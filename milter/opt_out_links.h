// What in a body counts as an opt-out that its reader can use.
#pragma once

#include <string_view>

#include "milter/work.h"
#include "rewriter/message.h"

namespace candor::milter {

/// Asks as RewritePlan::is_opt_out does: a placeholder, or a link of ours that a pass before made
/// of one, whoever for; not the one that leads to the privacy notice alone. `work` must outlive it.
[[nodiscard]] rewriter::OptOutTest opt_out_test(const Work& work);

/// Whether a visible opt-out will stand in the body: the footer, or one of the author's in each of
/// the texts that a reader may be shown.
[[nodiscard]] bool visible_opt_out(const Work& work, const rewriter::Message& message);

}  // namespace candor::milter
