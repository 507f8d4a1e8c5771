// The whole rulebook: facts + evidence + policy + clock -> decision. Pure: no I/O, no clock of its
// own, no state. Every step can only lower the treatment, because lower_to() is the one way to
// change it. What counts as evidence is `preconditions`; what the rows say is `packs`.
#include "policy/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/domains.h"
#include "policy/preconditions.h"

namespace candor::policy {

namespace {

/// The only place that changes a treatment: the stricter of what it was and what was found.
void lower_to(Decision& decision, Treatment treatment, std::string word, std::string text) {
    const Treatment after = stricter_of(decision.treatment, treatment);
    const bool is_lower = after != decision.treatment;
    decision.treatment = after;
    if (after != Treatment::Individual) decision.open_pixel = false;
    decision.reasons.push_back({std::move(word), std::move(text), after, is_lower});
}

/// A reason that explains and restricts nothing.
void note(Decision& decision, std::string word, std::string text) {
    lower_to(decision, decision.treatment, std::move(word), std::move(text));
}

/// What one row allows this recipient, with the best lawful basis.
struct Allowance {
    const Row* row = nullptr;
    Treatment treatment = Treatment::Individual;
    Basis basis = Basis::None;
    const Lia* lia = nullptr;
    bool consumer_capped = false;
    std::vector<Shortfall> notes;  ///< bases that would have allowed more, and why they do not hold
};

std::string_view column_of(Basis basis) {
    switch (basis) {
        case Basis::None: return "default";
        case Basis::Consent: return "with_consent";
        case Basis::LegitimateInterest: return "with_legitimate_interest";
    }
    return "default";
}

std::string rule_of(const Allowance& allowance, const Policy& policy) {
    const Row& row = *allowance.row;
    return fmt::format("{}/{}/{}", row.layer.empty() ? policy.effective.pack_name() : row.layer,
                       row.code, column_of(allowance.basis));
}

void try_consent(Allowance& allowance, const Facts& facts, Instant now) {
    const Treatment offered = allowance.row->with_consent;
    if (offered >= allowance.treatment) return;
    const ConsentAnswer answer = find_consent(facts.person, ConsentPurpose::Click, now);
    if (answer.consent == nullptr) {
        allowance.notes.push_back(answer.why);
        return;
    }
    allowance.treatment = offered;
    allowance.basis = Basis::Consent;
    allowance.consumer_capped = false;
}

/// Tries what the row offers, then each stricter treatment that would still be looser than what is
/// allowed already: an assessment without ePrivacy analysis may yet cover counting in aggregate.
void try_legitimate_interest(Allowance& allowance, const Facts& facts, const Policy& policy,
                             Instant now) {
    const Row& row = *allowance.row;
    if (row.with_legitimate_interest >= allowance.treatment) return;
    if (class_of(facts) != RecipientClass::B2b) {
        allowance.notes.push_back({row.default_treatment, "not_b2b",
                                   "Legitimate interest counts only for recipients of class b2b."});
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
    try_consent(allowance, facts, now);
    try_legitimate_interest(allowance, facts, policy, now);
    return allowance;
}

/// Step 1: which jurisdiction is on record, and by whom.
struct Origin {
    std::string code;
    std::string word, text;
    bool on_record = false;
};

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
            fmt::format("No jurisdiction is on record: the configured default {} applies.", code),
            false};
}

/// The stricter of two allowances; the first on a tie, so that a hint changes nothing for nothing.
bool is_stricter(const Allowance& other, const Allowance& than) {
    return other.treatment > than.treatment;
}

/// Steps 1 and 3 together: the rows that apply, and the strictest answer among them.
struct Law {
    Allowance allowance;
    std::vector<const Row*> rows;  ///< all that were applied; retention and pixels heed each
};

Law law_of(const Facts& facts, const Policy& policy, Decision& decision, Instant now) {
    const Origin origin = origin_of(facts, policy);
    const Row& row = policy.effective.row_for(origin.code);
    note(decision, origin.word, origin.text);
    if (canonical_jurisdiction(origin.code) != row.code) {
        note(decision, "jurisdiction_fallback",
             fmt::format("{} has no row of its own: {} governs.", origin.code, row.code));
    }
    Law law{allowance_of(row, facts, policy, now), {&row}};

    const std::string hint = origin.on_record ? std::string{} : cctld_hint(facts.recipient_domain);
    if (!hint.empty()) {
        const Row& hinted = policy.effective.row_for(hint);
        Allowance other = allowance_of(hinted, facts, policy, now);
        if (is_stricter(other, law.allowance)) {
            law = {std::move(other), {&row, &hinted}};
            note(decision, "cctld_hint",
                 fmt::format("The country ending of the recipient's domain hints at {}, which is "
                             "stricter; a hint may only make it stricter.",
                             hinted.code));
        }
    }
    if (!facts.controller->jurisdiction.empty()) {
        const Row& sender = policy.effective.row_for(facts.controller->jurisdiction);
        Allowance other = allowance_of(sender, facts, policy, now);
        law.rows.push_back(&sender);
        if (is_stricter(other, law.allowance)) {
            law.allowance = std::move(other);
            note(decision, "jurisdiction_sender",
                 fmt::format("The sender's own jurisdiction {} is stricter and governs.",
                             sender.code));
        }
    }
    return law;
}

void apply_allowance(const Allowance& allowance, const Policy& policy, Decision& decision) {
    const Row& row = *allowance.row;
    for (const Shortfall& shortfall : allowance.notes) {
        note(decision, shortfall.word, shortfall.text);
    }
    decision.jurisdiction = row.code;
    decision.rule = rule_of(allowance, policy);
    decision.basis = allowance.basis;
    if (allowance.lia != nullptr) decision.evidence_id = allowance.lia->id;

    const Treatment written =
        allowance.consumer_capped ? row.default_treatment : allowance.treatment;
    std::string ground = "without consent or assessment";
    if (allowance.basis == Basis::Consent) ground = "with the consent on record";
    if (allowance.basis == Basis::LegitimateInterest) {
        ground = fmt::format("with assessment {}", allowance.lia->id);
    }
    lower_to(decision, written, fmt::format("row_{}", column_of(allowance.basis)),
             fmt::format("{} allows {} {}.", row.code, to_string(written), ground));
    if (allowance.consumer_capped) {
        lower_to(decision, Treatment::Aggregate, "consumer_requires_consent",
                 "A consumer, or a recipient of unknown class, is tracked individually only by "
                 "consent.");
    }
}

void keep_for(const std::vector<const Row*>& rows, const Facts& facts, Decision& decision) {
    decision.retention_days = facts.controller->retention_days;
    for (const Row* row : rows) {
        decision.retention_days = std::min(decision.retention_days, row->retention_days);
    }
    decision.retention = retention_class_of(decision.retention_days);
}

/// The law's ceiling for pixels: of every row that applies. Never by legitimate interest under an
/// overlay that needs an ePrivacy analysis.
bool pixel_allowed(const Law& law, const Facts& facts, Instant now) {
    const bool open_consent =
        find_consent(facts.person, ConsentPurpose::Open, now).consent != nullptr;
    if (law.allowance.basis == Basis::LegitimateInterest &&
        law.allowance.row->needs_eprivacy_analysis) {
        return false;
    }
    return std::ranges::all_of(law.rows, [open_consent](const Row* row) {
        return row->open_pixel == OpenPixel::Yes ||
               (row->open_pixel == OpenPixel::Consent && open_consent);
    });
}

/// Step 2, for people who still get the mail.
void apply_choices(const Facts& facts, Decision& decision) {
    if (facts.person.opt_outs.tracking) {
        const Treatment before = decision.treatment;
        lower_to(decision, Treatment::Untracked, "opt_out_tracking",
                 "The recipient objected to tracking.");
        if (decision.treatment != before) decision.rule = "opt_out_tracking";
    }
    if (facts.person.contact && facts.person.contact->gpc) {
        lower_to(decision, Treatment::Aggregate, "gpc",
                 "A Global Privacy Control opt-out is on record.");
    }
}

/// Step 4.
void apply_restrictions(const Facts& facts, const Policy& policy, Decision& decision) {
    for (const auto& [segment, treatment] : policy.settings.segments) {
        if (!in_segment(facts, segment)) continue;
        lower_to(decision, treatment, "segment",
                 fmt::format("Segment {} allows at most {}.", segment, to_string(treatment)));
    }
    if (facts.stream->ceiling > Treatment::Individual) {
        lower_to(decision, facts.stream->ceiling, "stream_ceiling",
                 fmt::format("Stream {} allows at most {}.", facts.stream->name,
                             to_string(facts.stream->ceiling)));
    }
    if (facts.message.requested) {
        lower_to(decision, *facts.message.requested, "message_request",
                 fmt::format("The message asks for {} ({}).", to_string(*facts.message.requested),
                             facts.message.requested_by));
    }
}

/// Step 5. Every failed check is named, also when the treatment cannot fall any further.
void apply_preconditions(const Facts& facts, const Policy& policy, const Row& row, Instant now,
                         Decision& decision) {
    if (!adds_tracking(decision.treatment)) return;
    PreconditionInput input{facts, policy, row, decision.basis, now, decision.treatment};
    for (const Precondition check : preconditions()) {
        auto shortfall = check(input);
        if (!shortfall) continue;
        // From here on `aggregate` is what is asked for, and it has preconditions of its own.
        if (shortfall->lowers_to == Treatment::Aggregate) input.wanted = Treatment::Aggregate;
        lower_to(decision, shortfall->lowers_to, std::move(shortfall->word),
                 std::move(shortfall->text));
    }
}

/// Transactional and internal mail: its recipients have nothing to opt out of.
Decision decide_unmarketed(Decision decision, const Facts& facts) {
    const bool internal = facts.stream->kind == StreamKind::Internal;
    decision.rule = internal ? "internal" : "transactional";
    lower_to(decision, Treatment::Untracked, decision.rule,
             fmt::format("Stream {} is {} mail: never suppressed, never tracked.",
                         facts.stream->name, decision.rule));
    decision.ceiling = decision.treatment;
    return decision;
}

}  // namespace

