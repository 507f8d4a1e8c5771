// The rulebook: who gets which treatment, by which rule, and what may never loosen it. One file,
// because decide() is one: each case here is about the rules in their order, not about one of them.
#include "policy/decision/decide.h"

#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/decide");

TEST_CASE("the five people of the demonstration get the five treatments") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"US", "IT"})};

    const Decision us = Case("US").decide(policy);
    CHECK(us.treatment == Treatment::Individual);
    CHECK(us.rule == "strict-2026/US/with_legitimate_interest");
    CHECK(us.basis == Basis::LegitimateInterest);
    CHECK(us.evidence_id == "LIA-1");
    CHECK(us.jurisdiction == "US");
    CHECK(us.policy_digest == policy.effective.digest());

    const Decision italy = Case("IT").decide(policy);
    CHECK(italy.treatment == Treatment::Aggregate);
    CHECK(italy.rule == "strict-2026/IT/with_legitimate_interest");
    CHECK(italy.basis == Basis::LegitimateInterest);

    const Decision france = Case("FR").decide(policy);
    CHECK(france.treatment == Treatment::Untracked);
    CHECK(france.rule == "strict-2026/FR/default");
    CHECK(france.basis == Basis::None);

    const Decision germany = Case("DE").decide(policy);
    CHECK(germany.treatment == Treatment::Plaintext);
    CHECK(germany.rule == "strict-2026/DE/default");

    Case opted_out("US");
    opted_out.facts.person.opt_outs.all = true;
    const Decision suppressed = opted_out.decide(policy);
    CHECK(suppressed.treatment == Treatment::Suppressed);
    CHECK(suppressed.rule == "opt_out");
}

TEST_CASE("an opt-out beats consent given later by import") {
    Case c("FR");
    c.facts.person.opt_outs.all = true;
    c.facts.person.consents = {consent()};
    const Decision decision = c.decide(strict());
    CHECK(decision.treatment == Treatment::Suppressed);
    REQUIRE_FALSE(decision.reasons.empty());
    CHECK(decision.reasons.front().word == "opt_out");
    CHECK(decision.basis == Basis::None);
}

TEST_CASE("who objected to tracking still gets the mail, untracked, whatever consent says") {
    Case c("FR");
    c.facts.person.consents = {consent()};
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
    c.facts.person.opt_outs.tracking = true;
    const Decision decision = c.decide(strict());
    CHECK(decision.treatment == Treatment::Untracked);
    CHECK(decision.basis == Basis::None);
    CHECK(has_reason(decision, "opt_out_tracking"));

    SUBCASE("and where the law asks for more, it gets more") {
        c.contact().jurisdiction = "DE";
        CHECK(c.decide(strict()).treatment == Treatment::Plaintext);
    }
    SUBCASE("and the rule says so where the objection is what decides") {
        c.contact().jurisdiction = "US-CO";
        CHECK(c.decide(strict()).rule == "opt_out_tracking");
    }
}

TEST_CASE("a Global Privacy Control on record caps at aggregate, consent or not") {
    Case c("US");
    c.contact().gpc = true;
    c.facts.person.consents = {consent()};
    const Decision decision = c.decide(strict());
    CHECK(decision.treatment == Treatment::Aggregate);
    CHECK(decision.ceiling == Treatment::Aggregate);
    CHECK(lowered_by(decision, "gpc"));
    CHECK_FALSE(decision.open_pixel);  // this row asks for consent to opens
}

TEST_CASE("transactional and internal mail is never suppressed and never tracked") {
    for (const StreamKind kind : {StreamKind::Transactional, StreamKind::Internal}) {
        Case c("US-CO");
        c.stream.kind = kind;
        c.facts.person.opt_outs = {true, true};
        c.facts.person.consents = {consent(), consent(ConsentPurpose::Open)};
        const Decision decision = c.decide(strict());
        CHECK(decision.treatment == Treatment::Untracked);
        CHECK_FALSE(decision.open_pixel);
        CHECK(decision.rule == (kind == StreamKind::Internal ? "internal" : "transactional"));
    }
}

