// A decision in words, in JSON, and the policy as a table.
#include "policy/decision/explain.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "policy/law/page_text.h"
#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/explain");

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

bool says(const std::string& text, std::string_view what) {
    return text.find(what) != std::string::npos;
}

/// A decision with all that an explanation of it needs.
struct Told {
    Policy policy;
    Case c;
    Decision decision;

    Told(Policy given_policy, Case given_case)
        : policy(std::move(given_policy)), c(std::move(given_case)), decision(c.decide(policy)) {}
    [[nodiscard]] Account account() {
        decision = c.decide(policy);
        return {decision, policy, noon, &c.facts, {}, "2b5b9268af9ea890963e9deefd18886c"};
    }
};

Told italian() {
    Policy policy = strict();
    policy.evidence.lias = {lia({"IT"})};
    policy.evidence.lias.front().digest = std::string(64, 'd');
    policy.evidence.lias.front().file = "evidence/lia.toml";
    Case c("IT");
    c.contact().source = "crm-2026-11";
    c.controller.privacy_notice_url.clear();
    return {std::move(policy), std::move(c)};
}

}  // namespace

TEST_CASE("the words name treatment, ceiling, rule, law, evidence and what was missing") {
    Told told = italian();
    const std::string text = explain_in_words(told.account());
    CAPTURE(text);
    CHECK(says(text, "Recipient     2b5b9268af9ea890963e9deefd18886c"));
    CHECK(says(text, "from the contact row (source crm-2026-11)"));
    CHECK(says(text, "facts of 2026-11-23"));
    CHECK(says(text, "send: opt-in (Art. 130"));  // the note of the row
    CHECK(says(text, "approved 2026-10-24 by the DPO, counts until"));
    CHECK(says(text, std::string(60, 'd')));
    CHECK(says(text, "[no_privacy_notice] Publish a privacy notice"));
    CHECK(says(text, "-> aggregate"));
    CHECK(says(text, "untracked"));
    CHECK(says(text, "Ceiling       aggregate"));
    CHECK(says(text, "strict-2026/IT/with_legitimate_interest"));
    CHECK(says(text, "IT (Italy)"));
    CHECK(says(text, "Codice Privacy"));
    CHECK(says(text, "LIA-1"));
    CHECK(says(text, "[no_privacy_notice]"));
    CHECK(says(text, "-> untracked"));
    CHECK(says(text, strict().effective.digest()));
}

TEST_CASE("the words fit a terminal") {
    for (const auto* code : {"IT", "DE", "US", "ZZ", "US-CO"}) {
        Told told{strict(), Case(code)};
        const std::string text = explain_in_words(told.account());
        for (const std::string& line : lines_of(text)) {
            CAPTURE(line);
            CHECK((line.size() <= 80 || line.find(' ') == line.npos));
            CHECK_FALSE(line.ends_with(' '));
        }
    }
}

TEST_CASE("the JSON says the same, reasons as strings, and what the caller adds") {
    Told told = italian();
    const auto json = nlohmann::json::parse(
        explain_as_json(told.account(), R"({"links_rewritten": 3, "treatment": "individual"})"));
    CHECK(json["treatment"] == "untracked");  // what is added does not change what was decided
    CHECK(json["ceiling"] == "aggregate");
    CHECK(json["recipient"] == "2b5b9268af9ea890963e9deefd18886c");
    CHECK(json["decided_at"] == moment_of(noon));
    CHECK(json["jurisdiction"] == "IT");
    CHECK(json["jurisdiction_from"] == "contact");
    CHECK(json["stream"] == "news");
    CHECK(json["controller"] == "acme");
    CHECK(json["basis"] == "legitimate_interest");
    CHECK(json["evidence"] == "LIA-1");
    CHECK(json["rule"] == "strict-2026/IT/with_legitimate_interest");
    CHECK(json["law"]["confidence"] == "high");
    CHECK(json["law"]["layer"] == "strict-2026");
    CHECK(json["retention_days"] == 30);
    CHECK(json["policy_digest"] == told.policy.effective.digest());
    CHECK(json["links_rewritten"] == 3);
    REQUIRE(json["proofs"].size() == 1);
    CHECK(json["proofs"][0]["kind"] == "lia");
    CHECK(json["proofs"][0]["sha256"] == std::string(64, 'd'));
    REQUIRE(json["reasons"].is_array());
    bool named = false;
    for (const auto& reason : json["reasons"]) {
        REQUIRE(reason.is_string());
        named = named || reason.get<std::string>().starts_with("no_privacy_notice: ");
    }
    CHECK(named);
    bool missing = false;
    for (const auto& one : json["missing"]) {
        missing = missing || (one["word"] == "no_privacy_notice" && one["lowered"] == true);
    }
    CHECK(missing);
    bool would = false;
    for (const auto& one : json["would_change"]) {
        would = would || (one["word"] == "no_privacy_notice" && one["then"] == "aggregate");
    }
    CHECK(would);
}

