// Compute everything, then hand it on: nothing is sent to the MTA here.
#include "milter/obey.h"

#include <fmt/format.h>

#include <algorithm>

#include "milter/footer.h"
#include "milter/link_plan.h"
#include "milter/message_facts.h"
#include "milter/opt_out_headers.h"
#include "milter/receipt_requests.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/mime/signatures.h"
#include "rewriter/rewrite.h"

namespace candor::milter {
namespace {

using policy::Decision;
using policy::Treatment;
using policy::Untreatable;
using rewriter::HeaderEdit;

/// What the operator's setting makes of mail that must lose something and cannot. `harmless` are
/// edits that any mail can take.
Outcome untreatable(Outcome outcome, Untreatable setting, const std::string& word,
                    const std::string& text, std::vector<HeaderEdit> harmless) {
    switch (setting) {
        case Untreatable::Reject: return refused(std::move(outcome), Action::Reject, word, text);
        case Untreatable::Hold:
            // Who releases it from the hold queue releases what we leave there.
            outcome = refused(std::move(outcome), Action::Hold, word, text);
            outcome.edits.headers = std::move(harmless);
            return outcome;
        case Untreatable::Pass: break;
    }
    outcome.passed_untreated = true;
    outcome.word = word;
    outcome.text = text;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

bool is_own_domain(const policy::Controller& controller, std::string_view domain) {
    return std::ranges::any_of(controller.domains, [&](const std::string& own) {
        return domain == own || domain.ends_with("." + own);
    });
}

std::vector<HeaderEdit> dropped_own_signatures(const Work& work) {
    std::vector<HeaderEdit> edits;
    if (work.config().milter.own_signatures != policy::OwnSignatures::Drop) return edits;
    for (const auto& signature :
         rewriter::carried_signatures({work.headers(), work.transaction.text.body()})) {
        if (is_own_domain(work.controller, signature.domain)) {
            edits.push_back({HeaderEdit::Kind::Remove, "DKIM-Signature", signature.index, {}});
        }
    }
    return edits;
}

/// Uris that must outlive the tracking host: the opt-outs and help pages of the list, and the
/// notice.
std::vector<std::string> protected_uris(const Work& work) {
    std::vector<std::string> uris;
    for (const std::string_view name : {"List-Unsubscribe", "List-Help", "Archived-At"}) {
        std::ranges::move(rewriter::bracketed_uris(work.headers(), name), std::back_inserter(uris));
    }
    if (!work.controller.privacy_notice_url.empty()) {
        uris.push_back(work.controller.privacy_notice_url);
    }
    return uris;
}

/// Who is left to get the message.
struct Audience {
    std::vector<std::string> addresses;
    std::optional<policy::RecipientId> only;  // when it is one person: personal tokens may be made
};

Audience audience_of(const Work& work, const Outcome& outcome) {
    Audience audience;
    for (const RecipientDecision& recipient : outcome.recipients) {
        if (std::ranges::find(outcome.suppressed, recipient.index) != outcome.suppressed.end()) {
            continue;
        }
        audience.addresses.push_back(work.transaction.envelope.recipients[recipient.index].address);
        audience.only = recipient.id;
    }
    if (audience.addresses.size() != 1) audience.only.reset();
    return audience;
}

bool needs_footer(const Work& work, const Audience& audience) {
    if (!work.marketing() || !audience.only || work.stream.footer == policy::Footer::Off ||
        work.controller.tracking_host.empty()) {
        return false;
    }
    policy::Stream without_footer = work.stream;
    without_footer.footer = policy::Footer::Off;
    return !visible_opt_out(without_footer, work.survey, work.controller.tracking_host);
}

/// Another system's pixel is personal tracking: it needs what a personal one of ours would need.
bool takes_out_opens(const Decision& decision) {
    return decision.treatment != Treatment::Individual || !decision.open_pixel;
}

/// What `decision` takes out of a message. `links` must outlive the plan.
rewriter::RewritePlan removal_plan(const Work& work, const Decision& decision, LinkPlan& links) {
    rewriter::RewritePlan plan;
    plan.plaintext_only = decision.treatment == Treatment::Plaintext;
    plan.remove_tracking = !policy::adds_tracking(decision.treatment);
    plan.remove_tracking_images = takes_out_opens(decision);
    plan.own_host = work.controller.tracking_host;
    plan.strip_parameters = work.config().rewriter.strip_parameters;
    plan.strip_campaign_parameters = work.config().rewriter.strip_campaign_parameters;
    plan.remove_remote_css = work.config().rewriter.remote_css == policy::RemoteCss::Remove;
    plan.filter_lists = work.context.rules->filter_lists.get();
    plan.click_redirect_hosts = work.config().rewriter.click_redirect_hosts;
    plan.replace_link = [&links](const rewriter::FoundLink& link) {
        return links.replacement(link);
    };
    return plan;
}

rewriter::RewritePlan plan_for(const Work& work, const Decision& decision, const Audience& audience,
                               LinkPlan& links) {
    rewriter::RewritePlan plan = removal_plan(work, decision, links);
    if (work.stream.open_pixel && decision.open_pixel) {
        plan.open_image = links.open_image_url().value_or("");
        plan.keep_open_image = [&links](std::string_view url) { return links.tells_the_same(url); };
    }
    if (work.stream.honeypot && policy::adds_tracking(decision.treatment)) {
        plan.honeypot = [&links] { return links.honeypot_url(); };
    }
    if (!needs_footer(work, audience)) return plan;
    const FooterLinks urls{links.opt_out_url(policy::OptOutPage::Unsubscribe),
                           links.opt_out_url(policy::OptOutPage::StopTracking),
                           work.controller.privacy_notice_url};
    plan.footer_html = footer_html(work.controller, urls);
    plan.footer_text = footer_text(work.controller, urls);
    return plan;
}

/// Whether a message that must stay as it is holds what this treatment would take out.
bool would_lose_something(const Work& work, const rewriter::Message& message,
                          const Decision& decision, LinkPlanInput input) {
    input.removal_only = true;
    LinkPlan links{input};
    const auto edits = rewriter::rewrite(message, removal_plan(work, decision, links));
    return !edits || !edits->body.empty() || links.foreign_left() > 0;
}

/// Whether content that nobody may touch holds what this treatment must take out.
bool untouchable_must_lose(const rewriter::Survey& survey, Treatment treatment) {
    if (policy::adds_tracking(treatment)) return false;
    return survey.opaque || survey.untouchable_tracking ||
           (treatment == Treatment::Plaintext && survey.untouchable_html);
}

std::vector<HeaderEdit> header_edits(const Work& work, const Decision& decision,
                                     const Audience& audience, const LinkPlan& links,
                                     bool body_changes) {
    std::vector<HeaderEdit> edits = remove_control_headers(work.headers());
    const auto add = [&edits](std::vector<HeaderEdit> more) {
        std::ranges::move(more, std::back_inserter(edits));
    };
    if (work.marketing() && audience.only && !work.controller.tracking_host.empty()) {
        add(opt_out_header_edits(work.stream.list_unsubscribe, work.headers(),
                                 links.opt_out_url(policy::OptOutPage::Unsubscribe),
                                 work.controller.tracking_host));
    } else {
        add(remove_own_opt_out_headers(work.headers(), work.controller.tracking_host));
    }
    if (takes_out_opens(decision)) add(remove_receipt_requests(work.headers()));
    if (body_changes || !edits.empty()) add(dropped_own_signatures(work));
    return edits;
}

/// An opt-out that leads nowhere must not leave. `untouchable`: only those that nobody can change.
bool holds_placeholder(const Work& work, bool untouchable) {
    return std::ranges::any_of(work.survey.links, [&](const rewriter::FoundLink& link) {
        return (link.untouchable || !untouchable) && is_placeholder(link.url);
    });
}

/// A fault while adding tracking never stops mail and never tracks (style rule 2): the law allowed
/// more, so what the message holds may stay.
Outcome without_tracking(const Work& work, Outcome outcome, const Error& error) {
    const bool limit = error.fault == Fault::OverLimit;
    return keep_as_it_is(work, std::move(outcome),
                         {limit ? "over_limit" : "fault_while_adding", error.message}, false);
}

Outcome foreign_links_left(const Work& work, Outcome outcome, std::size_t links) {
    rewriter::Edits kept = std::move(outcome.edits);
    outcome = untreatable(
        std::move(outcome), work.config().milter.foreign_tracked_link, "foreign_tracked_link",
        fmt::format("{} through another system's click tracker, and {} cannot be read",
                    links == 1 ? "1 link leads" : fmt::format("{} links lead", links),
                    links == 1 ? "its destination" : "their destinations"),
        remove_control_headers(work.headers()));
    if (outcome.passed_untreated) {
        outcome.word = "untracked_incomplete";
        outcome.edits = std::move(kept);
    }
    return outcome;
}

}  // namespace

Outcome refused(Outcome outcome, Action action, std::string word, std::string text) {
    outcome.action = action;
    outcome.word = std::move(word);
    outcome.text = std::move(text);
    outcome.edits = {};
    return outcome;
}

std::optional<rewriter::Untouchable> kept_signature(const Work& work) {
    const bool drop_own = work.config().milter.own_signatures == policy::OwnSignatures::Drop;
    for (const auto& signature :
         rewriter::carried_signatures({work.headers(), work.transaction.text.body()})) {
        if (!signature.intact) continue;
        if (drop_own && is_own_domain(work.controller, signature.domain)) continue;
        return rewriter::Untouchable{"dkim_signature",
                                     "a DKIM signature that a change would break"};
    }
    return std::nullopt;
}

Outcome keep_as_it_is(const Work& work, Outcome outcome, const rewriter::Untouchable& why,
                      bool must_remove) {
    auto harmless = remove_control_headers(work.headers());
    const Treatment treatment = outcome.shared.treatment;
    if (!must_remove && holds_placeholder(work, false)) {
        return untreatable(std::move(outcome), work.config().milter.untreatable, why.word,
                           "the opt-out links of this message must be filled in, and it cannot be "
                           "changed: " +
                               why.text,
                           std::move(harmless));
    }
    if (must_remove) {
        const std::string text =
            fmt::format("this message must lose {} and cannot be changed: {}",
                        treatment == Treatment::Plaintext ? "its HTML" : "its tracking", why.text);
        return untreatable(std::move(outcome), work.config().milter.untreatable, why.word, text,
                           std::move(harmless));
    }
    if (policy::adds_tracking(treatment)) {
        outcome.shared = policy::lowered(
            std::move(outcome.shared), Treatment::Untracked, "untreatable_" + why.word,
            "The message goes on unchanged: " + why.text + (why.text.ends_with('.') ? "" : "."));
    }
    outcome.word = why.word;
    outcome.text = why.text;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

Outcome obey(const Work& work, const rewriter::Message& message, Outcome outcome) {
    const Audience audience = audience_of(work, outcome);
    const Treatment treatment = outcome.shared.treatment;
    const bool adding = policy::adds_tracking(treatment);
    const LinkPlanInput input{.treatment = treatment,
                              .controller = work.controller,
                              .config = work.config(),
                              .ring = *work.ring,
                              .now = work.now,
                              .retention = outcome.shared.retention,
                              .campaign = work.campaign,
                              .campaign_is_named = work.campaign_is_named,
                              .recipient = audience.only,
                              .addresses = audience.addresses,
                              .header_uris = protected_uris(work),
                              .filter_lists = work.context.rules->filter_lists.get(),
                              .keep_html_links = work.request.keep_html_links,
                              .keep_text_links = work.request.keep_text_links};
    if (work.sealed_whole) {
        const bool must = !adding && would_lose_something(work, message, outcome.shared, input);
        return keep_as_it_is(work, std::move(outcome), *work.sealed_whole, must);
    }
    if (untouchable_must_lose(work.survey, treatment)) {
        return keep_as_it_is(work, std::move(outcome), *work.survey.untouchable, true);
    }

    if (work.survey.untouchable && holds_placeholder(work, true)) {
        return keep_as_it_is(work, std::move(outcome), *work.survey.untouchable, false);
    }

    LinkPlan links{input};
    auto edits = rewriter::rewrite(message, plan_for(work, outcome.shared, audience, links));
    if (adding && links.failed_to_seal()) {
        outcome.shared = policy::lowered(std::move(outcome.shared), Treatment::Untracked,
                                         "fault_while_adding", "A link key is missing.");
        return obey(work, message, std::move(outcome));
    }
    if (adding && edits && edits->amp_outgrown) {
        outcome.shared = policy::lowered(
            std::move(outcome.shared), Treatment::Untracked, "amp_too_large",
            "With our links the AMP part would be too large to be shown: neither it nor the HTML "
            "gets them.");
        return obey(work, message, std::move(outcome));
    }
    if (edits && work.over_time()) edits = fail(Fault::OverLimit, "max_time_ms has passed");
    if (!edits && adding) return without_tracking(work, std::move(outcome), edits.error());
    if (!edits) {
        const bool limit = edits.error().fault == Fault::OverLimit;
        return keep_as_it_is(work, std::move(outcome),
                             {limit ? "over_limit" : "malformed_mime", edits.error().message},
                             true);
    }
    // Signed as a whole, and nothing else in it could be changed.
    if (work.survey.untouchable && edits->body.empty()) {
        return keep_as_it_is(work, std::move(outcome), *work.survey.untouchable, false);
    }

    outcome.links_left = links.left();
    outcome.personal_left = links.personal_left();
    outcome.edits = *std::move(edits);
    outcome.edits.links_rewritten = links.tracked();
    std::ranges::move(
        header_edits(work, outcome.shared, audience, links, !outcome.edits.body.empty()),
        std::back_inserter(outcome.edits.headers));
    if (!adding && links.foreign_left() > 0) {
        return foreign_links_left(work, std::move(outcome), links.foreign_left());
    }
    return outcome;
}

}  // namespace candor::milter
