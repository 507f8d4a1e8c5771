// Every check for anything above `untracked`, and what counts as an assessment.
#include "policy/decision/preconditions.h"

#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/preconditions");

TEST_CASE("each precondition that fails lowers to untracked and is named") {
    struct Row {
        const char* word;
        void (*spoil)(Case&);
    };
    for (const Row& row : std::vector<Row>{
             {"no_tracking_host", [](Case& c) { c.controller.tracking_host.clear(); }},
             {"tracking_domain_misaligned",
              [](Case& c) { c.facts.message.from_domain = "acme.example.evil.test"; }},
             {"tracking_domain_misaligned", [](Case& c) { c.facts.message.from_domain.clear(); }},
             {"tracking_domain_misaligned",
              [](Case& c) { c.controller.tracking_host = "click.vendor.example"; }},
             {"foreign_optout",
              [](Case& c) { c.facts.message.header_opt_out = HeaderOptOut::ApplicationUnfed; }},
             {"no_visible_optout", [](Case& c) { c.facts.message.visible_opt_out = false; }},
             {"no_privacy_notice", [](Case& c) { c.controller.privacy_notice_url.clear(); }},
             {"no_privacy_notice",
              [](Case& c) { c.controller.privacy_notice_url = "http://acme.example/p"; }},
             {"privacy_notice_unattested",
              [](Case& c) { c.controller.privacy_notice_url = "https://acme.example/new"; }},
             {"optout_untested", [](Case& c) { c.facts.message.opt_out_tested = false; }},
             {"purge_overdue", [](Case& c) { c.facts.message.purge_on_time = false; }},
             {"ad_network", [](Case& c) { c.facts.message.ad_network = "Meta"; }},
             {"no_retention", [](Case& c) { c.controller.retention_days = 0; }},
             {"dpa_missing", [](Case& c) { c.controller.self_hosted = false; }},
             {"dpa_missing", [](Case& c) {
                  c.controller.self_hosted = false;
                  c.controller.processors = {"hoster"};
              }}}) {
        CAPTURE(row.word);
        for (const auto* code : {"US-CO", "US"}) {  // individual and aggregate by default
            Case c(code);
            CHECK(adds_tracking(c.decide(strict()).treatment));
            row.spoil(c);
            const Decision decision = c.decide(strict());
            CHECK(decision.treatment == Treatment::Untracked);
            CHECK(decision.ceiling < Treatment::Untracked);
            CHECK(lowered_by(decision, row.word));
        }
    }
}

TEST_CASE("what fails together is named together, and nothing falls below untracked") {
    Case c("US-CO");
    c.controller = {};
    c.controller.name = "acme";
    c.facts.message = {};
    c.facts.message.header_opt_out = HeaderOptOut::ApplicationUnfed;
    c.facts.message.daily_key = false;
    c.facts.message.opt_out_tested = c.facts.message.purge_on_time = false;
    c.facts.message.ad_network = "Meta";
    const Decision decision = c.decide(strict());
    CHECK(decision.treatment == Treatment::Untracked);
    CAPTURE(words_of(decision));
    for (const auto* word : {"no_daily_key", "no_campaign", "no_tracking_host", "foreign_optout",
                             "no_visible_optout", "no_privacy_notice", "no_retention",
                             "dpa_missing", "optout_untested", "purge_overdue", "ad_network"}) {
        CAPTURE(word);
        CHECK(has_reason(decision, word));
    }
}

TEST_CASE("what is not above untracked is not checked") {
    Case c("FR");
    c.controller.tracking_host.clear();
    CHECK_FALSE(has_reason(c.decide(strict()), "no_tracking_host"));
    c.contact().jurisdiction = "DE";
    CHECK(c.decide(strict()).treatment == Treatment::Plaintext);
}

TEST_CASE("opt-outs of the application count where they are brought here") {
    Case c("US-CO");
    c.facts.message.header_opt_out = HeaderOptOut::ApplicationFed;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
}

