// What an auditor reads years later is what was decided.
#include "policy/decision/decision_grounds.h"

#include <doctest/doctest.h>

using namespace candor::policy;

namespace {

Decision decision() {
    Decision decision;
    decision.treatment = Treatment::Untracked;
    decision.ceiling = Treatment::Individual;
    decision.jurisdiction = "US-CA";
    decision.rule = "strict-2026/US-CA/with_legitimate_interest";
    decision.basis = Basis::LegitimateInterest;
    decision.stream = "news letter";
    decision.controller = "acme";
    decision.reasons = {{"recorded", "The contact row says US-CA.", Treatment::Individual, false},
                        {"no_campaign", "Two lines\nin a text.", Treatment::Untracked, true}};
    decision.retention_days = 90;
    decision.open_pixel = true;
    decision.policy_digest = "abc";
    return decision;
}

}  // namespace

TEST_SUITE("policy/decision_grounds") {
    TEST_CASE("what goes in comes out, a line break as a blank") {
        const std::string text = to_grounds(decision(), "untracked_incomplete");
        const Grounds read = from_grounds(text);
        CHECK(read.obeyed == "untracked_incomplete");
        CHECK(read.decision.treatment == Treatment::Untracked);
        CHECK(read.decision.ceiling == Treatment::Individual);
        CHECK(read.decision.jurisdiction == "US-CA");
        CHECK(read.decision.rule == "strict-2026/US-CA/with_legitimate_interest");
        CHECK(read.decision.basis == Basis::LegitimateInterest);
        CHECK(read.decision.stream == "news letter");
        CHECK(read.decision.controller == "acme");
        CHECK(read.decision.policy_digest == "abc");
        CHECK(read.decision.retention_days == 90);
        CHECK(read.decision.open_pixel);
        REQUIRE(read.decision.reasons.size() == 2);
        CHECK(read.decision.reasons[0].word == "recorded");
        CHECK(read.decision.reasons[0].text == "The contact row says US-CA.");
        CHECK_FALSE(read.decision.reasons[0].lowered);
        CHECK(read.decision.reasons[1].text == "Two lines in a text.");
        CHECK(read.decision.reasons[1].lowered);
        CHECK(read.decision.reasons[1].result == Treatment::Untracked);
        CHECK(to_grounds(read.decision, read.obeyed) == text);
    }

    TEST_CASE("lines of a later program are skipped, and no text is too strange") {
        CHECK(from_grounds("mood good\ntreatment plaintext\n").decision.treatment ==
              Treatment::Plaintext);
        for (const char* strange : {"", "\n\n", "reason", "reason lowered", "treatment", "x\ny"}) {
            CHECK(from_grounds(strange).decision.rule.empty());
        }
    }
}
