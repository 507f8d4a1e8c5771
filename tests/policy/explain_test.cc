// A decision in words, in JSON, and the policy as a table.
#include "policy/explain.h"

#include <nlohmann/json.hpp>
#include <sstream>

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

Decision italian() {
    Policy policy = strict();
    policy.evidence.lias = {lia({"IT"})};
    Case c("IT");
    c.controller.privacy_notice_url.clear();
    return c.decide(policy);
}

}  // namespace

TEST_CASE("the words name treatment, ceiling, rule, law, evidence and what was missing") {
    const std::string text = explain_in_words(italian(), strict().effective);
    CAPTURE(text);
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
        const std::string text = explain_in_words(Case(code).decide(strict()), strict().effective);
        for (const std::string& line : lines_of(text)) {
            CAPTURE(line);
            CHECK(line.size() <= 80);
            CHECK_FALSE(line.ends_with(' '));
        }
    }
}

TEST_CASE("the JSON has every key, reasons as strings, and what the caller adds") {
    const auto json = nlohmann::json::parse(
        explain_as_json(italian(), R"({"links_rewritten": 3, "treatment": "individual"})"));
    CHECK(json["treatment"] == "untracked");  // what is added does not change what was decided
    CHECK(json["ceiling"] == "aggregate");
    CHECK(json["jurisdiction"] == "IT");
    CHECK(json["stream"] == "news");
    CHECK(json["controller"] == "acme");
    CHECK(json["basis"] == "legitimate_interest");
    CHECK(json["evidence"] == "LIA-1");
    CHECK(json["rule"] == "strict-2026/IT/with_legitimate_interest");
    CHECK(json["retention_days"] == 30);
    CHECK(json["policy_digest"] == strict().effective.digest());
    CHECK(json["links_rewritten"] == 3);
    REQUIRE(json["reasons"].is_array());
    bool named = false;
    for (const auto& reason : json["reasons"]) {
        REQUIRE(reason.is_string());
        named = named || reason.get<std::string>().starts_with("no_privacy_notice: ");
    }
    CHECK(named);
}

TEST_CASE("JSON is made whatever bytes and additions come in") {
    Decision decision = italian();
    decision.reasons.push_back({"odd", "\xFF\xFE", Treatment::Untracked, false});
    for (const auto* extra : {"", "[1]", "{broken", "null"}) {
        CAPTURE(extra);
        const auto json = nlohmann::json::parse(explain_as_json(decision, extra, -1));
        CHECK(json["treatment"] == "untracked");
    }
}

TEST_CASE("the table has one aligned line per row and the law behind it") {
    const EffectivePolicy policy = effective({"legitimate-interest"});
    const std::string text = policy_table(policy);
    CHECK(says(text, policy.digest()));
    const std::vector<std::string> lines = lines_of(text);
    const auto head = std::ranges::find_if(
        lines, [](const std::string& line) { return line.starts_with("code "); });
    REQUIRE(head != lines.end());
    const std::size_t column = head->find("default");
    std::size_t rows = 0;
    for (auto line = head + 1; line != lines.end() && !line->empty(); ++line, ++rows) {
        CAPTURE(*line);
        const std::string cell = line->substr(column, line->find(' ', column) - column);
        CHECK(treatment_from(cell).has_value());
    }
    CHECK(rows == policy.rows().size());
    CHECK(says(text, "individual*"));
    CHECK(says(text, "Codice Privacy"));
}

TEST_SUITE_END();