TEST_CASE("JSON is made whatever bytes and additions come in") {
    Told told = italian();
    told.c.facts.message.requested = Treatment::Untracked;
    told.c.facts.message.requested_by = "\xFF\xFE";
    for (const auto* extra : {"", "[1]", "{broken", "null"}) {
        CAPTURE(extra);
        const auto json = nlohmann::json::parse(explain_as_json(told.account(), extra, -1));
        CHECK(json["treatment"] == "untracked");
    }
}

TEST_CASE("an explanation names every record that counted, by digest and dates") {
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"NL"})};
    policy.evidence.dpas = {dpa("hoster"), dpa("stranger")};
    policy.evidence.privacy_notices.front().digest = std::string(64, 'e');
    OverlaySwitch overlay;
    overlay.name = "legitimate-interest";
    overlay.enabled_by = "the board";
    overlay.enabled_at = noon - days{5};
    overlay.reason = "decision 14";
    policy.settings.overlays = {overlay};
    Case c("NL");
    c.controller.self_hosted = false;
    c.controller.processors = {"hoster"};
    Told told{policy, c};
    REQUIRE(told.decision.treatment == Treatment::Individual);
    const auto json = nlohmann::json::parse(explain_as_json(told.account()));
    std::string kinds;
    for (const auto& proof : json["proofs"]) {
        kinds += proof["kind"].get<std::string>() + ":" + proof["id"].get<std::string>() + " ";
    }
    CHECK(kinds ==
          "lia:LIA-1 overlay:legitimate-interest privacy_notice:https://acme.example/privacy "
          "dpa:hoster ");
    CHECK(json["would_change"].empty());
    const std::string text = explain_in_words(told.account());
    CHECK(says(text, "turned on 2026-11-18"));
    CHECK(says(text, "It is the most there is."));

    // A consent is named by its record, never by its person.
    Told by_consent{strict(), Case("DE")};
    by_consent.c.facts.person.consents = {consent()};
    const auto consented = nlohmann::json::parse(explain_as_json(by_consent.account()));
    REQUIRE(consented["proofs"].size() == 2);
    CHECK(consented["proofs"][0]["kind"] == "consent");
    CHECK(consented["proofs"][0]["id"] == "consent:click:2026-11-13:3");
    CHECK(consented["proofs"][0]["text"] == "by double-opt-in, from form-7, to wording 3");
}

TEST_CASE("where several share a message, what one would get alone is what would change it") {
    Told told = italian();
    told.decision.treatment = Treatment::Untracked;
    const Account shared{told.decision, told.policy, noon, nullptr, Treatment::Individual, {}};
    const auto json = nlohmann::json::parse(explain_as_json(shared));
    CHECK(json["recipient"].is_null());
    CHECK(json["jurisdiction_from"].is_null());
    REQUIRE(json["would_change"].size() == 1);
    CHECK(json["would_change"][0]["word"] == "several_recipients");
    CHECK(json["would_change"][0]["then"] == "individual");
    CHECK(says(explain_in_words(shared), "Send each recipient a message of their own."));
}

TEST_CASE("facts older than a year are said to be") {
    Told told = italian();
    Account account = told.account();
    account.now = told.policy.effective.facts_at() + days{400};
    CHECK(says(explain_in_words(account), "older than 12 months"));
    CHECK(nlohmann::json::parse(explain_as_json(account))["law"]["facts_are_old"] == true);
}

TEST_SUITE_END();
