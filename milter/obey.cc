// Compute everything, then hand it on: nothing is sent to the MTA here.
#include "milter/obey.h"

#include <algorithm>
#include <iterator>

#include "milter/link_plan.h"
#include "milter/message_facts.h"
#include "milter/opt_out_headers.h"
#include "milter/own_signatures.h"
#include "milter/placeholders.h"
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
    if (!takes_out_opens(decision)) return false;
    if (!remove_receipt_requests(work.headers()).empty()) return true;
    input.removal_only = true;
    LinkPlan links{input};
    if (unread_must_go(work, decision, links)) return true;
    rewriter::RewritePlan plan = removal_plan(work, decision, links);
    if (policy::adds_tracking(decision.treatment)) {
        // Links may stay as they are, and so may a picture of ours from the pass before.
        plan.replace_link = nullptr;
        plan.keep_open_image = [&links](std::string_view url) { return links.tells_the_same(url); };
    }
    const auto edits = rewriter::rewrite(message, plan);
    const bool links_go = !policy::adds_tracking(decision.treatment) && links.foreign_left() > 0;
    return !edits || !edits->body.empty() || links_go || work.over_time();
}

/// Whether content that nobody may touch holds what this treatment must take out, or may hold it.
bool untouchable_must_lose(const rewriter::Survey& survey, const Decision& decision) {
    if (policy::adds_tracking(decision.treatment)) {
        return takes_out_opens(decision) && (survey.unread || survey.untouchable_images);
    }
    return survey.opaque || survey.untouchable_tracking ||
           (decision.treatment == Treatment::Plaintext && survey.untouchable_html);
}

/// The opt-out of this recipient that stands in the header since an earlier pass, else a new one.
std::string opt_out_of_header(const Work& work, const LinkPlan& links) {
    for (const std::string& uri : rewriter::bracketed_uris(work.headers(), "List-Unsubscribe")) {
        if (links.unsubscribes_recipient(uri)) return uri;
    }
    return links.opt_out_url(policy::OptOutPage::Unsubscribe);
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
                                 opt_out_of_header(work, links), tracking_hosts(work.config())));
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
    const bool must_lose = untouchable_must_lose(work.survey, decision);
    if (work.sealed_whole) {
        return Kept{*work.sealed_whole,
                    must_lose || would_lose_something(work, message, decision, input)};
    }
    const auto& untouchable = work.survey.untouchable;
    if (must_lose) return Kept{*untouchable, true};
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
    // Where nothing has to go, the message goes on as it is.
    if (!edits && edits.error().fault != Fault::OverLimit && takes_out_opens(decision)) {
        return policy::lowered(decision, Treatment::Untracked, "fault_while_adding",
                               "Our links cannot be written: " + edits.error().message + ".");
    }
    return std::nullopt;
}

Outcome not_rewritten(const Work& work, Outcome outcome, const Error& error) {
    std::string word =
        policy::adds_tracking(outcome.shared.treatment) ? "fault_while_adding" : "malformed_mime";
    if (error.fault == Fault::OverLimit) word = "over_limit";
    const bool must_remove = may_have_to_lose(work, outcome.shared);
    return keep_as_it_is(work, std::move(outcome), {std::move(word), error.message}, must_remove);
}

/// What was seen of the links on the way, for the log and an explanation.
void note_links(const LinkPlan& links, Outcome& outcome) {
    outcome.links_left = links.left();
    outcome.personal_left = links.personal_left();
    outcome.foreign_left = links.foreign_left();
    outcome.edits.links_rewritten = links.tracked();
    for (const std::string& word : links.unknown_placeholders()) {
        outcome.notes.push_back(unknown_placeholder_note(word));
    }
    if (outcome.foreign_left > 0 && policy::adds_tracking(outcome.shared.treatment)) {
        outcome.shared.reasons.push_back({"foreign_tracker_left",
                                          foreign_links_in_words(outcome.foreign_left) +
                                              ": what it tells of the person is not ours to stop.",
                                          outcome.shared.treatment, false});
    }
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

    outcome.edits = *std::move(edits);
    note_links(links, outcome);
    std::ranges::move(
        header_edits(work, outcome.shared, audience, links, !outcome.edits.body.empty()),
        std::back_inserter(outcome.edits.headers));
    if (!policy::adds_tracking(outcome.shared.treatment) && links.foreign_left() > 0) {
        return foreign_links_left(work, std::move(outcome), links.foreign_left());
    }
    return outcome;
}

}  // namespace candor::milter
