// What counts as evidence stands in lawful_basis; what follows from a shortfall, in decide.
#include "policy/decision/preconditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "policy/decision/notice_on_file.h"

namespace candor::policy {

namespace {

using Check = std::optional<Shortfall>;

Shortfall untracked_because(std::string word, std::string text) {
    return {Treatment::Untracked, std::move(word), std::move(text)};
}

Check daily_key(const PreconditionInput& in) {
    if (in.wanted != Treatment::Individual) return std::nullopt;
    // `no_retention` speaks for a controller that has set none at all.
    const int configured = in.facts.controller->retention_days;
    const int days =
        configured > 0 ? std::min(configured, in.row.retention_days) : in.row.retention_days;
    if (retention_class_of(days) == 0) {
        return Shortfall{
            Treatment::Aggregate, "retention_too_short",
            fmt::format("{} days are shorter than the shortest retention class ({}), so "
                        "no personal link can be made.",
                        days, retention_class_days[1])};
    }
    if (in.consent != nullptr && in.retention == 0) {
        return Shortfall{
            Treatment::Aggregate, "consent_ends_soon",
            fmt::format("The consent on record ends so soon that a personal link would outlive it: "
                        "the shortest time one is remembered is {} days. Ask again before.",
                        retention_class_days[1])};
    }
    if (in.facts.message.daily_key) return std::nullopt;
    return Shortfall{Treatment::Aggregate, "no_daily_key",
                     "There is no key of today for personal links, and mail is not held for "
                     "one: see that `candor milter` can write its keys directory."};
}

Check campaign(const PreconditionInput& in) {
    if (in.wanted != Treatment::Aggregate || in.facts.message.has_campaign) return std::nullopt;
    return untracked_because("no_campaign",
                             "The message names no campaign, and a one-to-one mail cannot be "
                             "counted in aggregate: its one recipient would be known. "
                             "X-Candor-Campaign, Feedback-ID, List-Id or the stream names one.");
}

Check tracking_host(const PreconditionInput& in) {
    if (!in.facts.controller->tracking_host.empty()) return std::nullopt;
    return untracked_because("no_tracking_host",
                             fmt::format("Controller {} has no tracking_host: set one in "
                                         "its own domain. No mail gets an opt-out link either.",
                                         in.facts.controller->name));
}

Check tracking_alignment(const PreconditionInput& in) {
    const std::string& host = in.facts.controller->tracking_host;
    const std::string& from = in.facts.message.from_domain;
    if (host.empty() || in.facts.message.tracking_aligned) return std::nullopt;
    return untracked_because(
        "tracking_domain_misaligned",
        from.empty() ? std::string{"The message has no readable From domain to align with."}
                     : fmt::format("The tracking host {} is not in the organisational domain of "
                                   "the From domain {}: mail from there needs a controller with a "
                                   "tracking_host of its own.",
                                   host, from));
}

Check header_opt_out(const PreconditionInput& in) {
    if (in.facts.message.header_opt_out != HeaderOptOut::ApplicationUnfed) return std::nullopt;
    return untracked_because("foreign_optout",
                             "The List-Unsubscribe is the application's own, and no feed brought "
                             "its opt-outs here within a day, so they would not stop tracking: "
                             "say list_unsubscribe = \"replace\", or import them with "
                             "`candor optout import --feed`.");
}

Check visible_opt_out(const PreconditionInput& in) {
    if (in.facts.message.visible_opt_out) return std::nullopt;
    return untracked_because(
        "no_visible_optout",
        "The body, or one form of it (text, HTML, AMP), shows the reader no way to opt out, and "
        "without one nothing may be tracked. A link to candor:unsubscribe in each form is one; "
        "footer = \"append\" in the stream's settings adds it.");
}

/// Whoever looks after opt-outs must have shown within a day that they work.
Check opt_out_endpoint(const PreconditionInput& in) {
    if (in.facts.message.opt_out_tested) return std::nullopt;
    return untracked_because("optout_untested",
                             "The opt-out page has not passed its test within a day: start "
                             "`candor tracker`, which tests it at once and then hourly, or see "
                             "its log for `opt_out_test_failed`.");
}

Check privacy_notice(const PreconditionInput& in) {
    const Controller& controller = *in.facts.controller;
    if (!controller.privacy_notice_url.starts_with("https://")) {
        return untracked_because(
            "no_privacy_notice",
            fmt::format("Controller {} has no https privacy_notice_url: set it.", controller.name));
    }
    auto answer = find_privacy_notice(controller, in.policy, Measured::Clicks, in.now);
    if (answer.notice != nullptr) return std::nullopt;
    return untracked_because("privacy_notice_unattested", std::move(answer.why));
}

Check retention(const PreconditionInput& in) {
    if (in.facts.controller->retention_days > 0) return std::nullopt;
    return untracked_because("no_retention", fmt::format("Controller {} has no retention_days: set "
                                                         "how long clicks may name people.",
                                                         in.facts.controller->name));
}

Check purge(const PreconditionInput& in) {
    if (in.facts.message.purge_on_time) return std::nullopt;
    return untracked_because("purge_overdue",
                             "Clicks, keys and decisions past their retention have not all been "
                             "destroyed within two days: see that `candor milter` and `candor "
                             "tracker` run, and their logs for `events_not_retired`, "
                             "`keys_not_destroyed` and `decisions_not_retired`.");
}

enum class DpaState { OnFile, Expired, Missing };

/// Of this controller and signed, whether or not it is past its review.
bool is_signed(const Dpa& dpa, const PreconditionInput& in) {
    return dpa.controller == in.facts.controller->name && dpa.signed_at && *dpa.signed_at <= in.now;
}
bool counts_now(const Dpa& dpa, const PreconditionInput& in) {
    return is_signed(dpa, in) && dpa.review_by && in.now < *dpa.review_by;
}

struct DpaAnswer {
    DpaState state = DpaState::Missing;
    std::string_view file;  ///< of the one that is past its review
};

DpaAnswer find_dpa(const PreconditionInput& in, std::string_view processor) {
    DpaAnswer best;
    for (const Dpa& dpa : in.policy.evidence.dpas) {
        if (dpa.processor != processor || !is_signed(dpa, in)) continue;
        if (counts_now(dpa, in)) return {DpaState::OnFile, {}};
        // The first file by name, so that the order of files in a directory decides nothing.
        if (best.state == DpaState::Missing || dpa.file < best.file) {
            best = {DpaState::Expired, dpa.file};
        }
    }
    return best;
}

Check processors(const PreconditionInput& in) {
    const Controller& controller = *in.facts.controller;
    if (controller.self_hosted) return std::nullopt;
    if (controller.processors.empty()) {
        return untracked_because("dpa_missing",
                                 fmt::format("Controller {} names no processors and does not "
                                             "declare self_hosted = true: do one of the two.",
                                             controller.name));
    }
    std::string missing, expired;
    for (const std::string& processor : controller.processors) {
        const DpaAnswer answer = find_dpa(in, processor);
        if (answer.state == DpaState::OnFile) continue;
        const bool is_missing = answer.state == DpaState::Missing;
        std::string& list = is_missing ? missing : expired;
        list += (list.empty() ? "" : ", ") + processor;
        if (!is_missing) list += fmt::format(" ({})", answer.file);
    }
    if (missing.empty() && expired.empty()) return std::nullopt;
    std::string text;
    if (!missing.empty()) {
        text = fmt::format(
            "No signed processor agreement for {}: `candor dpa new` writes a file "
            "to fill in.",
            missing);
    }
    if (!expired.empty()) {
        text += fmt::format(
            "{}The processor agreement is past its review date for {}: review it, "
            "and put the new dates into its file.",
            text.empty() ? "" : " ", expired);
    }
    return untracked_because(missing.empty() ? "dpa_expired" : "dpa_missing", std::move(text));
}

/// Where the row asks for it, a processor must be bound not to use the events for anything of its
/// own (California Civil Code 1798.140(ag)).
Check service_provider_terms(const PreconditionInput& in) {
    const Controller& controller = *in.facts.controller;
    if (!in.row.needs_service_provider_terms || controller.self_hosted) return std::nullopt;
    std::string without;
    for (const std::string& processor : controller.processors) {
        const bool bound = std::ranges::any_of(in.policy.evidence.dpas, [&](const Dpa& dpa) {
            return dpa.service_provider_terms && dpa.processor == processor && counts_now(dpa, in);
        });
        if (!bound) without += (without.empty() ? "" : ", ") + processor;
    }
    if (without.empty()) return std::nullopt;
    return untracked_because("no_service_provider_terms",
                             fmt::format("{} asks for a contract with service provider terms, and "
                                         "there is none on file for {}: once it has them, say "
                                         "service_provider_terms = true in the file of it.",
                                         in.row.code, without));
}

Check ad_network(const PreconditionInput& in) {
    const std::string_view network = in.facts.message.ad_network;
    if (network.empty()) return std::nullopt;
    return untracked_because(
        "ad_network",
        fmt::format("The mail itself tells an advertising network ({}) who reads it, which is "
                    "sharing: take its image or link out of the template.",
                    network));
}

Check pack_age(const PreconditionInput& in) {
    constexpr std::chrono::days too_old{730};
    if (in.now < in.effective.facts_at() + too_old) return std::nullopt;
    return untracked_because("pack_outdated",
                             fmt::format("The legal facts of {} are of {}, more than two years "
                                         "old: have them reviewed.",
                                         in.effective.facts_of(), in.effective.facts_date()));
}

constexpr std::array<Precondition, 14> all_preconditions{
    // What lowers to `aggregate` comes before what `aggregate` needs.
    daily_key,      campaign,        tracking_host,    tracking_alignment,
    header_opt_out, visible_opt_out, opt_out_endpoint, privacy_notice,
    retention,      purge,           processors,       service_provider_terms,
    ad_network,     pack_age};

}  // namespace

std::span<const Precondition> preconditions() {
    return all_preconditions;
}

}  // namespace candor::policy
