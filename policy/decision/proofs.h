// What a decision rests on: the records on file that were counted, so that each can be found again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/decide.h"
#include "policy/decision/facts.h"

namespace candor::policy {

/// One record that counted.
struct Proof {
    std::string_view kind;  ///< "consent", "lia", "dpa", "privacy_notice" or "overlay"
    std::string id;         ///< as the decision log names it; the processor of a DPA
    std::string by;         ///< who approved, attested or turned it on; empty where nobody is named
    std::string text;       ///< what else identifies it: version, method, wording
    std::optional<Instant> from, until;  ///< counts from, counts until
    std::string file, digest;            ///< of a file of evidence: its SHA-256
};

/// What the ceiling of `decision` rests on; nothing where nothing above `untracked` was allowed.
[[nodiscard]] std::vector<Proof> proofs_of(const Decision& decision, const Facts& facts,
                                           const Policy& policy, Instant now);

}  // namespace candor::policy
