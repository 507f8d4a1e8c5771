// What would change a decision is found by deciding again; here it is done by hand and compared.
#include "policy/decision/remedies.h"

#include <map>

#include "policy/decision/obstacles.h"
#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/remedies");

namespace {

std::vector<Remedy> remedies_of(Case& c, const Policy& policy, Instant now = noon) {
    const Decision decision = c.decide(policy, now);
    return remedies_for(c.facts, policy, decision, now);
}

const Remedy* by_word(const std::vector<Remedy>& remedies, std::string_view word) {
    const auto found = std::ranges::find(remedies, word, &Remedy::word);
    return found == remedies.end() ? nullptr : &*found;
}

Policy with_lia(const std::string& code) {
    Policy policy = strict();
    policy.evidence.lias = {lia({code})};
    return policy;
}

}  // namespace

TEST_CASE("each obstacle alone: its remedy leads where the decision is without it") {
    struct Spoil {
        std::string_view word;
        void (*spoil)(Case& c, Policy& policy);
    };
    const Decision unspoilt = Case("US-CO").decide(with_lia("US-CO"));
    REQUIRE(unspoilt.treatment == Treatment::Individual);
    for (const Spoil& one : {
             Spoil{"opt_out", [](Case&c, Policy&) { c.facts.person.opt_outs.all = true; }},
             {"opt_out_tracking", [](Case&c, Policy&) { c.facts.person.opt_outs.tracking = true; }},
             {"gpc", [](Case&c, Policy&) { c.contact().gpc = true; }},
             {"jurisdiction_sender", [](Case&c, Policy&) { c.controller.jurisdiction = "DE"; }},
             {"stream_ceiling", [](Case&c, Policy&) { c.stream.ceiling = Treatment::Plaintext; }},
             {"segment",
              [](Case&c, Policy&p) {
                  c.stream.segments = {"secret"};
                  p.settings.segments = {{"secret", Treatment::Untracked}};
              }},
             {"message_request",
              [](Case&c, Policy&) { c.facts.message.requested = Treatment::Untracked; }},
             {"no_daily_key", [](Case&c, Policy&) { c.facts.message.daily_key = false; }},
             {"retention_too_short", [](Case&c, Policy&) { c.controller.retention_days = 3; }},
             {"no_tracking_host", [](Case&c, Policy&) { c.controller.tracking_host.clear(); }},
             {"tracking_domain_misaligned",
              [](Case&c, Policy&) { c.controller.tracking_host = "go.other.example"; }},
             {"foreign_optout",
              [](Case&c, Policy&) {
                  c.facts.message.header_opt_out = HeaderOptOut::ApplicationUnfed;
              }},
             {"no_visible_optout",
              [](Case&c, Policy&) { c.facts.message.visible_opt_out = false; }},
             {"optout_untested", [](Case&c, Policy&) { c.facts.message.opt_out_tested = false; }},
             {"no_privacy_notice",
              [](Case&c, Policy&) { c.controller.privacy_notice_url.clear(); }},
             {"privacy_notice_unattested",
              [](Case&, Policy&p) { p.evidence.privacy_notices.clear(); }},
             {"no_retention", [](Case&c, Policy&) { c.controller.retention_days = 0; }},
             {"purge_overdue", [](Case&c, Policy&) { c.facts.message.purge_on_time = false; }},
             {"dpa_missing", [](Case&c, Policy&) { c.controller.self_hosted = false; }},
             {"dpa_expired",
              [](Case&c, Policy&p) {
                  c.controller.self_hosted = false;
                  c.controller.processors = {"hoster"};
                  p.evidence.dpas = {dpa("hoster")};
                  p.evidence.dpas.front().review_by = noon;
              }},
             {"ad_network", [](Case&c, Policy&) { c.facts.message.ad_network = "ads.example"; }},
         }) {
        CAPTURE(one.word);
        Case c("US-CO");
        Policy policy = with_lia("US-CO");
        one.spoil(c, policy);
        const Decision decision = c.decide(policy);
        REQUIRE(lowered_by(decision, one.word) != (one.word == "jurisdiction_sender"));
        const auto remedies = remedies_of(c, policy);
        const Remedy* remedy = by_word(remedies, one.word);
        REQUIRE(remedy != nullptr);
        CHECK(remedy->then == Treatment::Individual);
        CHECK(remedy->also.empty());
        CHECK_FALSE(remedy->action.empty());
        CHECK(remedy->action.find('{') == std::string::npos);
    }
}

TEST_CASE("what has to go together is named together") {
    Case c("IT", RecipientClass::Unknown);
    c.facts.message.visible_opt_out = false;
    c.facts.message.has_campaign = false;
    const auto remedies = remedies_of(c, strict());
    // Only who consents may be measured, and then the opt-out must be seen too.
    const Remedy* consent_asked = by_word(remedies, "consent_missing");
    REQUIRE(consent_asked != nullptr);
    CHECK(consent_asked->then == Treatment::Individual);
    CHECK(consent_asked->also == std::vector<std::string>{"no_visible_optout"});
    // A business contact needs an assessment, and counting needs a campaign.
    const Remedy* business = by_word(remedies, "not_b2b");
    REQUIRE(business != nullptr);
    CHECK(business->then == Treatment::Aggregate);
    CHECK(business->also ==
          std::vector<std::string>{"lia_missing", "no_campaign", "no_visible_optout"});
}

