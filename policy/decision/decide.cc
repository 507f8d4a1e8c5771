// The whole rulebook: facts + evidence + policy + clock -> decision. Pure: no I/O, no clock of its
// own, no state. Every step can only lower the treatment, because lower_to() is the one way to
// change it. What counts as evidence is `preconditions`; what the rows say is `packs`.
#include "policy/decision/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/decision/allowance.h"
#include "policy/decision/notice_on_file.h"
#include "policy/decision/preconditions.h"

namespace candor::policy {

namespace {

/// The only place that changes a treatment: the stricter of what it was and what was found.
void lower_to(Decision& decision, Treatment treatment, std::string word, std::string text) {
    const Treatment after = stricter_of(decision.treatment, treatment);
    const bool is_lower = after != decision.treatment;
    decision.treatment = after;
    if (!adds_tracking(after)) decision.open_pixel = false;
    decision.reasons.push_back({std::move(word), std::move(text), after, is_lower});
}

/// A reason that explains and restricts nothing.
void note(Decision& decision, std::string word, std::string text) {
    lower_to(decision, decision.treatment, std::move(word), std::move(text));
}

std::string rule_of(const Allowance& allowance) {
    const Row& row = *allowance.row;
    return fmt::format("{}/{}/{}", row.layer, row.code, column_of(allowance.basis));
}

/// "consent:click:2026-03-01:v3", as the decision log keeps it: which record, and no person.
std::string consent_id(const Consent& consent) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(consent.given_at)};
    return fmt::format("consent:click:{:04}-{:02}-{:02}:{}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                       consent.text_version);
}

void apply_allowance(const Allowance& allowance, Decision& decision) {
    const Row& row = *allowance.row;
    for (const Shortfall& shortfall : allowance.notes) {
        note(decision, shortfall.word, shortfall.text);
    }
    decision.jurisdiction = row.code;
    decision.rule = rule_of(allowance);
    decision.basis = allowance.basis;
    if (allowance.lia != nullptr) decision.evidence_id = allowance.lia->id;
    if (allowance.consent != nullptr) decision.evidence_id = consent_id(*allowance.consent);

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
                 "consent; the contact or domain row says who is b2b.");
    }
}

/// How many days a link of today may be remembered without outliving the consent: its key is used
/// up to and including the last of them.
int days_within(const Consent& consent, const Policy& policy, Instant now) {
    return std::max(0, day_of(end_of(consent, policy.settings)) - day_of(now) - 1);
}

/// The shortest of what the rows, the controller and the assessment say.
void keep_for(const std::vector<const Row*>& rows, const Facts& facts, const Lia* lia,
              Decision& decision) {
    decision.retention_days = facts.controller->retention_days;
    for (const Row* row : rows) {
        decision.retention_days = std::min(decision.retention_days, row->retention_days);
    }
    if (lia != nullptr && lia->retention_days > 0) {
        decision.retention_days = std::min(decision.retention_days, lia->retention_days);
    }
    decision.retention = retention_class_of(decision.retention_days);
}

/// What rests on a consent is forgotten with it: the key of its links ends before. So an old link
/// obeys the end of a consent without anybody looking it up, wherever a copy of it lies.
void keep_within_consent(const Consent* consent, const Policy& policy, Instant now,
                         Decision& decision) {
    if (consent == nullptr) return;
    decision.retention_days = std::min(decision.retention_days, days_within(*consent, policy, now));
    decision.retention = retention_class_of(decision.retention_days);
}