std::string_view to_string(Basis basis) {
    switch (basis) {
        case Basis::None: return "none";
        case Basis::Consent: return "consent";
        case Basis::LegitimateInterest: return "legitimate_interest";
    }
    return "none";  // a value outside the enum
}

Decision decide(const Facts& facts, const Policy& policy, Instant now) {
    Decision decision;
    decision.policy_digest = policy.effective.digest();
    if (facts.stream == nullptr || facts.controller == nullptr) {
        lower_to(decision, Treatment::Untracked, "no_stream",
                 "Nobody said which stream and controller this mail belongs to.");
        return decision;
    }
    decision.treatment = Treatment::Individual;  // nothing has restricted it yet
    decision.stream = facts.stream->name;
    decision.controller = facts.controller->name;
    const Row& own_row = policy.effective.row_for(origin_of(facts, policy).code);
    decision.jurisdiction = own_row.code;
    keep_for({&own_row}, facts, decision);

    if (facts.stream->kind != StreamKind::Marketing) {
        return decide_unmarketed(std::move(decision), facts);
    }
    if (facts.person.opt_outs.all) {
        lower_to(decision, Treatment::Suppressed, "opt_out",
                 "The recipient opted out of this sender's marketing mail.");
        decision.ceiling = decision.treatment;
        decision.rule = "opt_out";
        return decision;
    }
    const Law law = law_of(facts, policy, decision, now);
    apply_allowance(law.allowance, policy, decision);
    keep_for(law.rows, facts, decision);
    decision.open_pixel =
        decision.treatment == Treatment::Individual && pixel_allowed(law, facts, now);
    apply_choices(facts, decision);
    decision.ceiling = decision.treatment;

    apply_restrictions(facts, policy, decision);
    apply_preconditions(facts, policy, *law.allowance.row, now, decision);
    return decision;
}

