// Every basis is tried against what the row offers for it; the loosest that holds wins, and of
// several rows the strictest.
#include "policy/decision/allowance.h"

#include <fmt/format.h>

#include <utility>

#include "policy/people/domains.h"

namespace candor::policy {

namespace {

void try_consent(Allowance& allowance, const Facts& facts, const PolicySettings& settings,
                 Instant now) {
    const Treatment offered = allowance.row->with_consent;
    if (offered >= allowance.treatment) return;
    const ConsentAnswer answer = find_consent(facts.person, ConsentPurpose::Click, settings, now);
    if (answer.consent == nullptr) {
        allowance.notes.push_back(answer.why);
        return;
    }
    allowance.treatment = offered;
    allowance.basis = Basis::Consent;
    allowance.consent = answer.consent;
    allowance.consumer_capped = false;
}

/// Tries what the row offers, then each stricter treatment that would still be looser than what is
/// allowed already: an assessment without ePrivacy analysis may yet cover counting in aggregate.
void try_legitimate_interest(Allowance& allowance, const Facts& facts, const Policy& policy,
                             Instant now) {
    const Row& row = *allowance.row;
    if (row.with_legitimate_interest >= allowance.treatment) return;
    if (class_of(facts) != RecipientClass::B2b) {
        allowance.notes.push_back(
            {row.default_treatment, "not_b2b",
             "Legitimate interest counts only for recipients of class b2b: say so in "
             "the contact or domain row of those who are."});
        return;
    }
    for (Treatment wanted = row.with_legitimate_interest; wanted < allowance.treatment;
         wanted = static_cast<Treatment>(static_cast<int>(wanted) + 1)) {
        LiaAnswer answer = find_lia(facts, policy, row, wanted, now);
        if (answer.lia != nullptr) {
            allowance.treatment = wanted;
            allowance.basis = Basis::LegitimateInterest;
            allowance.lia = answer.lia;
            return;
        }
        const bool known =
            !allowance.notes.empty() && allowance.notes.back().word == answer.why.word;
        if (!known) allowance.notes.push_back(std::move(answer.why));
    }
}

Allowance allowance_of(const Row& row, const Facts& facts, const Policy& policy, Instant now) {
    Allowance allowance;
    allowance.row = &row;
    allowance.treatment = row.default_treatment;
    if (policy.settings.consumer_requires_consent && class_of(facts) != RecipientClass::B2b &&
        allowance.treatment == Treatment::Individual) {
        allowance.treatment = Treatment::Aggregate;
        allowance.consumer_capped = true;
    }
    // An objection to tracking takes the ground from under consent and legitimate interest.
    if (facts.person.opt_outs.any()) return allowance;
    try_consent(allowance, facts, policy.settings, now);
    try_legitimate_interest(allowance, facts, policy, now);
    return allowance;
}

/// The stricter of two allowances; the first on a tie, so that a hint changes nothing for nothing.
bool is_stricter(const Allowance& other, const Allowance& than) {
    return other.treatment > than.treatment;
}

}  // namespace

std::string_view column_of(Basis basis) {
    if (basis == Basis::Consent) return "with_consent";
    if (basis == Basis::LegitimateInterest) return "with_legitimate_interest";
    return "default";
}

Origin origin_of(const Facts& facts, const Policy& policy) {
    const Person& person = facts.person;
    if (person.contact && !person.contact->jurisdiction.empty()) {
        const std::string& code = person.contact->jurisdiction;
        return {code, "jurisdiction_contact",
                fmt::format("Jurisdiction {} stands in the contact row.", code), true};
    }
    if (person.domain && !person.domain->jurisdiction.empty()) {
        const std::string& code = person.domain->jurisdiction;
        return {code, "jurisdiction_domain",
                fmt::format("Jurisdiction {} stands in the row of the recipient's domain.", code),
                true};
    }
    const std::string& code = policy.settings.default_jurisdiction;
    return {code, "jurisdiction_default",
            fmt::format("No jurisdiction is on record: the configured default {} applies. "
                        "`candor contact import` brings the one that is known.",
                        code),
            false};
}

Law law_of(const Facts& facts, const Policy& policy, const EffectivePolicy& effective,
           const Origin& origin, Instant now) {
    const Row& row = effective.row_for(origin.code);
    Law law{.allowance = allowance_of(row, facts, policy, now), .rows = {&row}, .notes = {}};
    law.rests_on = law.allowance.consent;
    const auto heed = [&law](const Row& another, const Allowance& allowance) {
        law.rows.push_back(&another);
        if (allowance.consent != nullptr) law.rests_on = allowance.consent;
    };
    const auto note = [&law](std::string word, std::string text) {
        law.notes.push_back({Treatment::Individual, std::move(word), std::move(text)});
    };
    note(origin.word, origin.text);
    if (canonical_jurisdiction(origin.code) != row.code) {
        note("jurisdiction_fallback",
             fmt::format("{} has no row of its own: {} governs.", origin.code, row.code));
    }
    const std::string hint = origin.on_record ? std::string{} : cctld_hint(facts.recipient_domain);
    if (!hint.empty()) {
        const Row& hinted = effective.row_for(hint);
        Allowance other = allowance_of(hinted, facts, policy, now);
        if (is_stricter(other, law.allowance)) {
            heed(hinted, other);
            law.allowance = std::move(other);
            note("cctld_hint",
                 fmt::format("The country ending of the recipient's domain hints at {}, which is "
                             "stricter; a hint may only make it stricter.",
                             hinted.code));
        }
    }
    if (!facts.controller->jurisdiction.empty()) {
        const Row& sender = effective.row_for(facts.controller->jurisdiction);
        Allowance other = allowance_of(sender, facts, policy, now);
        heed(sender, other);
        if (is_stricter(other, law.allowance)) {
            law.allowance = std::move(other);
            note("jurisdiction_sender",
                 fmt::format("The sender's own jurisdiction {} is stricter and governs.",
                             sender.code));
        }
    }
    return law;
}

}  // namespace candor::policy