TEST_CASE("the jurisdiction comes from the contact, else the domain, else the default") {
    Policy policy = strict();
    policy.settings.default_jurisdiction = "US";
    Case c("FR");
    c.facts.person.domain = DomainRow{"DE", RecipientClass::B2b, "crm"};
    CHECK(c.decide(policy).jurisdiction == "FR");
    CHECK(has_reason(c.decide(policy), "jurisdiction_contact"));
    c.contact().jurisdiction.clear();
    CHECK(c.decide(policy).jurisdiction == "DE");
    CHECK(has_reason(c.decide(policy), "jurisdiction_domain"));
    c.facts.person.domain.reset();
    CHECK(c.decide(policy).jurisdiction == "US");
    CHECK(has_reason(c.decide(policy), "jurisdiction_default"));
}

TEST_CASE("a code without a row falls back, and the reasons say to what") {
    struct Row {
        std::string code, governs;
    };
    for (const Row& row : std::vector<Row>{
             {"US-NY", "US"}, {"XX", "ZZ"}, {"UK", "GB"}, {"US-CA", "US-CA"}, {"FR-75", "FR"}}) {
        CAPTURE(row.code);
        const Decision decision = Case(row.code).decide(strict());
        CHECK(decision.jurisdiction == row.governs);
        CHECK(has_reason(decision, "jurisdiction_fallback") ==
              (row.governs != canonical_jurisdiction(row.code)));
    }
}

TEST_CASE("a country ending makes it stricter, never looser, and only where nothing is on record") {
    Policy policy = strict();
    Case c("");
    policy.settings.default_jurisdiction = "US";
    c.facts.recipient_domain = "kunde.de";
    const Decision stricter = c.decide(policy);
    CHECK(stricter.treatment == Treatment::Plaintext);
    CHECK(stricter.jurisdiction == "DE");
    CHECK(has_reason(stricter, "cctld_hint"));

    policy.settings.default_jurisdiction = "DE";
    c.facts.recipient_domain = "customer.us";
    CHECK(c.decide(policy).treatment == Treatment::Plaintext);
    CHECK_FALSE(has_reason(c.decide(policy), "cctld_hint"));

    c.contact().jurisdiction = "US";
    c.facts.recipient_domain = "kunde.de";
    CHECK(c.decide(policy).treatment == Treatment::Aggregate);

    c.contact().jurisdiction.clear();
    c.facts.person.domain = DomainRow{"US", RecipientClass::B2b, "crm"};
    CHECK(c.decide(policy).treatment == Treatment::Aggregate);
}

TEST_CASE("the sender's own jurisdiction counts where it is stricter") {
    Case c("US-CO");
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
    c.controller.jurisdiction = "DE";
    const Decision decision = c.decide(strict());
    CHECK(decision.treatment == Treatment::Plaintext);
    CHECK(decision.jurisdiction == "DE");
    CHECK(has_reason(decision, "jurisdiction_sender"));

    Case german("DE");
    german.controller.jurisdiction = "US-CO";
    CHECK(german.decide(strict()).treatment == Treatment::Plaintext);
    CHECK(german.decide(strict()).retention_days == 30);
}

TEST_CASE("a state's individual default needs a business contact: consumers are counted only") {
    for (const RecipientClass unsure : {RecipientClass::B2c, RecipientClass::Unknown}) {
        Case c("US-CO", unsure);
        const Decision decision = c.decide(strict());
        CHECK(decision.treatment == Treatment::Aggregate);
        CHECK(lowered_by(decision, "consumer_requires_consent"));

        c.facts.person.consents = {consent()};
        CHECK(c.decide(strict()).treatment == Treatment::Individual);
        CHECK(c.decide(strict()).basis == Basis::Consent);
    }
    const Decision business = Case("US-CO").decide(strict());
    CHECK(business.treatment == Treatment::Individual);
    CHECK(business.basis == Basis::None);
    CHECK(business.rule == "strict-2026/US-CO/default");

    Policy off = strict();
    off.settings.consumer_requires_consent = false;
    CHECK(Case("US-CO", RecipientClass::Unknown).decide(off).treatment == Treatment::Individual);
}

