// Compute everything, then hand it on: nothing is sent to the MTA here.
#include "milter/obey.h"

#include <algorithm>

#include "milter/link_plan.h"
#include "milter/message_facts.h"
#include "milter/opt_out_headers.h"
#include "milter/own_signatures.h"
#include "milter/receipt_requests.h"
#include "milter/rewrite_plan.h"
#include "milter/untreatable.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/rewrite.h"

namespace candor::milter {
namespace {

using policy::Decision;
using policy::Treatment;
using rewriter::HeaderEdit;

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

/// Whether what links the HTML may hold besides those that were read would have to go.
bool unread_must_go(const Work& work, const Decision& decision, LinkPlan& links) {
    // With the HTML they are gone.
    if (decision.treatment == Treatment::Plaintext) return false;
    return std::ranges::any_of(work.survey.unread_links,
                               [&](const std::string& url) { return links.must_go(url); });
}

/// Whether a message that must stay as it is holds what this treatment would take out.
bool would_lose_something(const Work& work, const rewriter::Message& message,
                          const Decision& decision, LinkPlanInput input) {
    input.removal_only = true;
    LinkPlan links{input};
    if (unread_must_go(work, decision, links)) return true;
    const auto edits = rewriter::rewrite(message, removal_plan(work, decision, links));
    return !edits || !edits->body.empty() || links.foreign_left() > 0 || work.over_time();
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
                                 tracking_hosts(work.config())));
    } else {
        add(remove_own_opt_out_headers(work.headers(), tracking_hosts(work.config())));
    }
    if (takes_out_opens(decision)) add(remove_receipt_requests(work.headers()));
    if (body_changes || !edits.empty()) add(dropped_own_signatures(work));
    return edits;
}

LinkPlanInput link_input(const Work& work, const Decision& decision, const Audience& audience) {
    return {.treatment = decision.treatment,
            .controller = work.controller,
            .config = work.config(),
            .ring = *work.ring,
            .now = work.now,
            .retention = decision.retention,
            .campaign = work.campaign,
            .campaign_is_named = work.campaign_is_named,
            .recipient = audience.only,
            .addresses = audience.addresses,
            .header_uris = protected_uris(work),
            .filter_lists = work.context.rules->filter_lists.get(),
            .keep_html_links = work.request.keep_html_links,
            .keep_text_links = work.request.keep_text_links,
            .over_time = [&work] { return work.over_time(); }};
}

struct Kept {
    rewriter::Untouchable why;
    bool must_remove;  ///< as keep_as_it_is() means it
};

/// What links that nobody can replace say to that.
std::optional<Kept> kept_unread(const Work& work, const Decision& decision,
                                const LinkPlanInput& input) {
    const auto& unread = work.survey.unread_links;
    if (unread.empty() || decision.treatment == Treatment::Plaintext) return std::nullopt;
    const rewriter::Untouchable why{"links_unread",
                                    "Not all links of its HTML can be read for certain."};
    if (LinkPlan links{input}; unread_must_go(work, decision, links)) return Kept{why, true};
    if (std::ranges::any_of(unread, is_placeholder)) return Kept{why, false};
    return std::nullopt;
}

/// What says before anything is rewritten that the message stays as it is.
std::optional<Kept> kept_whole(const Work& work, const rewriter::Message& message,
                               const Decision& decision, const LinkPlanInput& input) {
    if (work.sealed_whole) {
        return Kept{*work.sealed_whole, !policy::adds_tracking(decision.treatment) &&
                                            would_lose_something(work, message, decision, input)};
    }
    const auto& untouchable = work.survey.untouchable;
    if (untouchable_must_lose(work.survey, decision.treatment)) return Kept{*untouchable, true};
    if (untouchable && holds_placeholder(work, true)) return Kept{*untouchable, false};
    return kept_unread(work, decision, input);
}

/// `decision` without tracking, when links cannot be added after all.
std::optional<Decision> adding_nothing(const Decision& decision, const LinkPlan& links,
                                       const Result<rewriter::Edits>& edits) {
    if (!policy::adds_tracking(decision.treatment)) return std::nullopt;
    if (links.failed_to_seal()) {
        return policy::lowered(decision, Treatment::Untracked, "fault_while_adding",
                               "A link key is missing.");
    }
    if (edits && edits->amp_outgrown) {
        return policy::lowered(
            decision, Treatment::Untracked, "amp_too_large",
            "With our links the AMP part would be too large to be shown: neither it nor the HTML "
            "gets them.");
    }
    return std::nullopt;
}

Outcome not_rewritten(const Work& work, Outcome outcome, const Error& error) {
    if (policy::adds_tracking(outcome.shared.treatment)) {
        return without_tracking(work, std::move(outcome), error);
    }
    const bool limit = error.fault == Fault::OverLimit;
    return keep_as_it_is(work, std::move(outcome),
                         {limit ? "over_limit" : "malformed_mime", error.message}, true);
}

}  // namespace

Outcome obey(const Work& work, const rewriter::Message& message, Outcome outcome) {
    const Audience audience = audience_of(work, outcome);
    const LinkPlanInput input = link_input(work, outcome.shared, audience);
    if (const auto kept = kept_whole(work, message, outcome.shared, input)) {
        return keep_as_it_is(work, std::move(outcome), kept->why, kept->must_remove);
    }

    LinkPlan links{input};
    auto edits = rewriter::rewrite(message, plan_for(work, outcome.shared, audience, links));
    // First of all: when the time is up the link plan leaves links as they are.
    if (work.over_time()) {
        return not_rewritten(work, std::move(outcome),
                             {Fault::OverLimit, "max_time_ms has passed"});
    }
    if (auto lowered = adding_nothing(outcome.shared, links, edits)) {
        outcome.shared = *std::move(lowered);
        return obey(work, message, std::move(outcome));
    }
    if (!edits) return not_rewritten(work, std::move(outcome), edits.error());
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
    if (!policy::adds_tracking(outcome.shared.treatment) && links.foreign_left() > 0) {
        return foreign_links_left(work, std::move(outcome), links.foreign_left());
    }
    return outcome;
}

}  // namespace candor::milter
