// Finding the signatures is the rewriter's; whose they are is told by their domain.
#include "milter/own_signatures.h"

#include <algorithm>

#include "rewriter/mime/signatures.h"

namespace candor::milter {

using rewriter::HeaderEdit;

namespace {

bool is_own_domain(const policy::Controller& controller, std::string_view domain) {
    return std::ranges::any_of(controller.domains, [&](const std::string& own) {
        return domain == own || domain.ends_with("." + own);
    });
}

}  // namespace

std::vector<HeaderEdit> dropped_own_signatures(const Work& work) {
    std::vector<HeaderEdit> edits;
    if (work.config().milter.own_signatures != policy::OwnSignatures::Drop) return edits;
    for (const auto& signature :
         rewriter::carried_signatures({work.headers(), work.transaction.text.body()})) {
        if (is_own_domain(work.controller, signature.domain)) {
            edits.push_back({HeaderEdit::Kind::Remove, "DKIM-Signature", signature.index, {}});
        }
    }
    return edits;
}

std::optional<rewriter::Untouchable> kept_signature(const Work& work) {
    const bool drop_own = work.config().milter.own_signatures == policy::OwnSignatures::Drop;
    for (const auto& signature :
         rewriter::carried_signatures({work.headers(), work.transaction.text.body()})) {
        if (!signature.intact) continue;
        if (drop_own && is_own_domain(work.controller, signature.domain)) continue;
        return rewriter::Untouchable{"dkim_signature",
                                     "a DKIM signature that a change would break"};
    }
    return std::nullopt;
}

}  // namespace candor::milter