TEST_CASE("the class comes from the contact, else the domain, else the stream") {
    Case c("US-CO", RecipientClass::Unknown);
    c.stream.default_class = RecipientClass::B2b;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
    c.facts.person.domain = DomainRow{"", RecipientClass::B2c, ""};
    CHECK(c.decide(strict()).treatment == Treatment::Aggregate);
    c.contact().recipient_class = RecipientClass::B2b;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
}

TEST_CASE("consent lifts every row to what the row says for it") {
    for (const auto* code : {"ZZ", "FR", "DE", "IT", "AT", "CA-QC", "US", "CN"}) {
        CAPTURE(code);
        for (const RecipientClass any : {RecipientClass::B2b, RecipientClass::B2c}) {
            Case c(code, any);
            c.facts.person.consents = {consent()};
            const Decision decision = c.decide(strict());
            CHECK(decision.treatment == Treatment::Individual);
            CHECK(decision.basis == Basis::Consent);
            CHECK(decision.rule == std::string{"strict-2026/"} + code + "/with_consent");
        }
    }
}

TEST_CASE("consent that does not hold is named and lifts nothing") {
    struct Row {
        const char* word;
        void (*spoil)(Consent&);
    };
    for (const Row& row : std::vector<Row>{
             {"consent_missing", [](Consent& c) { c.purpose = ConsentPurpose::Open; }},
             {"consent_missing", [](Consent& c) { c.purpose = ConsentPurpose::Profile; }},
             {"consent_withdrawn", [](Consent& c) { c.withdrawn_at = noon - days{1}; }},
             {"consent_expired", [](Consent& c) { c.expires_at = noon; }},
             {"consent_not_yet", [](Consent& c) { c.given_at = noon + days{1}; }},
             {"consent_incomplete", [](Consent& c) { c.method.clear(); }},
             {"consent_incomplete", [](Consent& c) { c.source.clear(); }},
             {"consent_incomplete", [](Consent& c) { c.text_version.clear(); }}}) {
        CAPTURE(row.word);
        Case c("FR");
        c.facts.person.consents = {consent()};
        row.spoil(c.facts.person.consents.front());
        const Decision decision = c.decide(strict());
        CHECK(decision.treatment == Treatment::Untracked);
        CHECK(decision.basis == Basis::None);
        CHECK(has_reason(decision, row.word));
    }
}

TEST_CASE("a withdrawal ends every older consent for the purpose, and a newer one stands") {
    Case c("FR");
    Consent withdrawn = consent();
    withdrawn.given_at = noon - days{20};
    withdrawn.withdrawn_at = noon - days{2};
    c.facts.person.consents = {consent(), withdrawn};
    CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    c.facts.person.consents.front().given_at = noon - days{1};
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
}

TEST_CASE("a consent that does not say when it ends is not for ever") {
    Case c("FR");
    c.facts.person.consents = {consent()};
    c.facts.person.consents.front().expires_at.reset();
    const Policy policy = strict();
    const Instant given = c.facts.person.consents.front().given_at;
    CHECK(c.decide(policy).treatment == Treatment::Individual);
    Policy later = policy;
    later.settings.consent_valid_days = 10;
    CHECK(has_reason(c.decide(later, given + days{10}), "consent_expired"));
    CHECK_FALSE(
        has_reason(c.decide(later, given + days{10} - std::chrono::seconds{1}), "consent_expired"));
    c.facts.person.consents.front().expires_at = given + days{300};
    CHECK(c.decide(later).treatment == Treatment::Individual);
}

