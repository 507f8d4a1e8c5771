// The checks for anything above `untracked`, one function each, and the search for the consent or
// the assessment that a legal basis needs. Knows what counts as evidence; leaves to `decide` what
// follows from a shortfall.
#include "policy/preconditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "policy/domains.h"

namespace candor::policy {

namespace {

using Check = std::optional<Shortfall>;

Shortfall untracked_because(std::string word, std::string text) {
    return {Treatment::Untracked, std::move(word), std::move(text)};
}

Check daily_key(const PreconditionInput& in) {
    if (in.wanted != Treatment::Individual) return std::nullopt;
    // `no_retention` speaks for a controller that has set none at all.
    const int configured = in.facts.controller->retention_days;
    const int days =
        configured > 0 ? std::min(configured, in.row.retention_days) : in.row.retention_days;
    if (retention_class_of(days) == 0) {
        return Shortfall{Treatment::Aggregate, "retention_too_short",
                         fmt::format("{} days are shorter than the shortest retention class, so no "
                                     "personal link can be made.",
                                     days)};
    }
    if (in.facts.message.daily_key) return std::nullopt;
    return Shortfall{Treatment::Aggregate, "no_daily_key",
                     "There is no key of today for personal links; mail is not held for a key."};
}

Check campaign(const PreconditionInput& in) {
    if (in.wanted != Treatment::Aggregate || in.facts.message.has_campaign) return std::nullopt;
    return untracked_because("no_campaign",
                             "The message names no campaign, and a one-to-one mail cannot be "
                             "counted in aggregate: its one recipient would be known.");
}

Check tracking_host(const PreconditionInput& in) {
    if (!in.facts.controller->tracking_host.empty()) return std::nullopt;
    return untracked_because("no_tracking_host", fmt::format("Controller {} has no tracking_host.",
                                                             in.facts.controller->name));
}

Check tracking_alignment(const PreconditionInput& in) {
    const std::string& host = in.facts.controller->tracking_host;
    const std::string& from = in.facts.message.from_domain;
    if (host.empty()) return std::nullopt;  // named by tracking_host()
    const auto ascii = to_ascii_domain(host);
    if (ascii && aligned(*ascii, from)) return std::nullopt;
    return untracked_because(
        "tracking_domain_misaligned",
        from.empty() ? std::string{"The message has no readable From domain to align with."}
                     : fmt::format("The tracking host {} is not in the organisational domain of "
                                   "the From domain {}.",
                                   host, from));
}

Check header_opt_out(const PreconditionInput& in) {
    if (in.facts.message.header_opt_out != HeaderOptOut::ApplicationUnfed) return std::nullopt;
    return untracked_because("foreign_optout",
                             "The List-Unsubscribe is the application's own, and no feed brings "
                             "its opt-outs here: they would not stop tracking.");
}

Check visible_opt_out(const PreconditionInput& in) {
    if (in.facts.message.visible_opt_out) return std::nullopt;
    return untracked_because("no_visible_optout",
                             "The body shows the reader no way to opt out, and without one nothing "
                             "may be tracked. A link to candor:unsubscribe in the mail is one; "
                             "footer = \"append\" in the stream's settings adds one.");
}

Check privacy_notice(const PreconditionInput& in) {
    if (in.facts.controller->privacy_notice_url.starts_with("https://")) return std::nullopt;
    return untracked_because(
        "no_privacy_notice",
        fmt::format("Controller {} has no https privacy_notice_url.", in.facts.controller->name));
}

Check retention(const PreconditionInput& in) {
    if (in.facts.controller->retention_days > 0) return std::nullopt;
    return untracked_because("no_retention", fmt::format("Controller {} has no retention_days.",
                                                         in.facts.controller->name));
}

enum class DpaState { OnFile, Expired, Missing };

DpaState dpa_state(const PreconditionInput& in, std::string_view processor) {
    DpaState best = DpaState::Missing;
    for (const Dpa& dpa : in.policy.evidence.dpas) {
        if (dpa.processor != processor || dpa.controller != in.facts.controller->name) continue;
        if (!dpa.signed_at || *dpa.signed_at > in.now) continue;
        if (!dpa.review_by || in.now < *dpa.review_by) return DpaState::OnFile;
        best = DpaState::Expired;
    }
    return best;
}

Check processors(const PreconditionInput& in) {
    const Controller& controller = *in.facts.controller;
    if (controller.self_hosted) return std::nullopt;
    if (controller.processors.empty()) {
        return untracked_because("dpa_missing",
                                 fmt::format("Controller {} names no processors and does not "
                                             "declare self_hosted = true.",
                                             controller.name));
    }
    std::string missing, expired;
    for (const std::string& processor : controller.processors) {
        const DpaState state = dpa_state(in, processor);
        if (state == DpaState::OnFile) continue;
        std::string& list = state == DpaState::Missing ? missing : expired;
        list += (list.empty() ? "" : ", ") + processor;
    }
    if (missing.empty() && expired.empty()) return std::nullopt;
    std::string text;
    if (!missing.empty()) text = fmt::format("No signed processor agreement for {}.", missing);
    if (!expired.empty()) {
        text += fmt::format("{}The processor agreement is past its review date for {}.",
                            text.empty() ? "" : " ", expired);
    }
    return untracked_because(missing.empty() ? "dpa_expired" : "dpa_missing", std::move(text));
}

/// Whether one entry of an assessment covers `code`: itself, "EU" a member state, "US" its states.
bool covers_jurisdiction(const std::string& entry, std::string_view code) {
    const std::string listed = canonical_jurisdiction(entry);
    if (listed == code || (listed == "EU" && is_eu_member(code))) return true;
    return listed.size() == 2 && code.size() > 3 && code.starts_with(listed) && code[2] == '-';
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

    if (lia.status != "approved" || !lia.approved_at || *lia.approved_at > now) {
        return Match::NotApproved;
    }
    if (!lia.review_by || now >= last_valid(lia)) return Match::Expired;
    if (row.needs_eprivacy_analysis && wanted == Treatment::Individual &&
        lia.eprivacy_analysis.find_first_not_of(" \t\r\n") == std::string::npos) {
        return Match::NoEprivacyAnalysis;
    }
    return Match::Covers;
}

Shortfall shortfall_of(Match match, const Lia& lia, const Row& row, Treatment wanted) {
    const Treatment back_to = row.default_treatment;
    switch (match) {
        case Match::OtherJurisdiction:
            return {back_to, "lia_jurisdiction",
                    fmt::format("Assessment {} does not cover {}.", lia.id, row.code)};
        case Match::OtherSegment:
            return {back_to, "lia_segment",
                    fmt::format("Assessment {} does not cover this recipient's segments.", lia.id)};
        case Match::OtherTreatment:
            return {back_to, "lia_treatment",
                    fmt::format("Assessment {} does not cover the treatment {}.", lia.id,
                                to_string(wanted))};
        case Match::NotApproved:
            return {back_to, "lia_not_approved",
                    fmt::format("Assessment {} is not approved (status {}).", lia.id, lia.status)};
        case Match::Expired:
            return {back_to, "lia_expired",
                    fmt::format("Assessment {} is past its review date.", lia.id)};
        case Match::NoEprivacyAnalysis:
            return {back_to, "lia_no_eprivacy_analysis",
                    fmt::format("Assessment {} has no eprivacy_analysis, which {} asks for.",
                                lia.id, row.layer)};
        case Match::Covers: break;
    }
    return {};
}

constexpr std::array<Precondition, 9> all_preconditions{
    // What lowers to `aggregate` comes before what `aggregate` needs.
    daily_key,       campaign,       tracking_host, tracking_alignment, header_opt_out,
    visible_opt_out, privacy_notice, retention,     processors};

/// Why `consent` does not hold, or nothing. `last_withdrawal`: of any record of the same purpose.
Check consent_shortfall(const Consent& consent, std::optional<Instant> last_withdrawal,
                        Instant now) {
    const auto because = [](std::string word, std::string text) {
        return untracked_because(std::move(word), std::move(text));
    };
    if (consent.withdrawn_at || (last_withdrawal && *last_withdrawal >= consent.given_at)) {
        return because("consent_withdrawn", "The consent on record was withdrawn.");
    }
    if (consent.given_at > now) {
        return because("consent_not_yet", "The consent on record begins in the future.");
    }
    if (consent.expires_at && *consent.expires_at <= now) {
        return because("consent_expired", "The consent on record has expired.");
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
                   fmt::format("The consent on record cannot be proven: it lacks {}.", lacks));
}

}  // namespace

std::span<const Precondition> preconditions() {
    return all_preconditions;
}

RecipientClass class_of(const Facts& facts) {
    const Person& person = facts.person;
    if (person.contact && person.contact->recipient_class != RecipientClass::Unknown) {
        return person.contact->recipient_class;
    }
    if (person.domain && person.domain->recipient_class != RecipientClass::Unknown) {
        return person.domain->recipient_class;
    }
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

ConsentAnswer find_consent(const Person& person, ConsentPurpose purpose, Instant now) {
    std::optional<Instant> last_withdrawal;
    for (const Consent& consent : person.consents) {
        if (consent.purpose != purpose || !consent.withdrawn_at) continue;
        if (!last_withdrawal || *consent.withdrawn_at > *last_withdrawal) {
            last_withdrawal = consent.withdrawn_at;
        }
    }
    ConsentAnswer answer;
    answer.why = untracked_because("consent_missing", "There is no tracking consent on record.");
    std::optional<Instant> newest;
    for (const Consent& consent : person.consents) {
        if (consent.purpose != purpose) continue;
        auto shortfall = consent_shortfall(consent, last_withdrawal, now);
        if (!shortfall) return {&consent, {}};
        if (newest && consent.given_at <= *newest) continue;
        newest = consent.given_at;  // the newest record says best what is wrong
        answer.why = std::move(*shortfall);
    }
    return answer;
}

LiaAnswer find_lia(const Facts& facts, const Policy& policy, const Row& row, Treatment wanted,
                   Instant now) {
    LiaAnswer answer;
    answer.why = {row.default_treatment, "lia_missing",
                  fmt::format("Controller {} has no legitimate interest assessment on file.",
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
