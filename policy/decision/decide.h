// The whole rulebook: facts + evidence + policy + clock -> decision. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/facts.h"
#include "policy/tokens/keys.h"
#include "policy/treatment.h"

namespace candor::policy {

enum class Basis : std::uint8_t { None, Consent, LegitimateInterest };
[[nodiscard]] std::string_view to_string(Basis basis);

/// One step of the reasoning, in the order in which it was taken.
struct Reason {
    std::string word;  ///< stable, for machines: "opt_out", "no_campaign", "lia_expired" ...
    std::string text;  ///< one sentence for a privacy officer; no address in it
    Treatment result = Treatment::Individual;  ///< the treatment after this step
    bool lowered = false;                      ///< whether this step made it stricter
};

struct Decision {
    Treatment treatment = Treatment::Untracked;
    Treatment ceiling = Treatment::Untracked;  ///< what law, consent and evidence allow
    std::string jurisdiction;                  ///< the row that governed, e.g. "US-CA" or "ZZ"
    std::string rule;  ///< "strict-2026/IT/with_legitimate_interest"; "opt_out" ...
    Basis basis = Basis::None;
    std::string evidence_id;  ///< LIA id, or empty
    std::string stream, controller;
    std::vector<Reason> reasons;
    int retention_days = 0;        ///< of the row and the controller, the shorter
    RetentionClass retention = 0;  ///< class of retention_days
    /// The law's ceiling for pixels under this basis: under `individual` one of the person, under
    /// `aggregate` the one of the campaign, which needs the same leave.
    bool open_pixel = false;
    std::string policy_digest;
};

/// The decision for one recipient. `suppressed` only for marketing streams.
[[nodiscard]] Decision decide(const Facts& facts, const Policy& policy, Instant now);

/// One body for several recipients (the suppressed ones already taken out): the strictest of
/// `decisions`, and never above what needs no personal token. `application_opt_out`: the message
/// carries an opt-out of the application's own, so no /u/ is needed; without it the ceiling is
/// `untracked`, reason `no_personal_optout`. With one decision it is returned as it is.
[[nodiscard]] Decision decide_together(std::span<const Decision> decisions,
                                       bool application_opt_out, bool has_campaign);

/// The decision lowered to at least `treatment`, with a reason; for what is found after deciding
/// (a fault while adding tracking, a missing key).
[[nodiscard]] Decision lowered(Decision decision, Treatment treatment, std::string word,
                               std::string text);

}  // namespace candor::policy
