// Placeholder? ours? somebody else's tracker? Then the treatment says what the destination becomes.
#include "milter/link_plan.h"

#include <algorithm>

#include "milter/message_facts.h"
#include "policy/destination.h"
#include "policy/streams.h"
#include "rewriter/click_redirectors.h"
#include "rewriter/links.h"
#include "rewriter/never_rewrite.h"
#include "rewriter/pixels.h"

namespace candor::milter {
namespace {

using policy::OptOutPage;
using policy::Treatment;

/// `candor:unsubscribe` and its kind, in any case. A word we do not know must not leave either: it
/// can only have meant an opt-out.
std::optional<OptOutPage> placeholder(std::string_view url) {
    if (rewriter::scheme_of(url) != "candor") return std::nullopt;
    std::string word{url.substr(url.find(':') + 1)};
    word.resize(std::min(word.find_first_of("?#/"), word.size()));
    std::ranges::transform(word, word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (word == "stop-tracking") return OptOutPage::StopTracking;
    if (word == "privacy") return OptOutPage::Privacy;
    return OptOutPage::Unsubscribe;
}

/// Postal's spelling of "do not track this link": it must not leave as it is.
std::optional<std::string> without_notrack_scheme(const std::string& url) {
    constexpr std::string_view mark = "+notrack://";
    const auto at = url.find(mark);
    if (at > std::string_view{"https"}.size()) return std::nullopt;  // npos is beyond it too
    return url.substr(0, at) + "://" + url.substr(at + mark.size());
}

}  // namespace

LinkPlan::LinkPlan(const LinkPlanInput& input) : in_(input) {
    for (const std::string& address : input.addresses) spellings_.emplace_back(address);
}

std::optional<std::string> LinkPlan::replacement(const rewriter::FoundLink& link) {
    const std::string written = rewriter::trim_url(link.url);
    if (const auto page = placeholder(written)) {
        if (in_.removal_only) return std::nullopt;
        return opt_out_url(*page);
    }
    if (auto plain = without_notrack_scheme(written)) return plain;

    const Opened opened = unwrapped(written);
    if (opened.keep) return std::nullopt;
    if (policy::adds_tracking(in_.treatment) && link.place == rewriter::LinkPlace::Html) {
        if (auto url = tracking_url(link, opened.url)) return url;
    }
    std::string url = opened.url;
    if (!policy::adds_tracking(in_.treatment)) {
        url = rewriter::without_personal_parameters(url, in_.config.rewriter.strip_parameters);
    }
    ++left_;
    if (url == written) return std::nullopt;
    return url;
}

LinkPlan::Opened LinkPlan::unwrapped(const std::string& url) {
    if (auto own = opened_own(url)) return *std::move(own);
    const auto foreign = rewriter::foreign_tracker(url, in_.config.rewriter.click_redirect_hosts);
    if (!foreign.known) return {url, false};
    if (!foreign.destination) {
        ++foreign_left_;
        return {url, !policy::adds_tracking(in_.treatment)};
    }
    if (auto own = opened_own(*foreign.destination)) return *std::move(own);
    return {*foreign.destination, false};
}

std::optional<LinkPlan::Opened> LinkPlan::opened_own(const std::string& url) {
    const auto& host = in_.controller.tracking_host;
    if (const auto token = own_token(url, host, 'u')) {
        const auto opened = policy::open(in_.ring, *token, in_.now);
        const auto* link = opened ? std::get_if<policy::OptOutLink>(&*opened) : nullptr;
        if (!link)
            return Opened{url,
                          true};  // not a token of ours: nothing to open, nothing to keep secret
        if (in_.recipient && link->recipient == *in_.recipient) return Opened{url, true};
        return Opened{opt_out_url(link->page), false};
    }
    const auto token = own_token(url, host, 'c');
    if (!token) return std::nullopt;
    const auto opened = policy::open(in_.ring, *token, in_.now);
    if (!opened) return Opened{url, true};
    const auto same_campaign = [&](policy::CampaignId campaign) {
        return !in_.campaign_is_named || campaign == in_.campaign;
    };
    if (const auto* link = std::get_if<policy::IndividualLink>(&*opened)) {
        const bool keep = in_.treatment == Treatment::Individual && in_.recipient &&
                          link->recipient == in_.recipient->prefix() &&
                          same_campaign(link->campaign);
        return Opened{keep ? url : link->destination, keep};
    }
    if (const auto* link = std::get_if<policy::AggregateLink>(&*opened)) {
        const bool keep = in_.treatment == Treatment::Aggregate && same_campaign(link->campaign);
        return Opened{keep ? url : link->destination, keep};
    }
    if (const auto* link = std::get_if<policy::ForgottenLink>(&*opened)) {
        return Opened{link->destination, false};
    }
    return Opened{url, true};
}

std::optional<std::string> LinkPlan::tracking_url(const rewriter::FoundLink& link,
                                                  const std::string& url) {
    rewriter::FoundLink found = link;
    found.url = url;
    const rewriter::NeverRules never{in_.header_uris, in_.config.rewriter.never_track,
                                     policy::glob_match};
    if (rewriter::never_rewrite(found, never)) return std::nullopt;
    if (rewriter::foreign_tracker(url, in_.config.rewriter.click_redirect_hosts).known) {
        return std::nullopt;  // a redirect to a tracker that we cannot open would track twice
    }

    std::string target = url;
    if (in_.treatment == Treatment::Aggregate) {
        target =
            rewriter::without_personal_parameters(target, in_.config.rewriter.strip_parameters);
        if (names_a_recipient(target)) {
            ++personal_left_;
            return std::nullopt;
        }
    }
    const auto destination = policy::serialise_destination(target);
    if (!destination) return std::nullopt;
    const std::string host = policy::host_of(*destination);
    if (host.empty() || host == in_.controller.tracking_host) return std::nullopt;

    Result<std::string> token;
    if (in_.treatment == Treatment::Individual && in_.recipient) {
        token = policy::seal(in_.ring, policy::IndividualLink{
                                           .controller = in_.controller.number,
                                           .campaign = in_.campaign,
                                           .recipient = in_.recipient->prefix(),
                                           .ordinal = link.ordinal,
                                           .sealed_at = in_.now,
                                           .retention = in_.retention,
                                           .destination = *destination,
                                       });
    } else {
        token = policy::seal(in_.ring, policy::AggregateLink{.controller = in_.controller.number,
                                                             .campaign = in_.campaign,
                                                             .ordinal = link.ordinal,
                                                             .destination = *destination});
    }
    if (!token) {
        failed_to_seal_ |= token.error().fault != Fault::OverLimit;
        return std::nullopt;
    }
    ++tracked_;
    return "https://" + in_.controller.tracking_host + "/c/" + *token;
}

bool LinkPlan::names_a_recipient(const std::string& url) const {
    return std::ranges::any_of(
        spellings_, [&](const policy::AddressSpellings& address) { return address.found_in(url); });
}

std::string LinkPlan::opt_out_url(OptOutPage page) const {
    const policy::Controller& controller = in_.controller;
    const bool wants_notice = page == OptOutPage::Privacy && !in_.recipient;
    if (controller.tracking_host.empty() || wants_notice) {
        if (!controller.privacy_notice_url.empty()) return controller.privacy_notice_url;
        if (controller.tracking_host.empty()) return "about:blank";  // a placeholder never leaves
    }
    // Without a token the tracker shows its neutral page: it says how to opt out by other ways.
    std::string base = "https://" + controller.tracking_host + "/u/";
    if (!in_.recipient) return base;
    const auto token = policy::seal(
        in_.ring, policy::OptOutLink{controller.number, *in_.recipient, in_.campaign, page});
    return token ? base + *token : base;
}

}  // namespace candor::milter