TEST_CASE("no link outlives the consent that it rests on") {
    for (const char* code : {"FR", "US-CO"}) {
        CAPTURE(code);
        Case c(code);
        c.controller.retention_days = 365;
        c.facts.person.consents = {consent()};
        const Decision whole = c.decide(strict());
        CHECK(whole.treatment == Treatment::Individual);
        bool shorter = false, none = false;
        for (int left = 400; left >= 0; --left) {
            CAPTURE(left);
            // Not a whole day: what counts is that the key's last day ends before.
            const Instant ends = noon + days{left} + std::chrono::hours{11};
            c.facts.person.consents.front().expires_at = ends;
            const Decision decision = c.decide(strict());
            if (whole.basis == Basis::None) {  // the law of the place asks for no consent
                CHECK(decision.retention == whole.retention);
                CHECK(decision.treatment == Treatment::Individual);
                continue;
            }
            if (decision.treatment == Treatment::Individual) {
                const Day last = last_day_of(day_of(noon), decision.retention);
                CHECK(start_of(last + 1) <= ends);
                CHECK(decision.retention <= whole.retention);
                shorter |= decision.retention < whole.retention;
            } else {
                CHECK(decision.treatment == Treatment::Aggregate);
                CHECK(has_reason(decision, "consent_ends_soon"));
                CHECK(left <= 8);
                none = true;
            }
        }
        CHECK(shorter == (whole.basis == Basis::Consent));
        CHECK(none == (whole.basis == Basis::Consent));
    }
    // Of two that hold, the one that holds longer.
    Case c("FR");
    Consent shortly = consent(), longer = consent();
    shortly.expires_at = noon + days{2};
    for (const auto& both : {std::vector{shortly, longer}, std::vector{longer, shortly}}) {
        c.facts.person.consents = both;
        CHECK(c.decide(strict()).treatment == Treatment::Individual);
    }
    // The sender's own law may need it where the recipient's does not.
    Case abroad("US-CO");
    abroad.controller.jurisdiction = "FR";
    abroad.facts.person.consents = {shortly};
    CHECK(has_reason(abroad.decide(strict()), "consent_ends_soon"));
}

TEST_CASE("no picture outlives the consent to opens") {
    Case c("FR");
    Consent opens = consent(ConsentPurpose::Open);
    c.facts.person.consents = {consent(), opens};
    CHECK(c.decide(strict()).open_pixel);
    c.facts.person.consents[1].expires_at = noon + days{3};
    const Decision decision = c.decide(strict());
    CHECK(decision.treatment == Treatment::Individual);
    CHECK_FALSE(decision.open_pixel);
}

TEST_CASE("who is not on record at all is decided by the domain, the stream and the default") {
    Policy policy = strict();
    policy.settings.default_jurisdiction = "US-CO";
    Case c("");
    c.facts.person.contact.reset();
    CHECK(c.decide(policy).treatment == Treatment::Aggregate);  // the class is unknown
    c.stream.default_class = RecipientClass::B2b;
    CHECK(c.decide(policy).treatment == Treatment::Individual);
    c.facts.person.domain = DomainRow{};  // a row that says nothing
    CHECK(c.decide(policy).treatment == Treatment::Individual);
    CHECK(has_reason(c.decide(policy), "jurisdiction_default"));
    policy.settings.default_jurisdiction = "US";
    policy.evidence.lias = {lia({"US"})};
    CHECK(c.decide(policy).treatment == Treatment::Individual);
    c.facts.person.domain = DomainRow{"US-CO", RecipientClass::B2c, ""};
    CHECK(c.decide(policy).treatment == Treatment::Aggregate);
}

TEST_CASE("without a stream or a controller nothing is tracked") {
    const Case c("US-CO");
    Facts facts = c.facts;
    CHECK(candor::policy::decide(facts, strict(), noon).reasons.front().word == "no_stream");
    facts.stream = &c.stream;
    const Decision decision = candor::policy::decide(facts, strict(), noon);
    CHECK(decision.treatment == Treatment::Untracked);
    CHECK(decision.reasons.front().word == "no_stream");
}

TEST_CASE("several recipients: what is untracked already needs no campaign and no opt-out") {
    CHECK(decide_together({}, false, false).treatment == Treatment::Untracked);
    const std::vector<Decision> two{Case("US-CO").decide(strict()), Case("FR").decide(strict())};
    const Decision together = decide_together(two, false, false);
    CHECK(together.treatment == Treatment::Untracked);
    CHECK_FALSE(has_reason(together, "no_campaign"));
    CHECK_FALSE(has_reason(together, "no_personal_optout"));
}

