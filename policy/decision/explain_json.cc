// The same for a machine; docs/formats.md has the keys.
#include <nlohmann/json.hpp>

#include "policy/decision/allowance.h"
#include "policy/decision/explain.h"
#include "policy/decision/proofs.h"
#include "policy/decision/remedies.h"
#include "policy/law/page_text.h"
#include "policy/law/row_changes.h"

namespace candor::policy {

namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json law_of(const Account& account) {
    const EffectivePolicy& effective = account.policy.in_force(account.now);
    const Row& row = account.row();
    return {{"pack", effective.pack_name()},
            {"layer", row.layer},
            {"overridden", row.overridden},
            {"source", row.source},
            {"confidence", row.confidence},
            {"note", row.note},
            {"facts_date", effective.facts_date()},
            {"facts_are_old", effective.facts_are_old(account.now)}};
}

Json json_of(const Proof& proof) {
    return {{"kind", proof.kind},
            {"id", proof.id},
            {"by", text_or_null(proof.by)},
            {"text", proof.text},
            {"from", proof.from ? Json(moment_of(*proof.from)) : Json(nullptr)},
            {"until", proof.until ? Json(moment_of(*proof.until)) : Json(nullptr)},
            {"file", text_or_null(proof.file)},
            {"sha256", text_or_null(proof.digest)}};
}

Json json_of(const Remedy& remedy) {
    return {{"word", remedy.word},
            {"action", remedy.action},
            {"then", to_string(remedy.then)},
            {"in_the_strictest",
             remedy.in_the_strictest ? Json(to_string(*remedy.in_the_strictest)) : Json(nullptr)},
            {"also", remedy.also}};
}

/// What was missing or in the way, whether or not it decided.
Json missing_in(const Decision& decision) {
    Json missing = Json::array();
    for (const Reason& reason : decision.reasons) {
        if (!is_obstacle(reason.word)) continue;
        missing.push_back(
            {{"word", reason.word}, {"text", reason.text}, {"lowered", reason.lowered}});
    }
    return missing;
}

Json proofs_as_json(const Account& account) {
    Json list = Json::array();
    if (account.facts == nullptr) return list;
    for (const Proof& proof :
         proofs_of(account.decision, *account.facts, account.policy, account.now)) {
        list.push_back(json_of(proof));
    }
    return list;
}

Json reasons_of(const Decision& decision) {
    Json reasons = Json::array();
    for (const Reason& reason : decision.reasons) {
        reasons.push_back(reason.word + ": " + reason.text);
    }
    return reasons;
}

std::string with_members(Json json, std::string_view extra, int indent) {
    // No exceptions: what is not an object adds nothing. A key that is there already is not
    // changed.
    const auto more = Json::parse(extra, nullptr, false);
    if (more.is_object()) {
        for (const auto& [key, value] : more.items()) {
            if (!json.contains(key)) json[key] = value;
        }
    }
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::vector<Remedy> Account::remedies() const {
    if (facts != nullptr) return remedies_for(*facts, policy, decision, now);
    if (!alone || *alone >= decision.treatment) return {};
    return {{"several_recipients", "Send each recipient a message of their own.", *alone, {}, {}}};
}

const Row& Account::row() const {
    return policy.in_force(now).row_for(decision.jurisdiction);
}

std::string_view Account::place_known_from() const {
    if (facts == nullptr || facts->stream == nullptr) return {};
    const std::string word = origin_of(*facts, policy).word;
    if (word == "jurisdiction_contact") return "contact";
    return word == "jurisdiction_domain" ? "domain" : "default";
}

std::string explain_as_json(const Decision& decision, std::string_view extra, int indent) {
    Json json{{"treatment", to_string(decision.treatment)},
              {"ceiling", to_string(decision.ceiling)},
              {"jurisdiction", decision.jurisdiction},
              {"stream", decision.stream},
              {"controller", decision.controller},
              {"basis", to_string(decision.basis)},
              {"evidence", decision.evidence_id},
              {"rule", decision.rule},
              {"reasons", reasons_of(decision)},
              {"retention_days", decision.retention_days},
              {"open_pixel", decision.open_pixel},
              {"policy_digest", decision.policy_digest}};
    return with_members(std::move(json), extra, indent);
}

std::string explain_as_json(const Account& account, std::string_view extra, int indent) {
    const Decision& decision = account.decision;
    Json json;
    json["recipient"] = text_or_null(account.recipient);
    json["decided_at"] = moment_of(account.now);
    json["treatment"] = to_string(decision.treatment);
    json["ceiling"] = to_string(decision.ceiling);
    json["jurisdiction"] = decision.jurisdiction;
    json["jurisdiction_from"] = text_or_null(account.place_known_from());
    json["stream"] = decision.stream;
    json["controller"] = decision.controller;
    json["basis"] = to_string(decision.basis);
    json["evidence"] = decision.evidence_id;
    json["rule"] = decision.rule;
    json["law"] = law_of(account);
    json["reasons"] = reasons_of(decision);
    json["missing"] = missing_in(decision);
    json["proofs"] = proofs_as_json(account);
    json["would_change"] = Json::array();
    for (const Remedy& remedy : account.remedies()) json["would_change"].push_back(json_of(remedy));
    json["retention_days"] = decision.retention_days;
    json["open_pixel"] = decision.open_pixel;
    json["policy_digest"] = decision.policy_digest;

    return with_members(std::move(json), extra, indent);
}

}  // namespace candor::policy
