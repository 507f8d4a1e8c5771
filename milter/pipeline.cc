// The order of one message: read, look up, decide, plan, rewrite. Nothing is sent to the MTA here.
#include "milter/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "milter/message_facts.h"
#include "milter/obey.h"
#include "milter/opt_out_links.h"
#include "milter/own_signatures.h"
#include "milter/untreatable.h"
#include "milter/work.h"
#include "policy/decision/duties.h"
#include "policy/people/address_in_text.h"
#include "policy/people/domains.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/rewrite.h"

namespace candor::milter {
namespace {

using policy::Decision;
using policy::Treatment;

Outcome store_away(const Error& error) {
    return refused({}, Action::TempFail, "store",
                   "policy store unavailable, try again later: " + error.message);
}

rewriter::Limits limits_of(const policy::MilterSettings& milter) {
    return {.max_message_bytes = milter.max_message_bytes,
            .max_parts = milter.max_parts,
            .max_nesting = milter.max_nesting,
            .max_links = milter.max_links,
            .max_header_lines = milter.max_header_lines};
}

/// An application's own opt-out counts only while its opt-outs reach us (design: within 24 h).
constexpr std::chrono::hours feed_stays_fresh{24};

Result<bool> feed_is_fresh(const Work& work) {
    if (work.stream.opt_out_feed.empty()) return false;
    const auto ran_at =
        work.context.ports.store.feed_ran_at(work.controller.number, work.stream.opt_out_feed);
    if (!ran_at) return fail(ran_at.error());
    return policy::counts(*ran_at, work.now, feed_stays_fresh);
}

/// What the daemons have to show for themselves, as of now.
Result<void> collect_duties(Work& work) {
    auto duties = work.context.ports.store.duties_of(work.controller.number);
    if (!duties) return fail(duties.error());
    policy::MessageFacts& facts = work.facts;
    if (work.forced.assume_duties) {
        facts.duties_assumed = policy::assume_unrecorded(*duties, work.now);
    }
    facts.opt_out_tested = policy::opt_out_tested(*duties, work.now);
    facts.purge_on_time = policy::purge_on_time(*duties, work.now);
    return {};
}

Result<void> collect_facts(Work& work) {
    auto name = campaign_name(work.stream, work.headers());
    if (name && policy::may_hold_address(*name)) {
        const policy::RecipientKey& key = work.context.ports.recipient_key;
        name = policy::keyed_name(key, work.controller.number, *name);
        work.campaign_is_hidden = true;
    }
    policy::MessageFacts& facts = work.facts;
    facts.has_campaign = name.has_value();
    work.campaign_is_named = rewriter::count_fields(work.headers(), "X-Candor-Campaign") > 0;
    if (name && work.marketing()) {
        auto id = work.context.ports.store.campaign(work.controller.number, *name, work.now);
        if (!id) return fail(id.error());
        work.campaign = *id;
    }
    if (work.marketing()) {
        if (auto collected = collect_duties(work); !collected) return collected;
    }
    work.request = requested(work.headers());
    facts.requested = work.request.treatment;
    facts.requested_by = work.request.header;
    if (auto domain = policy::to_ascii_domain(rewriter::from_domain(work.headers()))) {
        facts.from_domain = *std::move(domain);
    }
    facts.tracking_aligned = policy::tracking_aligned(work.controller, facts.from_domain);
    facts.ad_network = work.survey.ad_network;
    const auto fresh = feed_is_fresh(work);
    if (!fresh) return fail(fresh.error());
    facts.header_opt_out =
        header_opt_out(work.stream, work.headers(), tracking_hosts(work.config()), *fresh);
    return {};
}

bool has_daily_key(const Work& work, const Decision& decision) {
    return work.ring->daily_key(
               {work.controller.number, policy::day_of(work.now), decision.retention}) != nullptr;
}

Result<RecipientDecision> decide_for(const Work& work, std::size_t index) {
    const Recipient& recipient = work.transaction.envelope.recipients[index];
    RecipientDecision decided{index, id_of(recipient, work.stream, work.context), {}, {}};
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
    if (work.forced.keep_facts && !work.forced.treatment) {
        decided.facts = std::make_shared<const policy::Facts>(std::move(facts));
    }
    if (work.request.no_open_pixel) decided.decision.open_pixel = false;
    if (work.forced.treatment) {
        decided.decision.treatment = *work.forced.treatment;
        decided.decision.rule = "forced";
        decided.decision.basis = policy::Basis::None;  // it did not decide
        decided.decision.evidence_id.clear();
        decided.decision.reasons.push_back(
            {"forced", "The treatment was forced on the command line, for trying.",
             *work.forced.treatment, false});
    }
    return decided;
}

Note hidden_campaign_note() {
    return {"campaign_hidden",
            "The name of the campaign holds an \"@\": it is kept as a keyed digest, which names "
            "nobody and is the same for the same name."};
}

}  // namespace

Outcome treat(const Transaction& transaction, const policy::Stream& stream, const Context& context,
              const Forced& forced) {
    const policy::Config& config = context.rules->config;
    Work work{.transaction = transaction,
              .stream = stream,
              .context = context,
              .controller = *config.controller(stream.controller),
              .forced = forced,
              .now = context.ports.clock.now(),
              .ring = context.ports.keys.ring(),
              .survey = {},
              .facts = {},
              .request = {},
              .sealed_whole = {}};

    Outcome outcome;
    auto message =
        rewriter::Message::parse(work.headers(), transaction.text, limits_of(config.milter));
    if (message) {
        rewriter::RewritePlan rules;
        rules.strip_parameters = config.rewriter.strip_parameters;
        rules.strip_campaign_parameters = config.rewriter.strip_campaign_parameters;
        rules.filter_lists = context.rules->filter_lists.get();
        rules.click_redirect_hosts = config.rewriter.click_redirect_hosts;
        rules.own_hosts = tracking_hosts(config);
        work.survey = rewriter::survey(*message, rules);
        work.facts.visible_opt_out = visible_opt_out(work, *message);
        // Who forces a treatment has a mail at hand that was sent once already, signature and all.
        if (!forced.treatment) work.sealed_whole = kept_signature(work);
    }

    if (auto collected = collect_facts(work); !collected) return store_away(collected.error());
    outcome.campaign = work.campaign;
    outcome.enclosed_messages = work.survey.enclosed_messages;
    if (work.campaign_is_hidden) outcome.notes.push_back(hidden_campaign_note());
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
    outcome.not_split =
        staying.size() > 1 && stream.multi_recipient == policy::MultiRecipient::Split;
    if (forced.treatment) {
        // Even forced, a body that several people share holds nothing of one person.
        const auto loosest = staying.size() > 1 ? Treatment::Aggregate : Treatment::Individual;
        outcome.shared.treatment = policy::stricter_of(*forced.treatment, loosest);
    }
    if (too_many_control_fields(work.headers())) {
        return refused(std::move(outcome), Action::Reject, "over_limit",
                       fmt::format("more than {} X-Candor-* header fields", max_control_fields));
    }
    if (!message || work.over_time()) {
        const bool must_remove = !message || may_have_to_lose(work, outcome.shared);
        const std::string why = message ? "max_time_ms has passed" : message.error().message;
        return keep_as_it_is(work, std::move(outcome), {"over_limit", why}, must_remove);
    }
    return obey(work, *message, std::move(outcome));
}

const policy::Stream* stream_of(const Transaction& transaction, const Rules& rules) {
    std::vector<policy::StreamQuery::HeaderView> views;
    views.reserve(transaction.headers.size());
    for (const auto& header : transaction.headers) {
        std::string_view value = header.value;
        if (value.starts_with(' ')) value.remove_prefix(1);
        views.push_back({header.name, value});
    }
    // Reading addresses costs more than all the rest; most configurations ask for none.
    std::string from;
    const auto asks_for_from = [](const policy::Stream& stream) {
        return !stream.match.from.empty();
    };
    if (std::ranges::any_of(rules.config.streams, asks_for_from)) {
        const auto address = policy::normalise_address(rewriter::from_address(transaction.headers));
        if (address) from = *address;
    }
    const Envelope& envelope = transaction.envelope;
    return policy::find_stream(
               rules.config.streams,
               {envelope.sasl_user, envelope.sender, envelope.client_address, envelope.daemon_name,
                std::span<const policy::StreamQuery::HeaderView>{views}, from})
        .stream;
}

policy::StreamAnswer stream_before_header(const Envelope& envelope, const Rules& rules) {
    return policy::find_stream(rules.config.streams, {envelope.sasl_user,
                                                      envelope.sender,
                                                      envelope.client_address,
                                                      envelope.daemon_name,
                                                      std::nullopt,
                                                      {}});
}

policy::RecipientId id_of(const Recipient& recipient, const policy::Stream& stream,
                          const Context& context) {
    const auto* controller = context.rules->config.controller(stream.controller);
    return policy::recipient_id(context.ports.recipient_key, context.rules->config.addresses,
                                controller->number, recipient.address);
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