TEST_CASE("an operator's word on one row counts: no pixels, and interest before consent") {
    RowOverride no_pixels;
    no_pixels.code = "US-CO";
    no_pixels.open_pixel = OpenPixel::No;
    RowOverride interest;
    interest.code = "BR";
    interest.default_treatment = Treatment::Untracked;
    interest.with_consent = Treatment::Aggregate;
    interest.with_legitimate_interest = Treatment::Individual;
    Policy policy = strict();
    policy.effective = effective({}, {no_pixels, interest});
    CHECK(Case("US-CO").decide(policy).treatment == Treatment::Individual);
    CHECK_FALSE(Case("US-CO").decide(policy).open_pixel);

    Case c("BR");
    c.facts.person.consents = {consent()};
    const Decision without = c.decide(policy);
    CHECK(without.treatment == Treatment::Aggregate);
    CHECK(without.basis == Basis::Consent);
    CHECK(has_reason(without, "lia_missing"));
    policy.evidence.lias = {lia({"BR"})};
    CHECK(c.decide(policy).treatment == Treatment::Individual);
}

TEST_CASE("of several consents the newest says what is wrong") {
    Case c("FR");
    Consent expired = consent();
    expired.given_at = noon - days{5};
    expired.expires_at = noon - days{1};
    Consent incomplete = consent();
    incomplete.given_at = noon - days{9};
    incomplete.method.clear();
    incomplete.text_version.clear();
    for (const bool turned : {false, true}) {
        c.facts.person.consents =
            turned ? std::vector{incomplete, expired} : std::vector{expired, incomplete};
        CHECK(has_reason(c.decide(strict()), "consent_expired"));
        CHECK_FALSE(has_reason(c.decide(strict()), "consent_incomplete"));
    }
    c.facts.person.consents = {incomplete};
    const Decision decision = c.decide(strict());
    const auto found = std::ranges::find(decision.reasons, "consent_incomplete", &Reason::word);
    REQUIRE(found != decision.reasons.end());
    CHECK(found->text.find("it lacks method, text_version;") != std::string::npos);

    // Of two withdrawals the later one counts, whichever is read first.
    Consent early = consent(), late = consent();
    early.given_at = late.given_at = noon - days{20};
    early.withdrawn_at = noon - days{15};
    late.withdrawn_at = noon - days{3};
    Consent between = consent();  // ten days ago
    for (const bool turned : {false, true}) {
        c.facts.person.consents =
            turned ? std::vector{early, late, between} : std::vector{late, early, between};
        CHECK(has_reason(c.decide(strict()), "consent_withdrawn"));
    }
}

TEST_CASE("the decision names the evidence it rests on") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"US"})};
    CHECK(Case("US").decide(policy).evidence_id == "LIA-1");
    Case c("FR");
    CHECK(c.decide(policy).evidence_id.empty());
    c.facts.person.consents = {consent()};
    CHECK(c.decide(policy).evidence_id == "consent:click:2026-11-13:3");
}

TEST_CASE("what an assessment promises to keep at most is kept at most") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"US"})};
    CHECK(Case("US").decide(policy).retention_days == 60);
    policy.evidence.lias.front().retention_days = 30;
    CHECK(Case("US").decide(policy).retention_days == 30);
    CHECK(Case("US").decide(policy).retention == retention_class_of(30));
    policy.evidence.lias.front().retention_days = 300;
    CHECK(Case("US").decide(policy).retention_days == 60);
}