TEST_CASE("only aggregate needs a campaign, also where it was individual before") {
    Case c("US-CO");
    c.facts.message.has_campaign = false;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);

    SUBCASE("lowered by the missing key") {
        c.facts.message.daily_key = false;
        const Decision decision = c.decide(strict());
        CHECK(decision.treatment == Treatment::Untracked);
        CHECK(lowered_by(decision, "no_daily_key"));
        CHECK(lowered_by(decision, "no_campaign"));
    }
    SUBCASE("lowered by the stream") {
        c.stream.ceiling = Treatment::Aggregate;
        CHECK(c.decide(strict()).treatment == Treatment::Untracked);
        CHECK(lowered_by(c.decide(strict()), "no_campaign"));
    }
    SUBCASE("lowered by a Global Privacy Control") {
        c.contact().gpc = true;
        CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    }
    SUBCASE("lowered because the recipient is a consumer") {
        c.contact().recipient_class = RecipientClass::B2c;
        CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    }
}

TEST_CASE("without a key of today individual becomes aggregate, and aggregate does not mind") {
    Case c("US-CO");
    c.facts.message.daily_key = false;
    CHECK(c.decide(strict()).treatment == Treatment::Aggregate);
    CHECK(lowered_by(c.decide(strict()), "no_daily_key"));
    c.contact().jurisdiction = "US";
    CHECK(c.decide(strict()).treatment == Treatment::Aggregate);
    CHECK_FALSE(has_reason(c.decide(strict()), "no_daily_key"));
}

TEST_CASE("a retention shorter than every class allows no personal link") {
    Case c("US-CO");
    c.controller.retention_days = 3;
    CHECK(c.decide(strict()).treatment == Treatment::Aggregate);
    CHECK(has_reason(c.decide(strict()), "retention_too_short"));
}

TEST_CASE("each processor needs an agreement of this controller, signed and not past its review") {
    Case c("US-CO");
    c.controller.self_hosted = false;
    c.controller.processors = {"hoster", "crm"};
    Policy policy = strict();
    policy.evidence.dpas = {dpa("hoster"), dpa("crm")};
    CHECK(c.decide(policy).treatment == Treatment::Individual);

    struct Row {
        const char* word;
        void (*spoil)(Dpa&);
    };
    for (const Row& row :
         std::vector<Row>{{"dpa_missing", [](Dpa& d) { d.processor = "other"; }},
                          {"dpa_missing", [](Dpa& d) { d.controller = "other"; }},
                          {"dpa_missing", [](Dpa& d) { d.signed_at.reset(); }},
                          {"dpa_missing", [](Dpa& d) { d.signed_at = noon + days{1}; }},
                          {"dpa_expired", [](Dpa& d) { d.review_by.reset(); }},
                          {"dpa_expired", [](Dpa& d) { d.review_by = noon; }}}) {
        CAPTURE(row.word);
        Policy spoiled = policy;
        row.spoil(spoiled.evidence.dpas.back());
        CHECK(c.decide(spoiled).treatment == Treatment::Untracked);
        CHECK(lowered_by(c.decide(spoiled), row.word));
        // A second, sound agreement with the same processor is enough.
        spoiled.evidence.dpas.push_back(dpa("crm"));
        CHECK(c.decide(spoiled).treatment == Treatment::Individual);
    }
    c.controller.self_hosted = true;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
}

TEST_CASE("every processor without an agreement is named, the missing and the expired") {
    Case c("US-CA");
    c.controller.self_hosted = false;
    c.controller.processors = {"hoster", "crm", "cdn", "shop"};
    Policy policy = strict();
    policy.evidence.lias = {lia({"US"})};
    policy.evidence.dpas = {dpa("cdn"), dpa("shop")};
    policy.evidence.dpas[0].review_by = noon - days{1};
    policy.evidence.dpas[1].review_by = noon - days{1};
    const Decision decision = c.decide(policy);
    const auto text_of = [&](std::string_view word) {
        const auto found = std::ranges::find(decision.reasons, word, &Reason::word);
        return found == decision.reasons.end() ? std::string{} : found->text;
    };
    CHECK(text_of("dpa_missing") ==
          "No signed processor agreement for hoster, crm: `candor dpa new` writes a file to fill "
          "in. The processor agreement is past its review date for cdn (dpa.toml), "
          "shop (dpa.toml): review it, and put the new dates into its file.");
    CHECK(text_of("no_service_provider_terms").find("on file for hoster, crm, cdn, shop:") !=
          std::string::npos);

    // Terms in a contract that is not signed, or with somebody else, bind nobody.
    policy.evidence.dpas = {dpa("hoster"), dpa("other")};
    for (Dpa& each : policy.evidence.dpas) each.service_provider_terms = true;
    policy.evidence.dpas[0].signed_at = noon + days{1};
    c.controller.processors = {"hoster"};
    CHECK(has_reason(c.decide(policy), "no_service_provider_terms"));
}

