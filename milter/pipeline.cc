// The order of one message: read, look up, decide, plan, rewrite. Nothing is sent to the MTA here.
#include "milter/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "milter/footer.h"
#include "milter/link_plan.h"
#include "milter/message_facts.h"
#include "milter/opt_out_headers.h"
#include "policy/domains.h"
#include "rewriter/header_fields.h"
#include "rewriter/rewrite.h"
#include "rewriter/signatures.h"

namespace candor::milter {
namespace {

using policy::Decision;
using policy::Treatment;
using policy::Untreatable;
using rewriter::HeaderEdit;

/// One message on its way; every step reads what the steps before it left here.
struct Work {
    const Transaction& transaction;
    const policy::Stream& stream;
    const Context& context;
    const policy::Controller& controller;
    const Forced& forced;
    policy::Instant now;
    std::shared_ptr<const policy::KeyRing> ring;
    rewriter::Survey survey;
    policy::MessageFacts facts;
    policy::CampaignId campaign = 0;
    /// Why the message as a whole must stay as it is: a signature that a change would break.
    std::optional<rewriter::Untouchable> sealed_whole;

    [[nodiscard]] const policy::Config& config() const { return context.rules->config; }
    [[nodiscard]] std::span<const rewriter::Header> headers() const { return transaction.headers; }
    [[nodiscard]] bool marketing() const { return stream.kind == policy::StreamKind::Marketing; }
};

Outcome refused(Outcome outcome, Action action, std::string word, std::string text) {
    outcome.action = action;
    outcome.word = std::move(word);
    outcome.text = std::move(text);
    outcome.edits = {};
    return outcome;
}

Outcome store_away(const Error& error) {
    return refused({}, Action::TempFail, "store",
                   "policy store unavailable, try again later: " + error.message);
}

/// What cannot be treated and must lose something: the operator's setting decides.
Outcome untreatable(Outcome outcome, Untreatable setting, const std::string& word,
                    const std::string& text, std::vector<HeaderEdit> harmless) {
    switch (setting) {
        case Untreatable::Reject: return refused(std::move(outcome), Action::Reject, word, text);
        case Untreatable::Hold: return refused(std::move(outcome), Action::Hold, word, text);
        case Untreatable::Pass: break;
    }
    outcome.passed_untreated = true;
    outcome.word = word;
    outcome.text = text;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

rewriter::Limits limits_of(const policy::MilterSettings& milter) {
    return {.max_message_bytes = milter.max_message_bytes,
            .max_parts = milter.max_parts,
            .max_nesting = milter.max_nesting,
            .max_links = milter.max_links,
            .max_header_lines = milter.max_header_lines};
}

bool is_own_domain(const policy::Controller& controller, std::string_view domain) {
    return std::ranges::any_of(controller.domains, [&](const std::string& own) {
        return domain == own || domain.ends_with("." + own);
    });
}

/// A signature in force that is not ours to drop; own ones are, where the operator says so.
std::optional<rewriter::Untouchable> kept_signature(const Work& work) {
    const bool drop_own = work.config().milter.own_signatures == policy::OwnSignatures::Drop;
    for (const auto& signature :
         rewriter::carried_signatures({work.headers(), work.transaction.body})) {
        if (!signature.intact) continue;
        if (drop_own && is_own_domain(work.controller, signature.domain)) continue;
        return rewriter::Untouchable{"dkim_signature",
                                     "a DKIM signature that a change would break"};
    }
    return std::nullopt;
}

std::vector<HeaderEdit> dropped_own_signatures(const Work& work) {
    std::vector<HeaderEdit> edits;
    if (work.config().milter.own_signatures != policy::OwnSignatures::Drop) return edits;
    for (const auto& signature :
         rewriter::carried_signatures({work.headers(), work.transaction.body})) {
        if (is_own_domain(work.controller, signature.domain)) {
            edits.push_back({HeaderEdit::Kind::Remove, "DKIM-Signature", signature.index, {}});
        }
    }
    return edits;
}

/// An application's own opt-out counts only while its opt-outs reach us (design: within 24 h).
constexpr std::chrono::hours feed_stays_fresh{24};

Result<bool> feed_is_fresh(const Work& work) {
    if (work.stream.opt_out_feed.empty()) return false;
    const auto ran_at =
        work.context.ports.store.feed_ran_at(work.controller.number, work.stream.opt_out_feed);
    if (!ran_at) return fail(ran_at.error());
    return ran_at->has_value() && work.now - **ran_at <= feed_stays_fresh;
}

Result<void> collect_facts(Work& work) {
    const auto name = campaign_name(work.stream, work.headers());
    policy::MessageFacts& facts = work.facts;
    facts.has_campaign = name.has_value();
    if (name && work.marketing()) {
        auto id = work.context.ports.store.campaign(work.controller.number, *name, work.now);
        if (!id) return fail(id.error());
        work.campaign = *id;
    }
    if (auto request = requested_treatment(work.headers())) {
        facts.requested = request->treatment;
        facts.requested_by = std::move(request->header);
    }
    if (auto domain = policy::to_ascii_domain(rewriter::from_domain(work.headers()))) {
        facts.from_domain = *std::move(domain);
    }
    const auto fresh = feed_is_fresh(work);
    if (!fresh) return fail(fresh.error());
    facts.header_opt_out =
        header_opt_out(work.stream, work.headers(), work.controller.tracking_host, *fresh);
    facts.visible_opt_out =
        visible_opt_out(work.stream, work.survey, work.controller.tracking_host);
    return {};
}

bool has_daily_key(const Work& work, const Decision& decision) {
    return work.ring->daily_key(
               {work.controller.number, policy::day_of(work.now), decision.retention}) != nullptr;
}

Result<RecipientDecision> decide_for(const Work& work, std::size_t index) {
    const Recipient& recipient = work.transaction.envelope.recipients[index];
    RecipientDecision decided{index, id_of(recipient, work.stream, work.context), {}};
    const std::string domain{policy::domain_of(recipient.address)};

    auto person = work.context.ports.store.person(work.controller.number, decided.id, domain);
    if (!person) return fail(person.error());
    policy::Facts facts{.person = *std::move(person),
                        .recipient_domain = domain,
                        .message = work.facts,
                        .stream = &work.stream,
                        .controller = &work.controller};
    decided.decision = policy::decide(facts, work.context.rules->policy, work.now);
    // Which day key is needed depends on the row that was found: only now it can be looked for.
    if (decided.decision.treatment == Treatment::Individual &&
        !has_daily_key(work, decided.decision)) {
        facts.message.daily_key = false;
        decided.decision = policy::decide(facts, work.context.rules->policy, work.now);
    }
    if (work.forced.treatment) {
        decided.decision.treatment = *work.forced.treatment;
        decided.decision.rule = "forced";
        decided.decision.reasons.push_back(
            {"forced", "The treatment was forced on the command line, for trying.",
             *work.forced.treatment, false});
    }
    return decided;
}

/// RewritePlan of the shared decision; `links` must outlive it.
rewriter::RewritePlan plan_for(const Work& work, const Decision& decision, bool personal,
                               LinkPlan& links) {
    rewriter::RewritePlan plan;
    plan.plaintext_only = decision.treatment == Treatment::Plaintext;
    plan.remove_tracking = !policy::adds_tracking(decision.treatment);
    plan.strip_parameters = work.config().rewriter.strip_parameters;
    plan.replace_link = [&links](const rewriter::FoundLink& link) {
        return links.replacement(link);
    };

    const bool needs_footer = work.marketing() && personal &&
                              work.stream.footer == policy::Footer::Append &&
                              !work.controller.tracking_host.empty();
    policy::Stream without_footer = work.stream;
    without_footer.footer = policy::Footer::Off;
    if (needs_footer &&
        !visible_opt_out(without_footer, work.survey, work.controller.tracking_host)) {
        const FooterLinks urls{links.opt_out_url(policy::OptOutPage::Unsubscribe),
                               links.opt_out_url(policy::OptOutPage::StopTracking),
                               work.controller.privacy_notice_url};
        plan.footer_html = footer_html(work.controller, urls);
        plan.footer_text = footer_text(work.controller, urls);
    }
    return plan;
}

std::vector<std::string> protected_uris(std::span<const rewriter::Header> headers) {
    std::vector<std::string> uris;
    for (const std::string_view name : {"List-Unsubscribe", "List-Help", "Archived-At"}) {
        std::ranges::move(rewriter::bracketed_uris(headers, name), std::back_inserter(uris));
    }
    return uris;
}

/// What remains to be said when the message cannot be changed as `decision` wants.
Outcome keep_as_it_is(const Work& work, Outcome outcome, const rewriter::Untouchable& why,
                      bool must_remove) {
    auto harmless = remove_control_headers(work.headers());
    const Treatment treatment = outcome.shared.treatment;
    if (must_remove) {
        const std::string text =
            fmt::format("this message must lose {} and cannot be changed: {}",
                        treatment == Treatment::Plaintext ? "its HTML" : "its tracking", why.text);
        return untreatable(std::move(outcome), work.config().milter.untreatable, why.word, text,
                           std::move(harmless));
    }
    if (policy::adds_tracking(treatment)) {
        outcome.shared = policy::lowered(std::move(outcome.shared), Treatment::Untracked,
                                         "untreatable_" + why.word,
                                         "The message goes on unchanged: " + why.text + ".");
    }
    outcome.word = why.word;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

/// Whether content that nobody may touch holds what this treatment must take out.
bool untouchable_must_lose(const rewriter::Survey& survey, Treatment treatment) {
    if (policy::adds_tracking(treatment) || !survey.untouchable) return false;
    return survey.opaque || survey.untouchable_tracking ||
           (treatment == Treatment::Plaintext && survey.untouchable_html);
}

Outcome rewritten(const Work& work, const rewriter::Message& message, Outcome outcome) {
    std::vector<std::string> addresses;
    std::optional<policy::RecipientId> only;
    for (const RecipientDecision& recipient : outcome.recipients) {
        if (std::ranges::find(outcome.suppressed, recipient.index) != outcome.suppressed.end())
            continue;
        addresses.push_back(work.transaction.envelope.recipients[recipient.index].address);
        only = recipient.id;
    }
    const bool personal = addresses.size() == 1;
    if (!personal) only.reset();

    const LinkPlanInput input{.treatment = outcome.shared.treatment,
                              .controller = work.controller,
                              .config = work.config(),
                              .ring = *work.ring,
                              .now = work.now,
                              .retention = outcome.shared.retention,
                              .campaign = work.campaign,
                              .recipient = only,
                              .addresses = addresses,
                              .header_uris = protected_uris(work.headers())};
    LinkPlan links{input};
    auto edits = rewriter::rewrite(message, plan_for(work, outcome.shared, personal, links));
    const bool adding = policy::adds_tracking(outcome.shared.treatment);
    if (adding && (!edits || links.failed_to_seal())) {
        // A fault while adding tracking never stops mail and never tracks (style rule 2).
        outcome.shared =
            policy::lowered(std::move(outcome.shared), Treatment::Untracked, "fault_while_adding",
                            edits ? "A link key is missing." : edits.error().message);
        return rewritten(work, message, std::move(outcome));
    }
    if (!edits) {
        return keep_as_it_is(work, std::move(outcome), {"malformed_mime", edits.error().message},
                             true);
    }

    const auto& untouchable = work.sealed_whole ? work.sealed_whole : work.survey.untouchable;
    if (untouchable) {
        const bool must = untouchable_must_lose(work.survey, outcome.shared.treatment) ||
                          (work.sealed_whole && !adding && edits->body);
        return keep_as_it_is(work, std::move(outcome), *untouchable, must);
    }
    outcome.links_left = links.left();
    outcome.personal_left = links.personal_left();
    outcome.edits = *std::move(edits);
    outcome.edits.links_rewritten = links.tracked();

    const auto add = [&](std::vector<HeaderEdit> more) {
        std::ranges::move(more, std::back_inserter(outcome.edits.headers));
    };
    add(remove_control_headers(work.headers()));
    if (!outcome.edits.empty()) add(dropped_own_signatures(work));
    if (work.marketing() && personal && !work.controller.tracking_host.empty()) {
        add(opt_out_header_edits(work.stream.list_unsubscribe, work.headers(),
                                 links.opt_out_url(policy::OptOutPage::Unsubscribe),
                                 work.controller.tracking_host));
    }
    if (!adding && links.foreign_left() > 0) {
        auto kept = std::move(outcome.edits);
        outcome = untreatable(
            std::move(outcome), work.config().milter.foreign_tracked_link, "foreign_tracked_link",
            fmt::format("{} links lead through another system's click tracker, and their "
                        "destination cannot be read",
                        links.foreign_left()),
            {});
        if (outcome.passed_untreated) {
            outcome.word = "untracked_incomplete";
            outcome.edits = std::move(kept);
        }
    }
    return outcome;
}

}  // namespace

Outcome treat(const Transaction& transaction, const policy::Stream& stream, const Context& context,
              const Forced& forced) {
    const policy::Config& config = context.rules->config;
    Work work{transaction,
              stream,
              context,
              *config.controller(stream.controller),
              forced,
              context.ports.clock.now(),
              context.ports.keys.ring(),
              {},
              {},
              0,
              {}};

    Outcome outcome;
    auto message =
        rewriter::Message::parse({work.headers(), transaction.body}, limits_of(config.milter));
    if (message) {
        rewriter::RewritePlan rules;
        rules.strip_parameters = config.rewriter.strip_parameters;
        work.survey = rewriter::survey(*message, rules);
        // Who forces a treatment has a mail at hand that was sent once already, signature and all.
        if (!forced.treatment) work.sealed_whole = kept_signature(work);
    }

    if (auto collected = collect_facts(work); !collected) return store_away(collected.error());
    std::vector<Decision> staying;
    for (std::size_t i = 0; i < transaction.envelope.recipients.size(); ++i) {
        auto decided = decide_for(work, i);
        if (!decided) return store_away(decided.error());
        if (decided->decision.treatment == Treatment::Suppressed) {
            outcome.suppressed.push_back(i);
        } else {
            staying.push_back(decided->decision);
        }
        outcome.recipients.push_back(*std::move(decided));
    }
    if (staying.empty()) {
        return refused(std::move(outcome), Action::Discard, "opt_out", "every recipient opted out");
    }

    const bool application_opt_out = work.facts.header_opt_out != policy::HeaderOptOut::Ours;
    outcome.shared = policy::decide_together(staying, application_opt_out, work.facts.has_campaign);
    if (forced.treatment) outcome.shared.treatment = *forced.treatment;
    if (!message) {
        const bool must_remove = !policy::adds_tracking(outcome.shared.treatment);
        return keep_as_it_is(work, std::move(outcome), {"over_limit", message.error().message},
                             must_remove);
    }
    return rewritten(work, *message, std::move(outcome));
}

const policy::Stream* stream_of(const Transaction& transaction, const Rules& rules) {
    std::vector<policy::StreamQuery::HeaderView> views;
    views.reserve(transaction.headers.size());
    for (const auto& header : transaction.headers) {
        std::string_view value = header.value;
        if (value.starts_with(' ')) value.remove_prefix(1);
        views.push_back({header.name, value});
    }
    const Envelope& envelope = transaction.envelope;
    return policy::find_stream(
               rules.config.streams,
               {envelope.sasl_user, envelope.sender, envelope.client_address, envelope.daemon_name,
                std::span<const policy::StreamQuery::HeaderView>{views}})
        .stream;
}

policy::StreamAnswer stream_before_header(const Envelope& envelope, const Rules& rules) {
    return policy::find_stream(rules.config.streams,
                               {envelope.sasl_user, envelope.sender, envelope.client_address,
                                envelope.daemon_name, std::nullopt});
}

policy::RecipientId id_of(const Recipient& recipient, const policy::Stream& stream,
                          const Context& context) {
    const auto* controller = context.rules->config.controller(stream.controller);
    return policy::recipient_id(context.ports.recipient_key, controller->number, recipient.address);
}

Result<bool> opted_out(const Recipient& recipient, const policy::Stream& stream,
                       const Context& context) {
    if (stream.kind != policy::StreamKind::Marketing) return false;
    const auto* controller = context.rules->config.controller(stream.controller);
    const auto id = id_of(recipient, stream, context);
    auto person =
        context.ports.store.person(controller->number, id, policy::domain_of(recipient.address));
    if (!person) return fail(person.error());
    return person->opt_outs.all;
}

}  // namespace candor::milter