TEST_CASE("no remedy is told that would lift nothing") {
    // In Germany an assessment changes nothing, and nothing says it would.
    Case c("DE");
    const auto german = remedies_of(c, strict());
    REQUIRE(german.size() == 1);
    CHECK(german.front().word == "consent_missing");
    CHECK(german.front().then == Treatment::Individual);

    Case most("US-CO");
    CHECK(remedies_of(most, with_lia("US-CO")).empty());

    Case receipt("US-CO");
    receipt.stream.kind = StreamKind::Transactional;
    CHECK(remedies_of(receipt, with_lia("US-CO")).empty());
}

TEST_CASE("every remedy holds: the decision in a world without its obstacles is what it says") {
    const Policy policy = strict();
    for (const Row& row : policy.effective.rows()) {
        for (const RecipientClass recipient_class :
             {RecipientClass::B2b, RecipientClass::B2c, RecipientClass::Unknown}) {
            CAPTURE(row.code);
            Case c(row.code, recipient_class);
            c.facts.message.visible_opt_out = false;
            c.facts.person.opt_outs.tracking = row.code.size() > 2;
            const Decision decision = c.decide(policy);
            for (const Remedy& remedy : remedies_for(c.facts, policy, decision, noon)) {
                CAPTURE(remedy.word);
                CHECK(remedy.then < decision.treatment);
                World world{c.facts, policy, noon};
                REQUIRE(find_obstacle(remedy.word) != nullptr);
                find_obstacle(remedy.word)->remove(world);
                for (const std::string& word : remedy.also) find_obstacle(word)->remove(world);
                CHECK(world.decide().treatment == remedy.then);
            }
        }
    }
}

TEST_CASE("an unknown place: every place is tried") {
    Case c("");
    const auto remedies = remedies_of(c, strict());
    const Remedy* place = by_word(remedies, "jurisdiction_default");
    REQUIRE(place != nullptr);
    Treatment loosest = Treatment::Suppressed;
    Treatment strictest = Treatment::Individual;
    const Policy policy = strict();
    for (const Row& row : policy.effective.rows()) {
        if (row.code == "ZZ") continue;
        const Treatment there = Case(row.code).decide(policy).treatment;
        loosest = std::min(loosest, there);
        strictest = std::max(strictest, there);
    }
    CHECK(place->then == loosest);
    CHECK(place->in_the_strictest == strictest);
}

TEST_CASE("every word of evidence that fails has its remedy") {
    struct Spoil {
        std::string_view word;
        void (*spoil)(Lia& lia);
    };
    for (const Spoil& one : {
             Spoil{"lia_not_approved", [](Lia& l) { l.status = "draft"; }},
             {"lia_expired", [](Lia& l) { l.review_by = noon; }},
             {"lia_jurisdiction", [](Lia& l) { l.jurisdictions = {"BR"}; }},
             {"lia_segment", [](Lia& l) { l.segments = {"vip"}; }},
             {"lia_treatment", [](Lia& l) { l.treatments = {Treatment::Aggregate}; }},
             {"lia_no_eprivacy_analysis", [](Lia& l) { l.eprivacy_analysis = " "; }},
         }) {
        CAPTURE(one.word);
        Policy policy = with_overlay();
        policy.evidence.lias = {lia({"NL"})};
        one.spoil(policy.evidence.lias.front());
        Case c("NL");
        const auto remedies = remedies_of(c, policy);
        const Remedy* remedy = by_word(remedies, one.word);
        REQUIRE(remedy != nullptr);
        CHECK(remedy->then == Treatment::Individual);
    }
    for (const auto& row : std::map<std::string, void (*)(Consent&)>{
             {"consent_withdrawn", [](Consent& k) { k.withdrawn_at = noon - days{1}; }},
             {"consent_expired", [](Consent& k) { k.expires_at = noon; }},
             {"consent_ends_soon", [](Consent& k) { k.expires_at = noon + days{3}; }},
             {"consent_not_yet", [](Consent& k) { k.given_at = noon + days{1}; }},
             {"consent_incomplete", [](Consent& k) { k.method.clear(); }}}) {
        const auto& [word, spoil] = row;
        CAPTURE(row.first);
        Case c("FR", RecipientClass::B2c);
        c.facts.person.consents = {consent()};
        spoil(c.facts.person.consents.front());
        const auto remedies = remedies_of(c, strict());
        const Remedy* remedy = by_word(remedies, word);
        REQUIRE(remedy != nullptr);
        CHECK(remedy->then == Treatment::Individual);
        CHECK(is_obstacle(word));
    }
    CHECK_FALSE(is_obstacle("row_default"));
}

TEST_CASE("old facts are lifted by a review, a lapsed overlay by a new record") {
    Policy policy = with_lia("US-CO");
    const Instant later = policy.effective.facts_at() + days{800};
    for (Lia& one : policy.evidence.lias) {
        one.approved_at = later - days{1};
        one.review_by = later + days{1};
    }
    for (PrivacyNotice& notice : policy.evidence.privacy_notices)
        notice.review_by = later + days{1};
    Case c("US-CO");
    const auto remedies = remedies_of(c, policy, later);
    const Remedy* reviewed = by_word(remedies, "pack_outdated");
    REQUIRE(reviewed != nullptr);
    CHECK(reviewed->then == Treatment::Individual);

    Policy lapsed = with_overlay();
    lapsed.evidence.lias = {lia({"NL"})};
    lapsed.without_overlays = effective();
    OverlaySwitch overlay;
    overlay.name = "legitimate-interest";
    overlay.enabled_at = noon - days{400};
    overlay.review_by = noon - days{1};
    lapsed.settings.overlays = {overlay};
    Case dutch("NL");
    const auto renewed = remedies_of(dutch, lapsed);
    REQUIRE(by_word(renewed, "overlay_not_in_force") != nullptr);
    CHECK(by_word(renewed, "overlay_not_in_force")->then == Treatment::Individual);
}

TEST_SUITE_END();
