// A policy and facts to decide on, good in every respect: a test spoils the one thing it is about.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decision/decide.h"

namespace rulebook {

using namespace candor::policy;
using std::chrono::days;

inline const Instant noon = start_of(20780) + std::chrono::hours{12};

inline EffectivePolicy effective(const std::vector<std::string>& overlays = {},
                                 std::vector<RowOverride> overrides = {}) {
    PolicySources sources;
    sources.pack_name = "strict-2026";
    sources.pack_text = shipped_pack_text("strict-2026").value();
    for (const std::string& name : overlays) {
        sources.overlays.emplace_back(name, std::string{shipped_pack_text(name).value()});
    }
    sources.overrides = std::move(overrides);
    auto built = build_policy(sources, "candor.toml");
    REQUIRE(built.has_value());
    return std::move(*built);
}

inline PrivacyNotice privacy_notice() {
    PrivacyNotice notice;
    notice.controller = "acme";
    notice.file = "privacy-notice.toml";
    notice.url = "https://acme.example/privacy";
    notice.version = "7";
    notice.covers = {Measured::Clicks, Measured::Opens};
    notice.attested_by = "the DPO";
    notice.attested_at = noon - days{40};
    notice.review_by = noon + days{300};
    return notice;
}

inline Policy strict() {
    static const EffectivePolicy built = effective();
    Policy policy;
    policy.effective = built;
    policy.evidence.privacy_notices = {privacy_notice()};
    return policy;
}
inline Policy with_overlay() {
    static const EffectivePolicy built = effective({"legitimate-interest"});
    Policy policy = strict();
    policy.effective = built;
    return policy;
}

inline Lia lia(std::vector<std::string> jurisdictions) {
    Lia lia;
    lia.id = "LIA-1";
    lia.controller = "acme";
    lia.status = "approved";
    lia.outcome = "pass";
    lia.approved_by = "the DPO";
    lia.approved_at = noon - days{30};
    lia.review_by = noon + days{300};
    lia.jurisdictions = std::move(jurisdictions);
    lia.treatments = {Treatment::Individual, Treatment::Aggregate};
    lia.eprivacy_analysis = "Claimed exemption, and why.";
    return lia;
}

inline Consent consent(ConsentPurpose purpose = ConsentPurpose::Click) {
    Consent consent;
    consent.purpose = purpose;
    consent.given_at = noon - days{10};
    consent.expires_at = noon + days{700};
    consent.method = "double-opt-in";
    consent.source = "form-7";
    consent.text_version = "3";
    return consent;
}

inline Dpa dpa(std::string processor) {
    Dpa dpa;
    dpa.processor = std::move(processor);
    dpa.controller = "acme";
    dpa.file = "dpa.toml";
    dpa.signed_at = noon - days{100};
    dpa.review_by = noon + days{100};
    dpa.country = "IE";
    return dpa;
}

/// A marketing message of acme to one business contact.
struct Case {
    Stream stream;
    Controller controller;
    Facts facts;

    explicit Case(std::string jurisdiction, RecipientClass recipient_class = RecipientClass::B2b) {
        stream.name = "news";
        stream.controller = "acme";
        controller.name = "acme";
        controller.tracking_host = "go.acme.example";
        controller.privacy_notice_url = "https://acme.example/privacy";
        controller.self_hosted = true;
        controller.retention_days = 60;
        Contact contact;
        contact.jurisdiction = std::move(jurisdiction);
        contact.recipient_class = recipient_class;
        facts.person.contact = contact;
        facts.recipient_domain = "customer.example";
        facts.message.has_campaign = true;
        facts.message.from_domain = "news.acme.example";
        facts.message.visible_opt_out = true;
        facts.message.opt_out_tested = facts.message.purge_on_time = true;
    }
    Contact& contact() { return *facts.person.contact; }

    [[nodiscard]] Decision decide(const Policy& policy, Instant now = noon) {
        facts.stream = &stream;
        facts.controller = &controller;
        facts.message.tracking_aligned = tracking_aligned(controller, facts.message.from_domain);
        return candor::policy::decide(facts, policy, now);
    }
};

inline bool has_reason(const Decision& decision, std::string_view word) {
    return std::ranges::find(decision.reasons, word, &Reason::word) != decision.reasons.end();
}
inline bool lowered_by(const Decision& decision, std::string_view word) {
    const auto found = std::ranges::find(decision.reasons, word, &Reason::word);
    return found != decision.reasons.end() && found->lowered;
}
inline std::string words_of(const Decision& decision) {
    std::string words;
    for (const Reason& reason : decision.reasons) words += reason.word + " ";
    return words;
}

}  // namespace rulebook