TEST_CASE("an overlay counts from the day it is turned on until its review") {
    Policy policy = with_overlay();
    policy.without_overlays = effective();
    policy.evidence.lias = {lia({"EU"})};
    OverlaySwitch on;
    on.name = "legitimate-interest";
    on.enabled_at = noon - days{5};
    on.review_by = noon + days{5};
    policy.settings.overlays = {on};
    Case c("ES");
    CHECK(c.decide(policy).treatment == Treatment::Individual);
    CHECK(c.decide(policy).policy_digest == policy.effective.digest());
    for (const Instant when : {noon - days{6}, noon + days{5}}) {
        const Decision decision = c.decide(policy, when);
        CHECK(decision.treatment == Treatment::Aggregate);
        CHECK(has_reason(decision, "overlay_not_in_force"));
        CHECK(decision.policy_digest == policy.without_overlays->digest());
    }
    policy.settings.overlays.front().review_by.reset();
    CHECK(c.decide(policy, noon + days{30}).treatment == Treatment::Individual);
    policy.settings.overlays.front().enabled_at.reset();
    CHECK(c.decide(policy).treatment == Treatment::Aggregate);
}

TEST_CASE("a stream cannot make business contacts of freemail addresses, a contact row can") {
    Case c("US-CO", RecipientClass::Unknown);
    c.stream.default_class = RecipientClass::B2b;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
    c.facts.recipient_domain = "gmail.com";
    CHECK(c.decide(strict()).treatment == Treatment::Aggregate);
    c.contact().recipient_class = RecipientClass::B2b;
    CHECK(c.decide(strict()).treatment == Treatment::Individual);
}

TEST_CASE("legitimate interest is for business contacts only") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"EU"})};
    CHECK(Case("IT", RecipientClass::B2b).decide(policy).treatment == Treatment::Aggregate);
    for (const RecipientClass unsure : {RecipientClass::B2c, RecipientClass::Unknown}) {
        const Decision decision = Case("IT", unsure).decide(policy);
        CHECK(decision.treatment == Treatment::Untracked);
        CHECK(has_reason(decision, "not_b2b"));
    }
}

TEST_CASE("the loosest lawful basis wins") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"IT", "US"})};
    Case c("IT");
    c.facts.person.consents = {consent()};
    CHECK(c.decide(policy).basis == Basis::Consent);
    CHECK(c.decide(policy).evidence_id == "consent:click:2026-11-13:3");
    c.facts.person.consents.front().withdrawn_at = noon;
    CHECK(c.decide(policy).basis == Basis::LegitimateInterest);
}

TEST_CASE("the overlay reaches individual only with an ePrivacy analysis, else aggregate") {
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"EU"})};
    const Decision with = Case("ES").decide(policy);
    CHECK(with.treatment == Treatment::Individual);
    CHECK(with.rule == "legitimate-interest/ES/with_legitimate_interest");

    policy.evidence.lias.front().eprivacy_analysis = " \n";
    const Decision without = Case("ES").decide(policy);
    CHECK(without.treatment == Treatment::Aggregate);
    CHECK(has_reason(without, "lia_no_eprivacy_analysis"));

    policy.evidence.lias.clear();
    CHECK(Case("ES").decide(policy).treatment == Treatment::Untracked);
}

TEST_CASE("the overlay never reaches individual in DE, AT, FR, IT and DK") {
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"EU"})};
    for (const auto* code : {"DE", "AT", "FR", "IT", "DK"}) {
        CAPTURE(code);
        CHECK(Case(code).decide(policy).treatment > Treatment::Individual);
    }
}

TEST_CASE("legitimate interest under the overlay is for clicks, never for pixels") {
    Policy policy = with_overlay();
    policy.evidence.lias = {lia({"EU"})};
    Case c("ES");
    c.facts.person.consents = {consent(ConsentPurpose::Open)};
    CHECK(c.decide(policy).treatment == Treatment::Individual);
    CHECK_FALSE(c.decide(policy).open_pixel);
}

TEST_CASE("an open pixel needs the row's leave: yes, or a consent of its own") {
    CHECK(Case("US-CO").decide(strict()).open_pixel);
    Case c("FR");
    c.facts.person.consents = {consent()};
    CHECK_FALSE(c.decide(strict()).open_pixel);
    c.facts.person.consents.push_back(consent(ConsentPurpose::Open));
    CHECK(c.decide(strict()).open_pixel);
}

