// What the law allows one recipient: which rows apply, and the best lawful basis under each
// (design section 4, steps 1 and 3). What restricts further is decide.cc.
#pragma once

#include <string>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/decide.h"
#include "policy/decision/facts.h"
#include "policy/decision/lawful_basis.h"

namespace candor::policy {

/// What one row allows this recipient, with the best lawful basis.
struct Allowance {
    const Row* row = nullptr;  ///< borrowed from the policy
    Treatment treatment = Treatment::Individual;
    Basis basis = Basis::None;
    const Lia* lia = nullptr;          ///< borrowed from the policy; set with LegitimateInterest
    const Consent* consent = nullptr;  ///< borrowed from the facts; set with Consent
    bool consumer_capped = false;  ///< the row's default was individual, and a consumer's is not
    std::vector<Shortfall> notes;  ///< bases that would have allowed more, and why they do not hold
};

/// Where the jurisdiction is known from.
struct Origin {
    std::string code;
    std::string word, text;  ///< as a reason
    bool on_record = false;
};
[[nodiscard]] Origin origin_of(const Facts& facts, const Policy& policy);

/// The strictest answer among the rows that apply.
struct Law {
    Allowance allowance;
    std::vector<const Row*> rows;  ///< all that were applied; retention and pixels heed each
    /// What any of the rows needed to allow as much; borrowed from the facts, null for none.
    const Consent* rests_on = nullptr;
    std::vector<Shortfall> notes;  ///< how it came to these rows, as reasons
};
[[nodiscard]] Law law_of(const Facts& facts, const Policy& policy, const EffectivePolicy& effective,
                         const Origin& origin, Instant now);

/// "default", "with_consent" or "with_legitimate_interest": the column of the pack.
[[nodiscard]] std::string_view column_of(Basis basis);

}  // namespace candor::policy
