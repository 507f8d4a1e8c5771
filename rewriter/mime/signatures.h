// DKIM signatures that a message already carries: would a change break them?
#pragma once

#include <string>
#include <vector>

#include "rewriter/plan.h"

namespace candor::rewriter {

struct CarriedSignature {
    std::string domain;  ///< the d= tag, lower case
    int index = 1;       ///< among the DKIM-Signature fields
    /// The body hash (bh=, RFC 6376, section 3.7) still fits the body. If not, the signature is
    /// broken already and a change breaks nothing. Only the first ten are looked at; the others
    /// count as intact.
    bool intact = false;
};

[[nodiscard]] std::vector<CarriedSignature> carried_signatures(const RawMessage& raw);

}  // namespace candor::rewriter
