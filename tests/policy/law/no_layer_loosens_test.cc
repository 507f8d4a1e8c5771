// Strictness as algebra: over random facts no layer, no mix of layers and no company of recipients
// makes a treatment looser.
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "policy/decision/decide.h"
#include "policy/decision/explain.h"
#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/no_layer_loosens");

namespace {

/// Facts drawn at random, hostile mixes included.
Case random_case(std::mt19937& random) {
    const auto one_of = [&random](unsigned n) { return static_cast<unsigned>(random()) % n; };
    const std::vector<std::string> codes{"US", "US-CO", "US-CA", "DE", "FR", "IT", "ES",
                                         "GB", "ZZ",    "XX",    "CH", "",   "AU", "CA-QC"};
    Case c(codes[one_of(static_cast<unsigned>(codes.size()))],
           static_cast<RecipientClass>(one_of(3)));
    const std::vector<std::string> domains{"customer.example", "kunde.de", "client.fr", "a.us"};
    c.facts.recipient_domain = domains[one_of(4)];
    if (one_of(5) == 0) c.controller.jurisdiction = codes[one_of(11)];
    if (one_of(4) == 0) c.contact().gpc = true;
    if (one_of(6) == 0) c.facts.person.opt_outs.tracking = true;
    if (one_of(8) == 0) c.facts.person.opt_outs.all = true;
    if (one_of(10) == 0) c.stream.kind = static_cast<StreamKind>(one_of(3));
    if (one_of(5) == 0) c.contact().segments = {"high-sensitivity"};
    if (one_of(4) == 0) c.stream.ceiling = static_cast<Treatment>(one_of(4));
    if (one_of(4) == 0) c.facts.message.requested = static_cast<Treatment>(one_of(4));
    if (one_of(6) == 0) c.facts.message.has_campaign = false;
    if (one_of(6) == 0) c.facts.message.daily_key = false;
    if (one_of(10) == 0) c.facts.message.visible_opt_out = false;
    if (one_of(10) == 0) c.controller.retention_days = 0;
    if (one_of(10) == 0) c.controller.self_hosted = false;
    if (one_of(2) == 0) {
        c.facts.person.consents = {consent()};
        if (one_of(3) == 0) c.facts.person.consents.front().withdrawn_at = noon - days{1};
        if (one_of(4) == 0) c.facts.person.consents.push_back(consent(ConsentPurpose::Open));
    }
    return c;
}

Policy random_policy(std::mt19937& random) {
    Policy policy = random() % 2 == 0 ? strict() : with_overlay();
    if (random() % 2 == 0) policy.evidence.lias = {lia({"EU", "US", "GB", "CH"})};
    if (random() % 3 == 0) policy.settings.default_jurisdiction = "US-CO";
    return policy;
}

/// One more thing that restricts, or one less that allows.
struct Layer {
    const char* name;
    void (*add)(Case&, Policy&);
};

/// Everything that a recipient, a message, a stream, an operator or the passing of time can add.
const std::vector<Layer>& layers() {
    static const std::vector<Layer> all{
        {"opt-out of all", [](Case& c, Policy&) { c.facts.person.opt_outs.all = true; }},
        {"opt-out of tracking", [](Case& c, Policy&) { c.facts.person.opt_outs.tracking = true; }},
        {"gpc", [](Case& c, Policy&) { c.contact().gpc = true; }},
        {"consents gone", [](Case& c, Policy&) { c.facts.person.consents.clear(); }},
        {"consents withdrawn",
         [](Case& c, Policy&) {
             for (Consent& one : c.facts.person.consents) one.withdrawn_at = noon;
         }},
        {"not b2b", [](Case& c, Policy&) { c.contact().recipient_class = RecipientClass::B2c; }},
        {"class unknown",
         [](Case& c, Policy&) { c.contact().recipient_class = RecipientClass::Unknown; }},
        {"segment",
         [](Case& c, Policy&) { c.contact().segments.emplace_back("high-sensitivity"); }},
        {"segment of the stream",
         [](Case& c, Policy& policy) {
             policy.settings.segments["minors"] = Treatment::Untracked;
             c.stream.segments.emplace_back("minors");
         }},
        {"ceiling",
         [](Case& c, Policy&) {
             c.stream.ceiling = stricter_of(c.stream.ceiling, Treatment::Aggregate);
         }},
        {"request",
         [](Case& c, Policy&) {
             c.facts.message.requested = stricter_of(
                 c.facts.message.requested.value_or(Treatment::Individual), Treatment::Untracked);
         }},
        {"sender in Germany", [](Case& c, Policy&) { c.controller.jurisdiction = "DE"; }},
        {"no campaign", [](Case& c, Policy&) { c.facts.message.has_campaign = false; }},
        {"no key", [](Case& c, Policy&) { c.facts.message.daily_key = false; }},
        {"no visible opt-out", [](Case& c, Policy&) { c.facts.message.visible_opt_out = false; }},
        {"foreign opt-out",
         [](Case& c, Policy&) { c.facts.message.header_opt_out = HeaderOptOut::ApplicationUnfed; }},
        {"untested opt-out", [](Case& c, Policy&) { c.facts.message.opt_out_tested = false; }},
        {"purge overdue", [](Case& c, Policy&) { c.facts.message.purge_on_time = false; }},
        {"ad network", [](Case& c, Policy&) { c.facts.message.ad_network = "Meta"; }},
        {"misaligned", [](Case& c, Policy&) { c.facts.message.from_domain = "else.example"; }},
        {"no tracking host", [](Case& c, Policy&) { c.controller.tracking_host.clear(); }},
        {"no notice", [](Case& c, Policy&) { c.controller.privacy_notice_url.clear(); }},
        {"no retention", [](Case& c, Policy&) { c.controller.retention_days = 0; }},
        {"short retention",
         [](Case& c, Policy&) {  // 0 is none at all
             c.controller.retention_days = std::min(c.controller.retention_days, 6);
         }},
        {"a processor",
         [](Case& c, Policy&) {
             c.controller.self_hosted = false;
             c.controller.processors.emplace_back("hoster");
         }},
        {"assessments gone", [](Case&, Policy& policy) { policy.evidence.lias.clear(); }},
        {"assessments failed",
         [](Case&, Policy& policy) {
             for (Lia& one : policy.evidence.lias) one.outcome = "fail";
         }},
        {"no ePrivacy analysis",
         [](Case&, Policy& policy) {
             for (Lia& one : policy.evidence.lias) one.eprivacy_analysis.clear();
         }},
        {"notices past review",
         [](Case&, Policy& policy) {
             for (PrivacyNotice& one : policy.evidence.privacy_notices) one.review_by = noon;
         }},
        {"agreements gone", [](Case&, Policy& policy) { policy.evidence.dpas.clear(); }},
        {"not marketing", [](Case& c, Policy&) {
             // A receipt is never suppressed: for who opted out, another stream is another mail.
             if (!c.facts.person.opt_outs.all && c.stream.ceiling <= Treatment::Untracked &&
                 !c.facts.message.requested) {
                 c.stream.kind = StreamKind::Transactional;
             }
         }}};
    return all;
}

/// Laws that know no objection to a receipt: what makes marketing stricter than `untracked`.
bool is_receipt_by_layer(const Case& before, const Case& after) {
    return before.stream.kind == StreamKind::Marketing &&
           after.stream.kind != StreamKind::Marketing;
}

}  // namespace

