// Placeholder? ours? somebody else's tracker? Then the treatment says what the destination becomes.
#include "milter/link_plan.h"

#include <algorithm>
#include <utility>

#include "milter/message_facts.h"
#include "milter/placeholders.h"
#include "policy/links/destination.h"
#include "policy/people/domains.h"
#include "rewriter/links/links.h"
#include "rewriter/links/web_url.h"
#include "rewriter/tracking/personal_parameters.h"

namespace candor::milter {
namespace {

using policy::OptOutPage;
using policy::Treatment;

/// Postal's spelling of "do not track this link": it must not leave as it is.
std::optional<std::string> without_notrack_scheme(std::string_view url) {
    constexpr std::string_view mark = "+notrack://";
    constexpr std::size_t latest = std::string_view{"https"}.size();
    const std::size_t at = url.substr(0, latest + mark.size()).find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    return std::string{url.substr(0, at)}.append("://").append(url.substr(at + mark.size()));
}

rewriter::ShownUrls shown_urls(policy::VisibleUrlLinks setting) {
    switch (setting) {
        case policy::VisibleUrlLinks::Keep: return rewriter::ShownUrls::Keep;
        case policy::VisibleUrlLinks::SameSite: return rewriter::ShownUrls::SameSite;
        case policy::VisibleUrlLinks::Rewrite: return rewriter::ShownUrls::Rewrite;
    }
    return rewriter::ShownUrls::Keep;
}

/// Of a host as a text or a URL spells it: as letters or as A-labels.
std::string site_of(std::string_view host) {
    const auto ascii = policy::to_ascii_domain(host);
    return ascii ? policy::organisational_domain(*ascii) : std::string{};
}

rewriter::NeverRules never_rules(const LinkPlanInput& input) {
    const policy::RewriterSettings& settings = input.config.rewriter;
    return rewriter::NeverRules{{
        .header_uris = input.header_uris,
        .url_globs = settings.never_track,
        .app_link_hosts = settings.app_link_hosts,
        .own_host = input.controller.tracking_host,
        .organisational_domain = site_of,
        .shown_urls = shown_urls(settings.visible_url_links),
        .keep_sensitive = settings.sensitive_links == policy::SensitiveLinks::Keep,
    }};
}

}  // namespace

LinkPlan::LinkPlan(const LinkPlanInput& input)
    : in_(input),
      tracking_hosts_(tracking_hosts(input.config)),
      never_(never_rules(input)),
      foreign_(input.config.rewriter.click_redirect_hosts) {}

bool LinkPlan::out_of_time() {
    constexpr std::size_t links_between_looks = 16;
    if (!late_ && asked_++ % links_between_looks == 0 && in_.over_time) late_ = in_.over_time();
    return late_;
}

std::optional<std::string> LinkPlan::replacement(const rewriter::FoundLink& link) {
    if (out_of_time()) return std::nullopt;
    const rewriter::TrimmedUrl trimmed{link.url};
    const std::string_view written = trimmed.text();
    if (const auto page = placeholder_page(written)) {
        if (in_.removal_only) return std::nullopt;
        if (auto word = unknown_placeholder(written);
            word && unknown_.size() < most_unknown_placeholders) {
            unknown_.insert(*std::move(word));
        }
        return opt_out_url(*page);
    }
    if (auto plain = without_notrack_scheme(written)) return plain;

    const Opened opened = unwrapped(written);
    if (opened.keep) return std::nullopt;
    const std::string_view target = opened.url ? std::string_view{*opened.url} : written;
    std::string_view why = "treatment";
    std::string url;
    if (policy::adds_tracking(in_.treatment)) {
        if (auto tracking = tracking_url(link, target, opened.foreign, why)) return tracking;
        url = target;
    } else {
        url = without_person(target);
    }
    ++left_[why];
    if (url == written) return std::nullopt;
    return url;
}

std::string LinkPlan::without_person(std::string_view url) const {
    const policy::RewriterSettings& settings = in_.config.rewriter;
    return rewriter::without_parameters(url, {.more = settings.strip_parameters,
                                              .campaigns = settings.strip_campaign_parameters,
                                              .lists = in_.filter_lists});
}

bool LinkPlan::must_go(std::string_view url) {
    const rewriter::TrimmedUrl trimmed{url};
    const std::string_view written = trimmed.text();
    if (placeholder_page(written)) return false;
    if (const auto own = opened_own(written)) return own->url.has_value();
    if (policy::adds_tracking(in_.treatment)) return false;
    return foreign_.of(written).known || without_person(written) != written;
}

LinkPlan::Opened LinkPlan::unwrapped(std::string_view url) {
    if (auto own = opened_own(url)) return *std::move(own);
    auto foreign = foreign_.of(url);
    if (!foreign.known) return {.foreign = false};
    if (!foreign.destination) {
        ++foreign_left_;
        return {.keep = !policy::adds_tracking(in_.treatment), .foreign = true};
    }
    if (auto own = opened_own(*foreign.destination)) return *std::move(own);
    return {.url = std::move(foreign.destination), .foreign = false};
}

std::optional<policy::OptOutLink> LinkPlan::opened_opt_out(std::string_view token) const {
    const auto opened = policy::open(in_.ring, token, in_.now);
    const auto* link = opened ? std::get_if<policy::OptOutLink>(&*opened) : nullptr;
    return link ? std::optional{*link} : std::nullopt;
}

std::optional<LinkPlan::Opened> LinkPlan::opened_own(std::string_view url) {
    if (const auto token = own_token(url, tracking_hosts_, 'u')) {
        const auto link = opened_opt_out(*token);
        // Not a token of ours: nothing to open, nothing to keep secret.
        if (!link) return Opened{.keep = true};
        if (in_.recipient && link->controller == in_.controller.number &&
            link->recipient == *in_.recipient) {
            return Opened{.keep = true};
        }
        return Opened{.url = opt_out_url(link->page)};
    }
    const auto token = own_token(url, tracking_hosts_, 'c');
    if (!token) return std::nullopt;
    const auto opened = policy::open(in_.ring, *token, in_.now);
    if (!opened) return Opened{.keep = true};
    if (const auto* link = std::get_if<policy::IndividualLink>(&*opened)) {
        return kept_or_opened(*link);
    }
    if (const auto* link = std::get_if<policy::AggregateLink>(&*opened)) {
        return kept_or_opened(*link);
    }
    if (const auto* link = std::get_if<policy::ForgottenLink>(&*opened)) {
        return Opened{.url = link->destination};
    }
    return Opened{.keep = true};
}

template <class Link>
LinkPlan::Opened LinkPlan::kept_or_opened(const Link& link) {
    if (!is_of_this_message(link)) return {.url = link.destination};
    has_honeypot_ |= link.ordinal == policy::honeypot_ordinal;
    return {.keep = true};
}

bool LinkPlan::is_of_this_campaign(policy::CampaignId campaign) const {
    return !in_.campaign_is_named || campaign == in_.campaign;
}

bool LinkPlan::is_of_this_message(const policy::IndividualLink& link) const {
    return in_.treatment == Treatment::Individual && in_.recipient &&
           link.controller == in_.controller.number && link.recipient == in_.recipient->prefix() &&
           is_of_this_campaign(link.campaign);
}

bool LinkPlan::is_of_this_message(const policy::AggregateLink& link) const {
    return in_.treatment == Treatment::Aggregate && link.controller == in_.controller.number &&
           is_of_this_campaign(link.campaign);
}

std::string_view LinkPlan::reason_to_keep(const rewriter::FoundLink& link, std::string_view url,
                                          std::optional<bool> foreign) {
    const bool text = link.place == rewriter::LinkPlace::Text;
    if (text && !in_.config.rewriter.text_links) return "text_links";
    if (text ? in_.keep_text_links : in_.keep_html_links) return "asked";
    if (const auto never = never_.reason_to_keep(link, url)) return *never;
    // A redirect to a tracker that we cannot open would track twice.
    if (!foreign) foreign = foreign_.of(url).known;
    return *foreign ? "foreign_tracker" : "";
}

std::optional<std::string> LinkPlan::tracking_url(const rewriter::FoundLink& link,
                                                  std::string_view url, std::optional<bool> foreign,
                                                  std::string_view& why) {
    why = reason_to_keep(link, url, foreign);
    if (!why.empty()) return std::nullopt;
    std::string impersonal;
    if (in_.treatment == Treatment::Aggregate) {
        impersonal =
            rewriter::without_parameters(url, {.more = in_.config.rewriter.strip_parameters});
        url = impersonal;
        if (names_a_recipient(url)) {
            why = "personal";
            ++personal_left_;
            return std::nullopt;
        }
    }
    why = "destination";
    auto destination = policy::destination_of(url);
    if (!destination || destination->host == in_.controller.tracking_host) return std::nullopt;

    const auto token = sealed(link.ordinal, std::move(destination->url));
    if (!token) {
        if (token.error().fault == Fault::OverLimit) return std::nullopt;
        why = "key";
        failed_to_seal_ = true;
        return std::nullopt;
    }
    ++tracked_;
    tracks_html_ |= link.place == rewriter::LinkPlace::Html;
    return own_url("/c/", *token);
}

bool LinkPlan::names_a_recipient(std::string_view url) {
    if (spellings_.empty()) {
        for (const std::string& address : in_.addresses) spellings_.emplace_back(address);
    }
    return std::ranges::any_of(
        spellings_, [&](const policy::AddressSpellings& address) { return address.found_in(url); });
}

bool LinkPlan::unsubscribes_recipient(std::string_view url) const {
    const auto token = own_token(url, in_.controller.tracking_host, 'u');
    const bool bare = token && url.starts_with("https://") && url.ends_with(*token);
    const auto link = bare && in_.recipient ? opened_opt_out(*token) : std::nullopt;
    return link && link->controller == in_.controller.number && link->recipient == *in_.recipient &&
           link->page == OptOutPage::Unsubscribe;
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
