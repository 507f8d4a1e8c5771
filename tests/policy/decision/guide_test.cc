// One test per rule of the guide that the project started from, by its own words. What needs a mail
// or a store stands in tests/milter/guide_test.cc.
#include "policy/tokens/token.h"
#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/guide");

TEST_CASE("guide: B2C needs consent") {
    for (const RecipientClass who : {RecipientClass::B2c, RecipientClass::Unknown}) {
        Case c("US-CO", who);  // where a business contact is tracked individually
        CHECK(c.decide(strict()).treatment == Treatment::Aggregate);
        CHECK(lowered_by(c.decide(strict()), "consumer_requires_consent"));
        c.facts.person.consents = {consent()};
        CHECK(c.decide(strict()).treatment == Treatment::Individual);
        CHECK(c.decide(strict()).basis == Basis::Consent);
    }
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"IE"})};
    CHECK(Case("IE", RecipientClass::B2c).decide(policy).treatment == Treatment::Untracked);
    CHECK(has_reason(Case("IE", RecipientClass::B2c).decide(policy), "not_b2b"));
}

TEST_CASE("guide: EU B2B with an assessment is individual under the overlay, without one not") {
    Policy policy = with_overlay();
    CHECK(Case("NL").decide(policy).treatment == Treatment::Untracked);
    CHECK(has_reason(Case("NL").decide(policy), "lia_missing"));
    policy.evidence.lias = {lia({"EU"})};
    const Decision decision = Case("NL").decide(policy);
    CHECK(decision.treatment == Treatment::Individual);
    CHECK(decision.basis == Basis::LegitimateInterest);
    CHECK(decision.evidence_id == "LIA-1");
    CHECK(decision.rule == "legitimate-interest/NL/with_legitimate_interest");
    CHECK_FALSE(decision.open_pixel);

    Policy shipped = strict();  // the default: no overlay
    shipped.evidence.lias = policy.evidence.lias;
    CHECK(Case("NL").decide(shipped).treatment == Treatment::Aggregate);
}

TEST_CASE("guide: an assessment past its review does not count") {
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"EU"})};
    policy.evidence.lias.front().review_by = noon + std::chrono::seconds{1};
    CHECK(Case("NL").decide(policy).treatment == Treatment::Individual);
    CHECK(Case("NL").decide(policy, noon + std::chrono::seconds{1}).treatment ==
          Treatment::Untracked);
    policy.evidence.lias.front().review_by = noon;
    const Decision decision = Case("NL").decide(policy);
    CHECK(decision.treatment == Treatment::Untracked);
    CHECK(has_reason(decision, "lia_expired"));
}

TEST_CASE("guide: Germany is text only, even with an assessment") {
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"DE", "EU"})};
    for (const RecipientClass who :
         {RecipientClass::B2b, RecipientClass::B2c, RecipientClass::Unknown}) {
        const Decision decision = Case("DE", who).decide(policy);
        CHECK(decision.treatment == Treatment::Plaintext);
        CHECK(decision.basis == Basis::None);
    }
}

TEST_CASE("guide: consent withdrawn is no consent, from that moment on") {
    Case c("IT");
    c.facts.person.consents = {consent()};
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
    c.facts.person.consents.front().withdrawn_at = noon;
    const Decision decision = c.decide(strict());
    CHECK(decision.treatment == Treatment::Untracked);
    CHECK(decision.basis == Basis::None);
    CHECK(has_reason(decision, "consent_withdrawn"));
}

TEST_CASE("guide: California needs a service provider's contract") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"US"})};
    Case c("US-CA");
    c.controller.self_hosted = false;
    c.controller.processors = {"mailer"};
    CHECK(c.decide(policy).treatment == Treatment::Untracked);
    CHECK(lowered_by(c.decide(policy), "dpa_missing"));

    policy.evidence.dpas = {dpa("mailer")};  // a contract, but none that binds it
    CHECK(c.decide(policy).treatment == Treatment::Untracked);
    CHECK(lowered_by(c.decide(policy), "no_service_provider_terms"));

    policy.evidence.dpas.front().service_provider_terms = true;
    CHECK(adds_tracking(c.decide(policy).treatment));
    CHECK(c.decide(policy).treatment == Case("US-CA").decide(policy).treatment);
}