TEST_CASE("the picture of a campaign needs the same leave as one of a person") {
    struct Row {
        const char* jurisdiction;
        bool consent_to_opens, allowed;
    };
    for (const Row& row : {Row{"US-CO", false, true}, Row{"FR", false, false},
                           Row{"FR", true, true}, Row{"IT", false, false}, Row{"IT", true, true}}) {
        CAPTURE(row.jurisdiction);
        CAPTURE(row.consent_to_opens);
        Case c(row.jurisdiction);
        c.facts.person.consents = {consent()};
        if (row.consent_to_opens) {
            c.facts.person.consents.push_back(consent(ConsentPurpose::Open));
        }
        c.stream.ceiling = Treatment::Aggregate;
        const Decision decision = c.decide(strict());
        CHECK(decision.treatment == Treatment::Aggregate);
        CHECK(decision.open_pixel == row.allowed);
        for (const Treatment stricter : {Treatment::Untracked, Treatment::Plaintext}) {
            c.stream.ceiling = stricter;
            CHECK_FALSE(c.decide(strict()).open_pixel);
        }
    }
    Case unexplained("US-CO");
    unexplained.stream.ceiling = Treatment::Aggregate;
    Policy policy = strict();
    for (PrivacyNotice& notice : policy.evidence.privacy_notices)
        notice.covers = {Measured::Clicks};
    CHECK(unexplained.decide(policy).treatment == Treatment::Aggregate);
    CHECK_FALSE(unexplained.decide(policy).open_pixel);
}

TEST_CASE("one body has the picture of the campaign only where every recipient may have it") {
    using Decisions = std::vector<Decision>;
    Case consenting("FR");
    consenting.facts.person.consents = {consent(), consent(ConsentPurpose::Open)};
    Case silent("FR");
    silent.facts.person.consents = {consent()};
    const Decision yes = consenting.decide(strict()), no = silent.decide(strict());
    const Decision everywhere = Case("US-CO").decide(strict());
    CHECK(decide_together(Decisions{yes, everywhere}, true, true).open_pixel);
    CHECK_FALSE(decide_together(Decisions{yes, no}, true, true).open_pixel);
    CHECK_FALSE(decide_together(Decisions{no, everywhere}, true, true).open_pixel);
    CHECK_FALSE(decide_together(Decisions{yes, everywhere}, false, true).open_pixel);
}

TEST_CASE("segments, the stream and the message restrict, below the ceiling") {
    Case c("US-CO");
    SUBCASE("a contact's segment") {
        c.contact().segments = {"high-sensitivity"};
        const Decision decision = c.decide(strict());
        CHECK(decision.treatment == Treatment::Plaintext);
        CHECK(decision.ceiling == Treatment::Individual);
        CHECK(lowered_by(decision, "segment"));
    }
    SUBCASE("a stream's segment") {
        c.stream.segments = {"high-sensitivity"};
        CHECK(c.decide(strict()).treatment == Treatment::Plaintext);
    }
    SUBCASE("the class as a segment") {
        Policy policy = strict();
        policy.settings.segments["b2b"] = Treatment::Untracked;
        CHECK(c.decide(policy).treatment == Treatment::Untracked);
        policy.settings.segments["b2c"] = Treatment::Plaintext;
        c.contact().recipient_class = RecipientClass::B2c;
        CHECK(c.decide(policy).treatment == Treatment::Plaintext);
    }
    SUBCASE("the stream's ceiling") {
        c.stream.ceiling = Treatment::Aggregate;
        CHECK(c.decide(strict()).treatment == Treatment::Aggregate);
        CHECK(c.decide(strict()).ceiling == Treatment::Individual);
    }
    SUBCASE("the message's request") {
        c.facts.message.requested = Treatment::Untracked;
        c.facts.message.requested_by = "X-Candor-Treatment";
        CHECK(c.decide(strict()).treatment == Treatment::Untracked);
    }
    SUBCASE("and none of them loosens") {
        c.contact().jurisdiction = "DE";
        Policy policy = strict();
        policy.settings.segments["vip"] = Treatment::Individual;
        c.contact().segments = {"vip"};
        c.facts.message.requested = Treatment::Individual;
        CHECK(c.decide(policy).treatment == Treatment::Plaintext);
    }
}