TEST_CASE("a privacy notice counts while somebody attests that it explains clicks") {
    struct Row {
        void (*spoil)(PrivacyNotice&);
    };
    for (const Row& row :
         std::vector<Row>{{[](PrivacyNotice& n) { n.controller = "other"; }},
                          {[](PrivacyNotice& n) { n.url = "https://acme.example/old"; }},
                          {[](PrivacyNotice& n) { n.covers = {Measured::Opens}; }},
                          {[](PrivacyNotice& n) { n.attested_at = noon + days{1}; }},
                          {[](PrivacyNotice& n) { n.attested_at.reset(); }},
                          {[](PrivacyNotice& n) { n.review_by = noon; }},
                          {[](PrivacyNotice& n) { n.review_by.reset(); }}}) {
        Policy policy = strict();
        row.spoil(policy.evidence.privacy_notices.front());
        const Decision decision = Case("US-CO").decide(policy);
        CHECK(decision.treatment == Treatment::Untracked);
        CHECK(lowered_by(decision, "privacy_notice_unattested"));
    }
}

TEST_CASE("no open pixel where the privacy notice does not explain opens") {
    Policy policy = strict();
    CHECK(Case("US-CO").decide(policy).open_pixel);
    policy.evidence.privacy_notices.front().covers = {Measured::Clicks};
    CHECK(Case("US-CO").decide(policy).treatment == Treatment::Individual);
    CHECK_FALSE(Case("US-CO").decide(policy).open_pixel);
}

TEST_CASE("legal facts older than two years allow nothing above untracked") {
    Case c("US-CO");
    const Policy policy = strict();
    Policy later = policy;
    for (PrivacyNotice& notice : later.evidence.privacy_notices)
        notice.review_by = noon + days{999};
    const Instant facts = policy.effective.facts_at();
    CHECK(c.decide(later, facts + days{729}).treatment == Treatment::Individual);
    const Decision decision = c.decide(later, facts + days{730});
    CHECK(decision.treatment == Treatment::Untracked);
    CHECK(lowered_by(decision, "pack_outdated"));
}

TEST_CASE("California asks for a service provider's contract, and the rest does not") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"US", "US-CA"})};
    policy.evidence.dpas = {dpa("hoster")};
    for (const auto* code : {"US-CA", "US", "US-CO"}) {
        CAPTURE(code);
        Case c(code);
        c.controller.self_hosted = false;
        c.controller.processors = {"hoster"};
        const bool asks = code != std::string_view{"US-CO"};
        const Decision without = c.decide(policy);
        CHECK(without.treatment == (asks ? Treatment::Untracked : Treatment::Individual));
        CHECK(lowered_by(without, "no_service_provider_terms") == asks);

        Policy bound = policy;
        bound.evidence.dpas.front().service_provider_terms = true;
        CHECK(c.decide(bound).treatment == Treatment::Individual);
        bound.evidence.dpas.front().review_by = noon;
        CHECK(c.decide(bound).treatment == Treatment::Untracked);

        // Nobody else handles the events: there is nobody to bind.
        c.controller.self_hosted = true;
        CHECK(c.decide(policy).treatment == Treatment::Individual);
    }
}

TEST_CASE("an assessment that does not hold is named and lifts nothing") {
    struct Row {
        const char* word;
        void (*spoil)(Lia&);
    };
    for (const Row& row :
         std::vector<Row>{{"lia_missing", [](Lia& l) { l.controller = "other"; }},
                          {"lia_jurisdiction",
                           [](Lia& l) {
                               l.jurisdictions = {"FR", "US-CA"};
                           }},
                          {"lia_segment", [](Lia& l) { l.segments = {"existing-customer"}; }},
                          {"lia_treatment", [](Lia& l) { l.treatments = {Treatment::Untracked}; }},
                          {"lia_treatment", [](Lia& l) { l.treatments = {Treatment::Aggregate}; }},
                          {"lia_not_approved", [](Lia& l) { l.status = "draft"; }},
                          {"lia_not_approved", [](Lia& l) { l.status = "withdrawn"; }},
                          {"lia_not_approved", [](Lia& l) { l.outcome = "fail"; }},
                          {"lia_not_approved", [](Lia& l) { l.outcome.clear(); }},
                          {"lia_not_approved", [](Lia& l) { l.approved_at.reset(); }},
                          {"lia_not_approved", [](Lia& l) { l.approved_at = noon + days{1}; }},
                          {"lia_expired", [](Lia& l) { l.review_by = noon; }},
                          {"lia_expired", [](Lia& l) { l.review_by.reset(); }},
                          {"lia_expired", [](Lia& l) { l.approved_at = noon - days{367}; }}}) {
        CAPTURE(row.word);
        Policy policy = strict();
        policy.evidence.lias = {lia({"US"})};
        Case c("US");
        CHECK(c.decide(policy).treatment == Treatment::Individual);
        row.spoil(policy.evidence.lias.front());
        const Decision decision = c.decide(policy);
        CHECK(decision.treatment == Treatment::Aggregate);  // the row's default
        CHECK(decision.basis == Basis::None);
        CHECK(decision.evidence_id.empty());
        CHECK(has_reason(decision, row.word));
    }
}

