#include "policy/decision/proofs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/decision/lawful_basis.h"
#include "policy/decision/notice_on_file.h"

namespace candor::policy {

namespace {

void add_word(std::string& list, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", name, value);
}

Proof proof_of(const Consent& consent, std::string id, const PolicySettings& settings) {
    std::string text;
    add_word(text, "by", consent.method);
    add_word(text, "from", consent.source);
    add_word(text, "to wording", consent.text_version);
    add_word(text, "proof", consent.proof);
    const Instant until = consent.expires_at.value_or(
        consent.given_at + std::chrono::days{settings.consent_valid_days});
    return {.kind = "consent",
            .id = std::move(id),
            .by = {},
            .text = std::move(text),
            .from = consent.given_at,
            .until = until,
            .file = {},
            .digest = {}};
}

Proof proof_of(const Lia& lia) {
    std::string text;
    add_word(text, "version", lia.version);
    return {"lia",           lia.id,        lia.approved_by, std::move(text),
            lia.approved_at, lia.review_by, lia.file,        lia.digest};
}

Proof proof_of(const PrivacyNotice& notice) {
    std::string text;
    add_word(text, "version", notice.version);
    return {"privacy_notice",   notice.url,       notice.attested_by, std::move(text),
            notice.attested_at, notice.review_by, notice.file,        notice.digest};
}

Proof proof_of(const Dpa& dpa) {
    std::string text;
    add_word(text, "in", dpa.country);
    add_word(text, "transfer by", dpa.transfer_tool);
    if (dpa.service_provider_terms) text += "; service provider terms";
    return {"dpa",         dpa.processor, {},       std::move(text),
            dpa.signed_at, dpa.review_by, dpa.file, dpa.digest};
}

Proof proof_of(const OverlaySwitch& overlay) {
    return {"overlay",          overlay.name,      overlay.enabled_by, overlay.reason,
            overlay.enabled_at, overlay.review_by, overlay.file,       overlay.digest};
}

void add_basis(const Decision& decision, const Facts& facts, const Policy& policy, Instant now,
               std::vector<Proof>& proofs) {
    if (decision.basis == Basis::Consent) {
        const auto answer = find_consent(facts.person, ConsentPurpose::Click, policy.settings, now);
        if (answer.consent != nullptr) {
            proofs.push_back(proof_of(*answer.consent, decision.evidence_id, policy.settings));
        }
    }
    if (decision.basis == Basis::LegitimateInterest) {
        for (const Lia& lia : policy.evidence.lias) {
            if (lia.id == decision.evidence_id && lia.controller == decision.controller) {
                proofs.push_back(proof_of(lia));
            }
        }
    }
}

}  // namespace

std::vector<Proof> proofs_of(const Decision& decision, const Facts& facts, const Policy& policy,
                             Instant now) {
    std::vector<Proof> proofs;
    if (!adds_tracking(decision.ceiling) || facts.controller == nullptr) return proofs;
    const Controller& controller = *facts.controller;
    add_basis(decision, facts, policy, now, proofs);

    const EffectivePolicy& effective = policy.in_force(now);
    const Row& row = effective.row_for(decision.jurisdiction);
    // The configuration names an overlay of one's own by its path, a row by its name: in one order.
    const auto& overlays = policy.settings.overlays;
    for (std::size_t k = 0; k < std::min(effective.overlays().size(), overlays.size()); ++k) {
        if (effective.overlays()[k] == row.layer) proofs.push_back(proof_of(overlays[k]));
    }
    const auto notice = find_privacy_notice(controller, policy, Measured::Clicks, now).notice;
    if (notice != nullptr) proofs.push_back(proof_of(*notice));
    for (const Dpa& dpa : policy.evidence.dpas) {
        const auto& processors = controller.processors;
        const bool counts = dpa.controller == controller.name && dpa.signed_at &&
                            *dpa.signed_at <= now && dpa.review_by && now < *dpa.review_by &&
                            std::ranges::find(processors, dpa.processor) != processors.end();
        if (counts && !controller.self_hosted) proofs.push_back(proof_of(dpa));
    }
    return proofs;
}

}  // namespace candor::policy
