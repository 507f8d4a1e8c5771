// Settings and the decision say all of it; no text of the message is read here.
#include "milter/rewrite_plan.h"

#include <algorithm>

#include "milter/footer.h"
#include "milter/opt_out_links.h"

namespace candor::milter {

using policy::Decision;
using policy::Treatment;

namespace {

/// What several recipients can share: a page that tells how to opt out, and no token of anybody's.
FooterLinks footer_links(const Work& work, const Audience& audience, const LinkPlan& links) {
    return {links.opt_out_url(policy::OptOutPage::Unsubscribe),
            audience.only ? links.opt_out_url(policy::OptOutPage::StopTracking) : "",
            work.controller.privacy_notice_url};
}

bool may_add_footer(const Work& work) {
    return work.marketing() && work.stream.footer == policy::Footer::Append &&
           !work.controller.tracking_host.empty();
}

}  // namespace

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

bool takes_out_opens(const Decision& decision) {
    return decision.treatment != Treatment::Individual || !decision.open_pixel;
}

rewriter::RewritePlan removal_plan(const Work& work, const Decision& decision, LinkPlan& links) {
    rewriter::RewritePlan plan;
    plan.plaintext_only = decision.treatment == Treatment::Plaintext;
    plan.remove_tracking = !policy::adds_tracking(decision.treatment);
    plan.remove_tracking_images = takes_out_opens(decision);
    plan.own_hosts = tracking_hosts(work.config());
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
    if (!may_add_footer(work)) return plan;
    const FooterLinks urls = footer_links(work, audience, links);
    // By its opt-out a footer of ours is known again; that of several recipients has no token.
    plan.is_opt_out = [is_opt_out = opt_out_test(work), ours = urls.unsubscribe](
                          std::string_view url) { return url == ours || is_opt_out(url); };
    plan.footer_html = footer_html(work.controller, urls);
    plan.footer_text = footer_text(work.controller, urls);
    return plan;
}

}  // namespace candor::milter