Decision decide_together(std::span<const Decision> decisions, bool application_opt_out,
                         bool has_campaign) {
    if (decisions.empty()) return Decision{};
    std::size_t sharing = 0;
    int retention_days = decisions.front().retention_days;
    const Decision* strictest = nullptr;
    // The suppressed ones should be gone by now; should one be left, it must not spread.
    for (const Decision& decision : decisions) {
        if (decision.treatment == Treatment::Suppressed) continue;
        retention_days = sharing == 0 ? decision.retention_days
                                      : std::min(retention_days, decision.retention_days);
        ++sharing;
        if (strictest == nullptr || decision.treatment > strictest->treatment) {
            strictest = &decision;
        }
    }
    if (strictest == nullptr) return decisions.front();
    if (sharing == 1) return *strictest;

    Decision together = *strictest;
    together.retention_days = retention_days;
    together.retention = retention_class_of(retention_days);
    lower_to(together, Treatment::Aggregate, "several_recipients",
             fmt::format("One body goes to {} recipients: the strictest of their treatments, and "
                         "no personal link.",
                         sharing));
    if (!has_campaign && adds_tracking(together.treatment)) {
        lower_to(together, Treatment::Untracked, "no_campaign",
                 "The message names no campaign, so its links cannot be counted in aggregate.");
    }
    if (!application_opt_out && adds_tracking(together.treatment)) {
        lower_to(together, Treatment::Untracked, "no_personal_optout",
                 "A shared body can hold no personal opt-out link, and the application brings "
                 "none of its own.");
    }
    return together;
}

Decision lowered(Decision decision, Treatment treatment, std::string word, std::string text) {
    lower_to(decision, treatment, std::move(word), std::move(text));
    return decision;
}

}  // namespace candor::policy