TEST_CASE("no step loosens, over many random facts, and the reasons tell the whole way down") {
    const unsigned seed = 20261124;
    CAPTURE(seed);
    std::mt19937 random{seed};
    std::size_t tracked = 0;
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        const Policy policy = random_policy(random);
        Case c = random_case(random);
        const Decision decision = c.decide(policy);
        REQUIRE_FALSE(decision.reasons.empty());
        Treatment so_far = Treatment::Individual;
        for (const Reason& reason : decision.reasons) {
            REQUIRE(reason.result >= so_far);
            REQUIRE(reason.lowered == (reason.result > so_far));
            so_far = reason.result;
        }
        REQUIRE(so_far == decision.treatment);
        REQUIRE(decision.treatment >= decision.ceiling);
        REQUIRE(decision.policy_digest == policy.effective.digest());
        REQUIRE_FALSE(decision.rule.empty());
        REQUIRE((!decision.open_pixel || adds_tracking(decision.treatment)));
        if (adds_tracking(decision.treatment)) {
            ++tracked;
            REQUIRE_FALSE(c.facts.person.opt_outs.any());
            REQUIRE(c.stream.kind == StreamKind::Marketing);
            REQUIRE(c.controller.retention_days > 0);
            REQUIRE(c.facts.message.visible_opt_out);
            REQUIRE(c.controller.self_hosted);
        }
        if (decision.treatment == Treatment::Aggregate) REQUIRE(c.facts.message.has_campaign);
        if (decision.treatment == Treatment::Individual) REQUIRE(c.facts.message.daily_key);
        const bool suppressed =
            c.facts.person.opt_outs.all && c.stream.kind == StreamKind::Marketing;
        REQUIRE((decision.treatment == Treatment::Suppressed) == suppressed);

        // The same message, asking for less or with one more objection, never gets more.
        Case asked = c;
        asked.facts.message.requested = stricter_of(
            c.facts.message.requested.value_or(Treatment::Individual), Treatment::Untracked);
        REQUIRE(asked.decide(policy).treatment >= decision.treatment);
        Case objecting = c;
        objecting.facts.person.opt_outs.tracking = true;
        REQUIRE(objecting.decide(policy).treatment >= decision.treatment);
        Case signalling = c;
        signalling.contact().gpc = true;
        REQUIRE(signalling.decide(policy).treatment >= decision.treatment);
    }
    CHECK(tracked > 100);
}

