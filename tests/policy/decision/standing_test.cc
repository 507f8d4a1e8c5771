// What holds a whole controller back, asked without a message.
#include "policy/decision/standing.h"

#include "tests/policy/rulebook.h"

using namespace rulebook;

namespace {

std::string words_at(const Controller& controller, const Policy& policy, Instant at = noon) {
    std::string words;
    for (const Shortfall& shortfall : standing_shortfalls(controller, policy, at)) {
        CHECK(shortfall.lowers_to == Treatment::Untracked);
        CHECK(!shortfall.text.empty());
        words += shortfall.word + " ";
    }
    return words;
}

}  // namespace

TEST_SUITE_BEGIN("policy/standing");

TEST_CASE("nothing stands in the way of a controller with everything on file") {
    CHECK(words_at(Case("US").controller, strict()) == "");
    CHECK(words_at(Case("US").controller, with_overlay()) == "");
}

TEST_CASE("what stops every message of a controller is named as the decision names it") {
    struct Row {
        const char* words;
        void (*spoil)(Controller&, Policy&);
    };
    for (const Row& row : std::vector<Row>{
             {"no_tracking_host ", [](Controller&c, Policy&) { c.tracking_host.clear(); }},
             {"no_privacy_notice ", [](Controller&c, Policy&) { c.privacy_notice_url.clear(); }},
             {"privacy_notice_unattested ",
              [](Controller&, Policy&p) { p.evidence.privacy_notices.clear(); }},
             {"privacy_notice_unattested ",
              [](Controller&c, Policy&) { c.privacy_notice_url = "https://acme.example/new"; }},
             {"no_retention ", [](Controller&c, Policy&) { c.retention_days = 0; }},
             {"dpa_missing ", [](Controller&c, Policy&) { c.self_hosted = false; }},
             {"dpa_expired ", [](Controller&c, Policy&p) {
                  c.self_hosted = false;
                  c.processors = {"hoster"};
                  p.evidence.dpas = {dpa("hoster")};
                  p.evidence.dpas[0].review_by = noon;
              }}}) {
        CAPTURE(row.words);
        Case c("US");
        Policy policy = strict();
        row.spoil(c.controller, policy);
        CHECK(words_at(c.controller, policy) == row.words);
        CHECK(lowered_by(c.decide(policy), std::string_view(row.words).substr(
                                               0, std::string_view(row.words).size() - 1)));
    }
}

TEST_CASE("what will stand in the way is asked of the moment when it does") {
    const Case c("US");
    const Instant end = *privacy_notice().review_by;
    CHECK(words_at(c.controller, strict(), end - std::chrono::seconds{1}) == "");
    CHECK(words_at(c.controller, strict(), end) == "privacy_notice_unattested ");
    CHECK(words_at(c.controller, strict(), noon + days{3650}) ==
          "privacy_notice_unattested pack_outdated ");
}

TEST_CASE("the nearest attestation says why it does not count") {
    struct Row {
        const char* said;
        void (*spoil)(PrivacyNotice&);
    };
    for (const Row& row : std::vector<Row>{
             {"Nothing on file attests that the privacy notice of acme explains clicks",
              [](PrivacyNotice& n) { n.controller = "other"; }},
             {"The attestation in privacy-notice.toml is of https://acme.example/old, but the "
              "privacy_notice_url of controller acme is https://acme.example/privacy",
              [](PrivacyNotice& n) { n.url = "https://acme.example/old"; }},
             {"The attestation in privacy-notice.toml does not say that the privacy notice of acme "
              "explains clicks",
              [](PrivacyNotice& n) { n.covers = {Measured::Opens}; }},
             {"The attestation in privacy-notice.toml begins in the future",
              [](PrivacyNotice& n) { n.attested_at = noon + days{1}; }},
             {"The attestation in privacy-notice.toml is past its review date",
              [](PrivacyNotice& n) { n.review_by = noon; }}}) {
        CAPTURE(row.said);
        Policy policy = strict();
        row.spoil(policy.evidence.privacy_notices.front());
        PrivacyNotice farther = privacy_notice();  // one that gets less far says nothing
        farther.controller = "other";
        policy.evidence.privacy_notices.push_back(farther);
        const auto shortfalls = standing_shortfalls(Case("US").controller, policy, noon);
        REQUIRE(shortfalls.size() == 1);
        CHECK(shortfalls[0].text.starts_with(row.said));
    }
}

TEST_SUITE_END();