/// The law's ceiling for pixels: of every row that applies, and only where the privacy notice
/// explains them. Never by legitimate interest under an overlay that needs an ePrivacy analysis.
bool pixel_allowed(const Law& law, const Facts& facts, const Policy& policy,
                   RetentionClass retention, Instant now) {
    if (law.allowance.basis == Basis::LegitimateInterest &&
        law.allowance.row->needs_eprivacy_analysis) {
        return false;
    }
    const Consent* consent =
        find_consent(facts.person, ConsentPurpose::Open, policy.settings, now).consent;
    const bool open_consent =
        consent != nullptr && retention_class_of(days_within(*consent, policy, now)) >= retention;
    const bool by_law = std::ranges::all_of(law.rows, [open_consent](const Row* row) {
        return row->open_pixel == OpenPixel::Yes ||
               (row->open_pixel == OpenPixel::Consent && open_consent);
    });
    return by_law &&
           find_privacy_notice(*facts.controller, policy, Measured::Opens, now).notice != nullptr;
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
void apply_preconditions(const Facts& facts, const Policy& policy, const EffectivePolicy& effective,
                         const Law& law, Instant now, Decision& decision) {
    if (!adds_tracking(decision.treatment)) return;
    PreconditionInput input{
        facts,          policy, effective,          *law.allowance.row, law.rests_on,
        decision.basis, now,    decision.retention, decision.treatment};
    for (const Precondition check : preconditions()) {
        auto shortfall = check(input);
        if (!shortfall) continue;
        // From here on `aggregate` is what is asked for, and it has preconditions of its own.
        if (shortfall->lowers_to == Treatment::Aggregate) input.wanted = Treatment::Aggregate;
        lower_to(decision, shortfall->lowers_to, std::move(shortfall->word),
                 std::move(shortfall->text));
    }
    if (facts.message.duties_assumed && adds_tracking(decision.treatment)) {
        note(decision, "duties_assumed",
             "No daemon has run here yet: that its opt-out page was tested and that purges are on "
             "time is assumed. In service it has to be on record.");
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
    if (basis == Basis::Consent) return "consent";
    if (basis == Basis::LegitimateInterest) return "legitimate_interest";
    return "none";
}

Decision decide(const Facts& facts, const Policy& policy, Instant now) {
    const EffectivePolicy& effective = policy.in_force(now);
    Decision decision;
    decision.policy_digest = effective.digest();
    if (facts.stream == nullptr || facts.controller == nullptr) {
        lower_to(decision, Treatment::Untracked, "no_stream",
                 "Nobody said which stream and controller this mail belongs to.");
        return decision;
    }
    decision.treatment = Treatment::Individual;  // nothing has restricted it yet
    decision.stream = facts.stream->name;
    decision.controller = facts.controller->name;
    decision.reasons.reserve(8);
    const Origin origin = origin_of(facts, policy);
    const Row& own_row = effective.row_for(origin.code);
    decision.jurisdiction = own_row.code;
    keep_for({&own_row}, facts, nullptr, decision);

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
    if (&effective != &policy.effective) {
        note(decision, "overlay_not_in_force",
             "An overlay is turned on for another time: before it begins and past its review the "
             "pack applies without it.");
    }
    Law law = law_of(facts, policy, effective, origin, now);
    for (Shortfall& step : law.notes) note(decision, std::move(step.word), std::move(step.text));
    apply_allowance(law.allowance, decision);
    keep_for(law.rows, facts, law.allowance.lia, decision);
    keep_within_consent(law.rests_on, policy, now, decision);
    decision.open_pixel = adds_tracking(decision.treatment) &&
                          pixel_allowed(law, facts, policy, decision.retention, now);
    apply_choices(facts, decision);
    decision.ceiling = decision.treatment;

    apply_restrictions(facts, policy, decision);
    apply_preconditions(facts, policy, effective, law, now, decision);
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
    together.open_pixel = std::ranges::all_of(decisions, [](const Decision& one) {
        return one.treatment == Treatment::Suppressed || one.open_pixel;
    });
    together.retention_days = retention_days;
    together.retention = retention_class_of(retention_days);
    lower_to(together, Treatment::Aggregate, "several_recipients",
             fmt::format("One body goes to {} recipients: the strictest of their treatments, and "
                         "no personal link.",
                         sharing));
    if (!has_campaign && adds_tracking(together.treatment)) {
        lower_to(together, Treatment::Untracked, "no_campaign",
                 "The message names no campaign, so its links cannot be counted in aggregate: "
                 "X-Candor-Campaign names one.");
    }
    if (!application_opt_out && adds_tracking(together.treatment)) {
        lower_to(together, Treatment::Untracked, "no_personal_optout",
                 "A shared body can hold no personal opt-out link, and the application brings "
                 "none of its own: let the MTA hand over one recipient at a time.");
    }
    return together;
}

Decision lowered(Decision decision, Treatment treatment, std::string word, std::string text) {
    lower_to(decision, treatment, std::move(word), std::move(text));
    return decision;
}

}  // namespace candor::policy