TEST_CASE("rows are kept for the shorter of the law's days and the controller's") {
    Case c("US");
    CHECK(c.decide(strict()).retention_days == 60);
    CHECK(c.decide(strict()).retention == 4);
    c.controller.retention_days = 365;
    CHECK(c.decide(strict()).retention_days == 180);
    c.contact().jurisdiction = "FR";
    CHECK(c.decide(strict()).retention_days == 30);
    c.controller.retention_days = 8;
    CHECK(c.decide(strict()).retention == 1);
}

TEST_CASE("without a stream or a controller nothing is tracked") {
    const Decision decision = decide(Facts{}, strict(), noon);
    CHECK(decision.treatment == Treatment::Untracked);
    CHECK(has_reason(decision, "no_stream"));
}

TEST_CASE("several recipients share the strictest treatment and no personal link") {
    Policy policy = strict();
    policy.evidence.lias = {lia({"US", "IT"})};
    const Decision us = Case("US").decide(policy);
    const Decision italy = Case("IT").decide(policy);
    const Decision germany = Case("DE").decide(policy);
    Case gone("US");
    gone.facts.person.opt_outs.all = true;
    const Decision suppressed = gone.decide(policy);

    using Decisions = std::vector<Decision>;
    SUBCASE("one alone is left as it is") {
        const Decision alone = decide_together(Decisions{us}, false, false);
        CHECK(alone.treatment == Treatment::Individual);
        CHECK(alone.reasons.size() == us.reasons.size());
    }
    SUBCASE("individual twice is aggregate, where the application has its own opt-out") {
        const Decision both = decide_together(Decisions{us, us}, true, true);
        CHECK(both.treatment == Treatment::Aggregate);
        CHECK_FALSE(both.open_pixel);
        CHECK(lowered_by(both, "several_recipients"));
    }
    SUBCASE("without one it is untracked") {
        const Decision both = decide_together(Decisions{us, italy}, false, true);
        CHECK(both.treatment == Treatment::Untracked);
        CHECK(lowered_by(both, "no_personal_optout"));
    }
    SUBCASE("without a campaign it is untracked, though individual alone needed none") {
        const Decision both = decide_together(Decisions{us, us}, true, false);
        CHECK(both.treatment == Treatment::Untracked);
        CHECK(lowered_by(both, "no_campaign"));
    }
    SUBCASE("the strictest wins, wherever it stands") {
        CHECK(decide_together(Decisions{us, germany, italy}, true, true).treatment ==
              Treatment::Plaintext);
        CHECK(decide_together(Decisions{germany, us}, true, true).jurisdiction == "DE");
    }
    SUBCASE("suppressed never spreads") {
        CHECK(decide_together(Decisions{suppressed, us}, false, true).treatment ==
              Treatment::Individual);
        CHECK(decide_together(Decisions{suppressed, us, italy}, true, true).treatment ==
              Treatment::Aggregate);
        CHECK(decide_together(Decisions{suppressed, suppressed}, true, true).treatment ==
              Treatment::Suppressed);
    }
    SUBCASE("the shortest retention holds for all") {
        CHECK(decide_together(Decisions{us, italy}, true, true).retention_days == 30);
    }
}

TEST_CASE("lowering afterwards adds its reason and cannot loosen") {
    const Decision individual = Case("US-CO").decide(strict());
    const Decision less = lowered(individual, Treatment::Untracked, "no_key", "The key is gone.");
    CHECK(less.treatment == Treatment::Untracked);
    CHECK_FALSE(less.open_pixel);
    CHECK(less.reasons.back().word == "no_key");
    const Decision same = lowered(less, Treatment::Individual, "try", "Try to loosen.");
    CHECK(same.treatment == Treatment::Untracked);
    CHECK_FALSE(same.reasons.back().lowered);
}

TEST_SUITE_END();
