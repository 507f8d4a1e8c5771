#include "policy/decision/obstacles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace candor::policy {

namespace {

void give_consent(World& world) {
    Consent consent;
    consent.purpose = ConsentPurpose::Click;
    consent.given_at = world.now;
    consent.expires_at = world.now + std::chrono::days{365};
    consent.method = consent.source = consent.text_version = consent.proof = "asked";
    world.facts.person.consents = {consent};
}

void be_business(World& world) {
    world.contact().recipient_class = RecipientClass::B2b;
}

void file_assessment(World& world) {
    Lia lia;
    lia.id = "asked";
    lia.controller = world.controller.name;
    lia.status = "approved";
    lia.outcome = "pass";
    lia.approved_at = world.now;
    lia.review_by = world.now + std::chrono::days{365};
    lia.eprivacy_analysis = "asked";
    lia.treatments = {Treatment::Individual, Treatment::Aggregate};
    for (const Row& row : world.policy.effective.rows()) lia.jurisdictions.push_back(row.code);
    world.policy.evidence.lias.push_back(std::move(lia));
}

void attest_notice(World& world) {
    PrivacyNotice notice;
    notice.controller = world.controller.name;
    if (!world.controller.privacy_notice_url.starts_with("https://")) {
        world.controller.privacy_notice_url = "https://" + world.facts.message.from_domain + "/";
    }
    notice.url = world.controller.privacy_notice_url;
    notice.covers = {Measured::Clicks};
    notice.attested_at = world.now;
    notice.review_by = world.now + std::chrono::days{365};
    world.policy.evidence.privacy_notices.push_back(std::move(notice));
}

void sign_contracts(World& world) {
    if (world.controller.processors.empty()) world.controller.self_hosted = true;
    for (const std::string& processor : world.controller.processors) {
        Dpa dpa;
        dpa.processor = processor;
        dpa.controller = world.controller.name;
        dpa.signed_at = world.now;
        dpa.review_by = world.now + std::chrono::days{365};
        world.policy.evidence.dpas.push_back(std::move(dpa));
    }
}

void bind_service_providers(World& world) {
    sign_contracts(world);
    for (Dpa& dpa : world.policy.evidence.dpas) dpa.service_provider_terms = true;
}

void own_a_tracking_host(World& world) {
    if (world.controller.tracking_host.empty()) {
        world.controller.tracking_host = "go." + world.facts.message.from_domain;
    }
    world.facts.message.tracking_aligned = !world.facts.message.from_domain.empty();
}

void review_facts(World& world) {
    world.policy.effective.review(world.now);
    if (world.policy.without_overlays) world.policy.without_overlays->review(world.now);
}

constexpr std::array obstacles{
    Obstacle{"opt_out",
             "Nothing on your side: only the recipient can take it back; then `candor optout "
             "remove`.",
             [](World& w) { w.facts.person.opt_outs = {}; }},
    Obstacle{"opt_out_tracking",
             "Nothing on your side: only the recipient can take it back; then `candor optout "
             "remove --scope tracking`.",
             [](World& w) { w.facts.person.opt_outs = {}; }},
    Obstacle{"gpc",
             "Nothing on your side: it is the recipient's signal, and goes when they take it back.",
             [](World& w) { w.contact().gpc = false; }},
    Obstacle{"overlay_not_in_force",
             "Have the overlay reviewed, and record who turned it on, when and until when.",
             [](World& w) { w.policy.without_overlays.reset(); }},
    Obstacle{"jurisdiction_sender",
             "`jurisdiction` of controller {1} applies your own country's rule to everybody: ask "
             "counsel whether it must.",
             [](World& w) { w.controller.jurisdiction.clear(); }},
    Obstacle{"consent_missing",
             "Ask the recipient for consent to tracking; record it with `candor consent import`.",
             give_consent},
    Obstacle{"consent_withdrawn", "Respect it. Only a new consent that the recipient gives counts.",
             give_consent},
    Obstacle{"consent_not_yet", "Correct the date of the consent, if it is wrong, or wait for it.",
             give_consent},
    Obstacle{"consent_expired", "Ask the recipient for consent anew.", give_consent},
    Obstacle{"consent_ends_soon", "Ask the recipient for consent anew, before this one ends.",
             give_consent},
    Obstacle{"consent_incomplete",
             "Record what is missing with `candor consent import`, if it can be proven.",
             give_consent},
    Obstacle{"not_b2b",
             "If this is a business contact, say so: `candor contact set ADDRESS --class b2b`.",
             be_business},
    Obstacle{"lia_missing",
             "`candor lia new` writes an assessment to fill in; it counts once it is approved and "
             "covers {0}.",
             file_assessment},
    Obstacle{"lia_jurisdiction", "Weigh the interest for {0} too, and add it to `jurisdictions`.",
             file_assessment},
    Obstacle{"lia_segment", "Weigh the interest for this segment too, and add it to `segments`.",
             file_assessment},
    Obstacle{"lia_treatment",
             "Weigh the interest for this treatment too, and add it to `treatments`.",
             file_assessment},
    Obstacle{"lia_not_approved",
             "Finish the assessment: status, outcome, approved_by, approved_at.", file_assessment},
    Obstacle{"lia_expired", "Review the assessment, and put the new dates into its file.",
             file_assessment},
    Obstacle{"lia_no_eprivacy_analysis",
             "Have counsel complete `eprivacy_analysis` of the assessment.", file_assessment},
    Obstacle{"consumer_requires_consent",
             "If this is a business contact, say so: `candor contact set ADDRESS --class b2b`.",
             be_business},
    Obstacle{"segment",
             "Take the segment off the recipient if it is wrong; `[policy.segments]` says what it "
             "allows.",
             [](World& w) { w.policy.settings.segments.clear(); }},
    Obstacle{"stream_ceiling", "Raise `ceiling` of stream {2}.",
             [](World& w) { w.stream.ceiling = Treatment::Individual; }},
    Obstacle{"message_request", "Have the application leave out {3}.",
             [](World& w) { w.facts.message.requested.reset(); }},
    Obstacle{"retention_too_short", "Raise `retention_days` of controller {1} to 7 or more.",
             [](World& w) { w.controller.retention_days = 30; }},
    Obstacle{"no_daily_key",
             "See that `candor milter` runs and can write its keys: it makes those of the coming "
             "days.",
             [](World& w) { w.facts.message.daily_key = true; }},
    Obstacle{
        "no_campaign",
        "Have the application name a campaign (X-Candor-Campaign), or set `campaign` of stream "
        "{2}.",
        [](World& w) { w.facts.message.has_campaign = true; }},
    Obstacle{"no_tracking_host", "Give controller {1} a `tracking_host` in its own domain.",
             own_a_tracking_host},
    Obstacle{"tracking_domain_misaligned",
             "Send from a domain of the tracking host's, or give controller {1} a `tracking_host` "
             "that fits.",
             own_a_tracking_host},
    Obstacle{"foreign_optout",
             "Set `list_unsubscribe = \"replace\"` for stream {2}, or name the import that brings "
             "the application's opt-outs here (`opt_out_feed`).",
             [](World& w) { w.facts.message.header_opt_out = HeaderOptOut::Ours; }},
    Obstacle{"no_visible_optout",
             "Put a link to candor:unsubscribe into the mail, or set `footer = \"append\"` for "
             "stream {2}.",
             [](World& w) { w.facts.message.visible_opt_out = true; }},
    Obstacle{"optout_untested", "See that `candor tracker` runs and answers on its address.",
             [](World& w) { w.facts.message.opt_out_tested = true; }},
    Obstacle{"no_privacy_notice",
             "Publish a privacy notice that explains clicks, set `privacy_notice_url`, and attest "
             "it: `candor privacy-notice new`.",
             attest_notice},
    Obstacle{"privacy_notice_unattested",
             "Attest, or review, that the notice explains clicks: `candor privacy-notice new`.",
             attest_notice},
    Obstacle{"no_retention", "Set `retention_days` of controller {1}.",
             [](World& w) { w.controller.retention_days = 30; }},
    Obstacle{"purge_overdue", "See that `candor tracker` runs: it forgets on schedule.",
             [](World& w) { w.facts.message.purge_on_time = true; }},
    Obstacle{"dpa_missing",
             "Sign a processing agreement with each of {4}, and file it: `candor dpa new`; or "
             "declare `self_hosted = true` where nobody else handles the events.",
             sign_contracts},
    Obstacle{"dpa_expired", "Review the agreement with each of {4}, and put the new date in.",
             sign_contracts},
    Obstacle{"no_service_provider_terms",
             "Have service provider terms signed with each of {4}, and say so in the agreement's "
             "file.",
             bind_service_providers},
    Obstacle{"ad_network", "Take the advertising network's image or link out of the template.",
             [](World& w) { w.facts.message.ad_network.clear(); }},
    Obstacle{"pack_outdated", "Have the legal facts reviewed, and install the new pack.",
             review_facts},
};

}  // namespace

Decision World::decide() {
    facts.stream = &stream;
    facts.controller = &controller;
    return policy::decide(facts, policy, now);
}

Contact& World::contact() {
    if (!facts.person.contact) facts.person.contact.emplace();
    return *facts.person.contact;
}

const Obstacle* find_obstacle(std::string_view word) {
    const auto found = std::ranges::find(obstacles, word, &Obstacle::word);
    return found == obstacles.end() ? nullptr : &*found;
}

std::string action_for(const Obstacle& obstacle, const World& world,
                       std::string_view jurisdiction) {
    const std::string processors = fmt::format("{}", fmt::join(world.controller.processors, ", "));
    return fmt::format(fmt::runtime(obstacle.action), jurisdiction, world.controller.name,
                       world.stream.name, world.facts.message.requested_by,
                       processors.empty() ? "your processors" : processors);
}

}  // namespace candor::policy
