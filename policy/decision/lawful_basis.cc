// Consents and assessments, looked at one by one; the newest or nearest one that fails says why.
#include "policy/decision/lawful_basis.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "policy/people/freemail.h"

namespace candor::policy {

namespace {

/// Whether one entry of an assessment covers `code`: itself, "EU" a member state, "US" its states.
bool covers_jurisdiction(const std::string& entry, std::string_view code) {
    const std::string listed = canonical_jurisdiction(entry);
    if (listed == code || (listed == "EU" && is_eu_member(code))) return true;
    return listed.size() == 2 && code.size() > 2 && code.starts_with(listed);
}

/// The jurisdiction on record for this person; empty when there is none.
std::string_view recorded_jurisdiction(const Facts& facts) {
    const Person& person = facts.person;
    if (person.contact && !person.contact->jurisdiction.empty())
        return person.contact->jurisdiction;
    return person.domain ? std::string_view{person.domain->jurisdiction} : std::string_view{};
}

/// "No more than 12 months" (GDPR accountability, notes of the pack) whatever the file says.
Instant last_valid(const Lia& lia) {
    const Instant longest = *lia.approved_at + std::chrono::days{366};
    return std::min(*lia.review_by, longest);
}

/// How far an assessment gets; the greatest is reported when none covers.
enum class Match {
    OtherJurisdiction,
    OtherSegment,
    OtherTreatment,
    NotApproved,
    Expired,
    NoEprivacyAnalysis,
    Covers
};

Match match_of(const Lia& lia, const Facts& facts, const Policy& policy, const Row& row,
               Treatment wanted, Instant now) {
    // A member state without a row of its own is governed by "EU": its own code still counts.
    const std::string recorded = canonical_jurisdiction(recorded_jurisdiction(facts));
    const bool recorded_counts =
        !recorded.empty() && policy.effective.row_for(recorded).code == row.code;
    const auto covers = [&](const std::string& entry) {
        return covers_jurisdiction(entry, row.code) ||
               (recorded_counts && covers_jurisdiction(entry, recorded));
    };
    if (std::ranges::none_of(lia.jurisdictions, covers)) return Match::OtherJurisdiction;

    const auto has = [&](const std::string& segment) { return in_segment(facts, segment); };
    if (!lia.segments.empty() && std::ranges::none_of(lia.segments, has)) {
        return Match::OtherSegment;
    }
    const auto includes = [&](Treatment treatment) { return treatment <= wanted; };
    if (std::ranges::none_of(lia.treatments, includes)) return Match::OtherTreatment;

    if (lia.status != "approved" || lia.outcome != "pass" || !lia.approved_at ||
        *lia.approved_at > now) {
        return Match::NotApproved;
    }
    if (!lia.review_by || now >= last_valid(lia)) return Match::Expired;
    if (row.needs_eprivacy_analysis && wanted == Treatment::Individual &&
        lia.eprivacy_analysis.find_first_not_of(" \t\r\n") == std::string::npos) {
        return Match::NoEprivacyAnalysis;
    }
    return Match::Covers;
}

/// Of any match but one that covers.
Shortfall shortfall_of(Match match, const Lia& lia, const Row& row, Treatment wanted) {
    const Treatment back_to = row.default_treatment;
    if (match == Match::OtherJurisdiction) {
        return {back_to, "lia_jurisdiction",
                fmt::format("Assessment {} does not cover {}: where it was assessed for that "
                            "country, {} has to list it.",
                            lia.id, row.code, lia.file)};
    }
    if (match == Match::OtherSegment) {
        return {
            back_to, "lia_segment",
            fmt::format("Assessment {} does not cover this recipient's segments; {} lists those "
                        "it was made for.",
                        lia.id, lia.file)};
    }
    if (match == Match::OtherTreatment) {
        return {back_to, "lia_treatment",
                fmt::format("Assessment {} does not cover the treatment {}; {} lists those it was "
                            "made for.",
                            lia.id, to_string(wanted), lia.file)};
    }
    if (match == Match::NotApproved) {
        return {
            back_to, "lia_not_approved",
            fmt::format("Assessment {} is not approved (status {}, outcome {}): who answers for "
                        "it has to say so in {}.",
                        lia.id, lia.status, lia.outcome.empty() ? "open" : lia.outcome, lia.file)};
    }
    if (match == Match::Expired) {
        return {back_to, "lia_expired",
                fmt::format("Assessment {} is past its review date: review it, and put the new "
                            "dates into {}.",
                            lia.id, lia.file)};
    }
    return {back_to, "lia_no_eprivacy_analysis",
            fmt::format("Assessment {} has no eprivacy_analysis, which {} asks for: write it into "
                        "{}.",
                        lia.id, row.layer, lia.file)};
}

/// Why `consent` does not hold, or nothing. `last_withdrawal`: of any record of the same purpose.
std::optional<Shortfall> consent_shortfall(const Consent& consent,
                                           std::optional<Instant> last_withdrawal,
                                           const PolicySettings& settings, Instant now) {
    const auto because = [](std::string word, std::string text) {
        return Shortfall{Treatment::Untracked, std::move(word), std::move(text)};
    };
    if (consent.withdrawn_at || (last_withdrawal && *last_withdrawal >= consent.given_at)) {
        return because("consent_withdrawn",
                       "The consent on record was withdrawn; only a new one, given later, counts.");
    }
    if (consent.given_at > now) {
        return because("consent_not_yet",
                       "The consent on record begins in the future: see its given_at.");
    }
    if (end_of(consent, settings) <= now) {
        return because("consent_expired",
                       "The consent on record has expired: ask again, or leave it at that.");
    }
    if (!consent.method.empty() && !consent.source.empty() && !consent.text_version.empty()) {
        return std::nullopt;
    }
    std::string lacks;
    for (const auto& [name, value] :
         {std::pair{"method", &consent.method}, std::pair{"source", &consent.source},
          std::pair{"text_version", &consent.text_version}}) {
        if (value->empty()) lacks += (lacks.empty() ? "" : ", ") + std::string{name};
    }
    return because("consent_incomplete",
                   fmt::format("The consent on record cannot be proven: it lacks {}; import it "
                               "again with that.",
                               lacks));
}

}  // namespace

Instant end_of(const Consent& consent, const PolicySettings& settings) {
    return consent.expires_at.value_or(consent.given_at +
                                       std::chrono::days{settings.consent_valid_days});
}

RecipientClass class_of(const Facts& facts) {
    const Person& person = facts.person;
    if (person.contact && person.contact->recipient_class != RecipientClass::Unknown) {
        return person.contact->recipient_class;
    }
    if (person.domain && person.domain->recipient_class != RecipientClass::Unknown) {
        return person.domain->recipient_class;
    }
    // A stream cannot know that a sole trader reads mail at a provider for everybody.
    if (is_freemail_domain(facts.recipient_domain)) return RecipientClass::B2c;
    return facts.stream->default_class;
}

bool in_segment(const Facts& facts, std::string_view segment) {
    const auto lists = [segment](const std::vector<std::string>& labels) {
        return std::ranges::find(labels, segment) != labels.end();
    };
    if (lists(facts.stream->segments)) return true;
    if (facts.person.contact && lists(facts.person.contact->segments)) return true;
    const RecipientClass recipient_class = class_of(facts);
    return (recipient_class == RecipientClass::B2b && segment == "b2b") ||
           (recipient_class == RecipientClass::B2c && segment == "b2c");
}

ConsentAnswer find_consent(const Person& person, ConsentPurpose purpose,
                           const PolicySettings& settings, Instant now) {
    std::optional<Instant> last_withdrawal;
    for (const Consent& consent : person.consents) {
        if (consent.purpose != purpose || !consent.withdrawn_at) continue;
        if (!last_withdrawal || *consent.withdrawn_at > *last_withdrawal) {
            last_withdrawal = consent.withdrawn_at;
        }
    }
    ConsentAnswer answer;
    answer.why = {Treatment::Untracked, "consent_missing",
                  "There is no tracking consent on record; `candor consent import` brings those "
                  "that were given."};
    std::optional<Instant> newest;
    for (const Consent& consent : person.consents) {
        if (consent.purpose != purpose) continue;
        auto shortfall = consent_shortfall(consent, last_withdrawal, settings, now);
        if (!shortfall) {
            const Consent* longest = answer.consent;
            if (longest == nullptr || end_of(consent, settings) > end_of(*longest, settings)) {
                answer.consent = &consent;
            }
            continue;
        }
        if (newest && consent.given_at <= *newest) continue;
        newest = consent.given_at;  // the newest record says best what is wrong
        answer.why = std::move(*shortfall);
    }
    if (answer.consent != nullptr) answer.why = {};
    return answer;
}

LiaAnswer find_lia(const Facts& facts, const Policy& policy, const Row& row, Treatment wanted,
                   Instant now) {
    LiaAnswer answer;
    answer.why = {row.default_treatment, "lia_missing",
                  fmt::format("Controller {} has no legitimate interest assessment on file; "
                              "`candor lia new` writes one to fill in.",
                              facts.controller->name)};
    // On a tie the smallest id, so that the order of files in a directory decides nothing.
    std::optional<Match> nearest;
    std::string_view nearest_id;
    for (const Lia& lia : policy.evidence.lias) {
        if (lia.controller != facts.controller->name) continue;
        const Match match = match_of(lia, facts, policy, row, wanted, now);
        if (match == Match::Covers) {
            if (answer.lia == nullptr || lia.id < answer.lia->id) answer.lia = &lia;
        } else if (!nearest || match > *nearest || (match == *nearest && lia.id < nearest_id)) {
            nearest = match;
            nearest_id = lia.id;
            answer.why = shortfall_of(match, lia, row, wanted);
        }
    }
    if (answer.lia != nullptr) answer.why = {};
    return answer;
}

}  // namespace candor::policy
