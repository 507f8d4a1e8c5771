#include "cli/check_rules.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/policy/rulebook.h"

using namespace candor;
using policy::Controller;
using rulebook::days;
using rulebook::noon;

namespace {

/// Rules that track, of one controller on line 12; a test spoils the one thing it is about.
milter::Rules good() {
    milter::Rules rules;
    rules.config.file = "candor.toml";
    rules.config.policy.evidence_dir = "evidence";
    Controller controller = rulebook::Case("US").controller;
    controller.line = 12;
    controller.domains = {"acme.example"};
    rules.config.controllers = {controller};
    rules.policy = rulebook::strict();
    rules.policy.evidence.lias = {rulebook::lia({"US"})};
    rules.policy.evidence.lias[0].file = "lia.toml";
    rules.policy.evidence.lias[0].review_line = 9;
    rules.policy.evidence.privacy_notices[0].review_line = 8;
    return rules;
}

Controller& controller_of(milter::Rules& rules) {
    return rules.config.controllers.front();
}
policy::Evidence& evidence_of(milter::Rules& rules) {
    return rules.policy.evidence;
}

void employ(milter::Rules& rules, policy::Instant review_by) {
    controller_of(rules).self_hosted = false;
    controller_of(rules).processors = {"hoster"};
    evidence_of(rules).dpas = {rulebook::dpa("hoster")};
    evidence_of(rules).dpas[0].review_by = review_by;
    evidence_of(rules).dpas[0].review_line = 7;
}

}  // namespace

TEST_SUITE("cli/check_rules") {
    TEST_CASE("rules that track have no warning") {
        CHECK(cli::warnings_of(good(), noon).empty());
    }

    TEST_CASE("what stops tracking, or soon will, is one line with file, line and what it means") {
        struct Row {
            std::string said;
            void (*spoil)(milter::Rules&);
        };
        for (const Row& row : std::vector<Row>{
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: Controller "
                  "acme has no tracking_host",
                  [](milter::Rules& r) { controller_of(r).tracking_host.clear(); }},
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: Controller "
                  "acme has no https privacy_notice_url",
                  [](milter::Rules& r) { controller_of(r).privacy_notice_url.clear(); }},
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: Controller "
                  "acme has no retention_days",
                  [](milter::Rules& r) { controller_of(r).retention_days = 0; }},
                 {"candor.toml: warning: nothing of controller `acme` is tracked: Controller "
                  "acme has no retention_days",  // no [[controller]] in the file: no line
                  [](milter::Rules& r) {
                      controller_of(r).retention_days = 0;
                      controller_of(r).line = 0;
                  }},
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: Nothing on "
                  "file attests",
                  [](milter::Rules& r) { evidence_of(r).privacy_notices.clear(); }},
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: The "
                  "attestation in privacy-notice.toml is of https://acme.example/old",
                  [](milter::Rules& r) {
                      evidence_of(r).privacy_notices[0].url = "https://acme.example/old";
                  }},
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: The "
                  "attestation in privacy-notice.toml is past its review date",
                  [](milter::Rules& r) { evidence_of(r).privacy_notices[0].review_by = noon; }},
                 {"privacy-notice.toml:8: warning: the attestation of the privacy notice ends on "
                  "2026-12-23: from then on nothing of controller `acme` is tracked",
                  [](milter::Rules& r) {
                      evidence_of(r).privacy_notices[0].review_by = noon + days{30};
                  }},
                 {"lia.toml:9: warning: the assessment `LIA-1` is past its review date and does "
                  "not count: recipients without a consent",
                  [](milter::Rules& r) { evidence_of(r).lias[0].review_by = noon; }},
                 {"lia.toml:9: warning: the assessment `LIA-1` ends on 2026-12-23: from then on "
                  "recipients without a consent",
                  [](milter::Rules& r) { evidence_of(r).lias[0].review_by = noon + days{30}; }},
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: No signed "
                  "processor agreement for hoster",
                  [](milter::Rules& r) {
                      employ(r, noon + days{300});
                      evidence_of(r).dpas.clear();
                  }},
                 {"candor.toml:12: warning: nothing of controller `acme` is tracked: The processor "
                  "agreement is past its review date for hoster (dpa.toml)",
                  [](milter::Rules& r) { employ(r, noon - days{1}); }},
                 {"dpa.toml:7: warning: the agreement with hoster ends on 2026-12-03: from then on "
                  "nothing of controller `acme` is tracked",
                  [](milter::Rules& r) { employ(r, noon + days{10}); }},
                 {"candor.toml:12: warning: controller `acme` tracks on go.acme.example, which is "
                  "not aligned with its domain other.example",
                  [](milter::Rules& r) { controller_of(r).domains = {"other.example"}; }}}) {
            CAPTURE(row.said);
            milter::Rules rules = good();
            row.spoil(rules);
            const auto lines = cli::warnings_of(rules, noon);
            REQUIRE(lines.size() == 1);
            CAPTURE(lines[0]);
            CHECK(lines[0].starts_with(row.said));
        }
    }

    TEST_CASE("without an evidence_dir nothing is on file, and that is said first") {
        milter::Rules rules = good();
        rules.config.policy.evidence_dir.clear();
        rules.policy.evidence = {};
        const auto lines = cli::warnings_of(rules, noon);
        REQUIRE(lines.size() == 2);
        CHECK(lines[0].starts_with("candor.toml: warning: no policy.evidence_dir"));
        CHECK(lines[1].starts_with("candor.toml:12: warning: nothing of controller `acme`"));
    }

    TEST_CASE("what ends is no matter where another goes on, was superseded or never counted") {
        milter::Rules rules = good();
        evidence_of(rules).privacy_notices.push_back(rulebook::privacy_notice());
        evidence_of(rules).privacy_notices[0].review_by = noon + days{3};
        evidence_of(rules).privacy_notices.push_back(rulebook::privacy_notice());
        evidence_of(rules).privacy_notices[2].review_by = noon - days{3};
        evidence_of(rules).lias[0].status = "withdrawn";
        evidence_of(rules).lias[0].review_by = noon - days{3};
        CHECK(cli::warnings_of(rules, noon).empty());
        CHECK(cli::warnings_of(good(), noon + days{269}).empty());
    }

    TEST_CASE("legal facts older than a year are said") {
        milter::Rules rules = good();
        evidence_of(rules).privacy_notices[0].review_by = noon + days{900};
        evidence_of(rules).lias.clear();
        const auto lines = cli::warnings_of(rules, noon + days{400});
        REQUIRE(lines.size() == 1);
        CHECK(lines[0].starts_with("candor.toml: warning: the legal facts of strict-2026 are of"));
    }
}