TEST_CASE("whatever is added, in whatever mix and order, nothing gets looser") {
    const unsigned seed = 20261127;
    CAPTURE(seed);
    std::mt19937 random{seed};
    std::size_t restricted = 0;
    for (int round = 0; round < 8000; ++round) {
        Policy policy = random_policy(random);
        Case c = random_case(random);
        Decision before = c.decide(policy);
        const Case first = c;
        std::string added;
        for (int step = 0; step < 4; ++step) {
            const Layer& layer = layers()[random() % layers().size()];
            added += std::string{layer.name} + ", ";
            layer.add(c, policy);
            // Untracked at least: mail that nobody opts out of cannot be plain text by a country.
            if (is_receipt_by_layer(first, c)) {
                REQUIRE(c.decide(policy).treatment >= Treatment::Untracked);
                break;
            }
            const Decision after = c.decide(policy);
            CAPTURE(added);
            CAPTURE(words_of(before));
            CAPTURE(words_of(after));
            REQUIRE(after.treatment >= before.treatment);
            REQUIRE((before.open_pixel || !after.open_pixel));
            restricted += after.treatment > before.treatment ? 1U : 0U;
            before = after;
        }
    }
    CHECK(restricted > 1000);
}

TEST_CASE("a body that several people share is never looser than any of them may have") {
    const unsigned seed = 5;
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 3000; ++round) {
        std::vector<Decision> decisions;
        for (auto people = 2 + random() % 3; people > 0; --people) {
            const Decision decision = random_case(random).decide(random_policy(random));
            if (decision.treatment != Treatment::Suppressed) decisions.push_back(decision);
        }
        if (decisions.size() < 2) continue;
        const bool brings_own = random() % 2 == 0;
        const bool has_campaign = random() % 2 == 0;
        const Decision together = decide_together(decisions, brings_own, has_campaign);
        for (const Decision& one : decisions) {
            REQUIRE(together.treatment >= one.treatment);
            REQUIRE(together.retention_days <= one.retention_days);
        }
        REQUIRE(together.treatment >= Treatment::Aggregate);
        REQUIRE((together.treatment >= Treatment::Untracked || (brings_own && has_campaign)));
        REQUIRE((!together.open_pixel || together.treatment == Treatment::Aggregate));
        for (const Decision& one : decisions) REQUIRE((one.open_pixel || !together.open_pixel));
        const auto floor = static_cast<Treatment>(random() % 4);
        REQUIRE(lowered(together, floor, "word", "text").treatment ==
                stricter_of(together.treatment, floor));
    }
}

TEST_CASE("every reason that turns up stands in docs/privacy.md by its word") {
    std::ifstream file(CANDOR_SOURCE_DIR "/docs/privacy.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    REQUIRE_FALSE(page.empty());
    std::mt19937 random{3};
    std::set<std::string> words;
    for (int round = 0; round < 4000; ++round) {
        Policy policy = random_policy(random);
        Case c = random_case(random);
        c.facts.message.duties_assumed = random() % 2 == 0;
        for (int step = 0; step < 2; ++step) {
            layers()[random() % layers().size()].add(c, policy);
        }
        const Decision decision = c.decide(policy);
        for (const Reason& reason : decision.reasons) words.insert(reason.word);
        const std::vector<Decision> two{decision, decision};
        for (const Reason& reason : decide_together(two, false, round % 2 == 0).reasons) {
            words.insert(reason.word);
        }
    }
    CHECK(words.size() > 35);
    for (const std::string& word : words) {
        CAPTURE(word);
        CHECK(page.find('`' + word + '`') != std::string::npos);
    }
}

TEST_CASE("the same facts are decided the same, word for word, in whatever order files were read") {
    const unsigned seed = 7;
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 300; ++round) {
        Policy policy = random_policy(random);
        Lia second = lia({"EU", "US"});
        second.id = "LIA-0";
        policy.evidence.lias.push_back(second);
        Case c = random_case(random);
        const std::string once = explain_as_json(c.decide(policy));
        std::ranges::reverse(policy.evidence.lias);
        REQUIRE(explain_as_json(c.decide(policy)) == once);
    }
}

TEST_SUITE_END();