TEST_CASE("guide: a mail that calls an advertising network is not tracked") {
    Case c("US-CA");
    CHECK(adds_tracking(c.decide(strict()).treatment));
    c.facts.message.ad_network = "Meta";
    CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    CHECK(lowered_by(c.decide(strict()), "ad_network"));
}

TEST_CASE("guide: a processor agreement past its review date does not count") {
    Case c("US-CO");
    c.controller.self_hosted = false;
    c.controller.processors = {"mailer"};
    Policy policy = strict();
    policy.evidence.dpas = {dpa("mailer")};
    policy.evidence.dpas.front().review_by = noon + std::chrono::seconds{1};
    CHECK(c.decide(policy).treatment == Treatment::Individual);
    policy.evidence.dpas.front().review_by = noon;
    CHECK(c.decide(policy).treatment == Treatment::Untracked);
    CHECK(lowered_by(c.decide(policy), "dpa_expired"));
}

TEST_CASE("guide: without a visible opt-out nothing is tracked") {
    Case c("US-CO");
    c.facts.message.visible_opt_out = false;
    CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    CHECK(lowered_by(c.decide(strict()), "no_visible_optout"));
}

TEST_CASE("guide: an opt-out of the application's own counts only with a feed") {
    Case c("US-CO");
    c.facts.message.header_opt_out = HeaderOptOut::ApplicationUnfed;
    CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    CHECK(lowered_by(c.decide(strict()), "foreign_optout"));
    c.facts.message.header_opt_out = HeaderOptOut::ApplicationFed;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
}

TEST_CASE("guide: unsubscribe stops everything, consent or not") {
    Case c("US-CO");
    c.facts.person.consents = {consent()};
    c.facts.person.opt_outs.all = true;
    CHECK(c.decide(strict()).treatment == Treatment::Suppressed);
    CHECK(c.decide(strict()).rule == "opt_out");
}

TEST_CASE("guide: an opt-out link works for 30 and 60 days, and for ever") {
    KeyRing ring;
    LinkKey key{};
    key.fill(7);
    ring.add_link_key(1, 1, key);
    const OptOutLink link{1, {{1, 2, 3}}, 5, OptOutPage::Unsubscribe};
    const auto token = seal(ring, link);
    REQUIRE(token);
    for (const int after : {0, 30, 31, 60, 61, 365, 3653}) {
        CAPTURE(after);
        // An opt-out needs no daily key: there is none in this ring.
        const auto opened = open(ring, *token, noon + days{after}, Identity::Skip);
        REQUIRE(opened);
        CHECK(std::get<OptOutLink>(*opened) == link);
    }
}

TEST_CASE("guide: links are never rewritten to a domain that is not the sender's") {
    for (const auto* host : {"click.mailer.example", "acme.example.mailer.example", ""}) {
        CAPTURE(host);
        Case c("US-CO");
        c.controller.tracking_host = host;
        CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    }
    Case c("US-CO");
    c.facts.message.from_domain = "acme.co.example";
    CHECK(lowered_by(c.decide(strict()), "tracking_domain_misaligned"));
}

TEST_CASE("guide: what is kept is kept no longer than the law and the operator say") {
    Case c("US-CO");
    c.controller.retention_days = 30;
    CHECK(c.decide(strict()).retention_days == 30);
    c.controller.retention_days = 3650;
    CHECK(c.decide(strict()).retention_days == strict().effective.row_for("US-CO").retention_days);
    c.controller.retention_days = 0;
    CHECK(lowered_by(c.decide(strict()), "no_retention"));
    c.controller.retention_days = 30;
    c.facts.message.purge_on_time = false;
    CHECK(lowered_by(c.decide(strict()), "purge_overdue"));
}

TEST_CASE("guide: the privacy notice names clicks, or there are none") {
    Policy policy = strict();
    policy.evidence.privacy_notices.clear();
    CHECK(Case("US-CO").decide(policy).treatment == Treatment::Untracked);
    CHECK(lowered_by(Case("US-CO").decide(policy), "privacy_notice_unattested"));
}

TEST_SUITE_END();