TEST_CASE("an assessment covers its jurisdictions' parts, segments and stricter treatments") {
    struct Row {
        std::string listed, code;
        bool covers;
    };
    for (const Row& row : std::vector<Row>{{"EU", "IT", true},
                                           {"EU", "GB", false},
                                           {"EU", "NO", false},
                                           {"UK", "GB", true},
                                           {"US", "US-CA", true},
                                           {"US-CA", "US", false},
                                           {"CA", "US-CA", false},
                                           {"IT", "IT", true}}) {
        CAPTURE(row.listed);
        CAPTURE(row.code);
        Policy policy = strict();
        policy.evidence.lias = {lia({row.listed})};
        const Decision decision = Case(row.code).decide(policy);
        CHECK((decision.basis == Basis::LegitimateInterest) == row.covers);
    }
    Policy policy = strict();
    policy.evidence.lias = {lia({"IT"})};
    policy.evidence.lias.front().segments = {"vip", "b2b"};
    CHECK(Case("IT").decide(policy).treatment == Treatment::Aggregate);
    policy.evidence.lias.front().treatments = {Treatment::Individual};
    CHECK(Case("IT").decide(policy).treatment == Treatment::Aggregate);
}

TEST_CASE("of several assessments the one that covers is found, and the nearest miss is named") {
    Policy policy = strict();
    Lia expired = lia({"US"});
    expired.id = "LIA-A";
    expired.review_by = noon - days{1};
    Lia elsewhere = lia({"FR"});
    elsewhere.id = "LIA-B";
    policy.evidence.lias = {elsewhere, expired};
    CHECK(has_reason(Case("US").decide(policy), "lia_expired"));
    std::ranges::reverse(policy.evidence.lias);
    CHECK(has_reason(Case("US").decide(policy), "lia_expired"));
    policy.evidence.lias.push_back(lia({"US"}));
    CHECK(Case("US").decide(policy).evidence_id == "LIA-1");
}

TEST_CASE("an assessment of a part of a country covers that part") {
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"ES-CT"})};
    CHECK(Case("ES-CT").decide(policy).treatment == Treatment::Individual);
    CHECK(Case("ES-MD").decide(policy).treatment == Treatment::Untracked);
    CHECK(Case("ES").decide(policy).treatment == Treatment::Untracked);
    // The same, known by the recipient's domain.
    Case c("");
    c.facts.person.contact.reset();
    c.facts.person.domain = DomainRow{"ES-CT", RecipientClass::B2b, "crm"};
    CHECK(c.decide(policy).treatment == Treatment::Individual);
}

TEST_CASE("of two assessments that miss by as much, the one with the smaller id is named") {
    Policy policy = strict();
    Lia one = lia({"FR"});
    one.id = "LIA-B";
    Lia other = lia({"FR"});
    other.id = "LIA-A";
    for (const bool turned : {false, true}) {
        policy.evidence.lias = turned ? std::vector{other, one} : std::vector{one, other};
        const Decision decision = Case("US").decide(policy);
        const auto found = std::ranges::find(decision.reasons, "lia_jurisdiction", &Reason::word);
        REQUIRE(found != decision.reasons.end());
        CHECK(found->text.starts_with("Assessment LIA-A "));
    }
}

TEST_CASE("no reason holds an address, and each one says something") {
    Case c("US");
    c.controller.tracking_host.clear();
    for (const Reason& reason : c.decide(strict()).reasons) {
        CHECK(reason.text.find('@') == std::string::npos);
        CHECK(reason.text.ends_with('.'));
        CHECK_FALSE(reason.word.empty());
    }
}

TEST_SUITE_END();
