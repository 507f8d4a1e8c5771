// The routes. A HEAD is answered like its GET and counted as a machine.
#include "tracker/routes.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "policy/tokens/tracker_proof.h"
#include "tracker/forms.h"
#include "tracker/pages.h"
#include "tracker/token_spellings.h"
#include "tracker/verdict.h"

namespace candor::tracker {
namespace {

using policy::Identity;
using policy::Instant;

Response plain(std::string_view type, std::string_view body) {
    return {200,
            {{"Content-Type", std::string(type)},
             {"X-Content-Type-Options", "nosniff"},
             {"Cache-Control", "no-store"}},
            std::string(body)};
}

Response redirect(const std::string& destination) {
    Response response{302,
                      {{"Location", {}},
                       {"Referrer-Policy", "no-referrer"},
                       {"Cache-Control", "no-store"},
                       {"X-Robots-Tag", "noindex"}},
                      {}};
    response.headers.front().value = destination;  // not copied from the list above once more
    return response;
}

/// A transparent GIF of one pixel. Every opening asks anew.
Response empty_picture() {
    static constexpr std::string_view gif(
        "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xFF\xFF\xFF!\xF9\x04\x01\x00\x00\x00\x00,"
        "\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02"
        "D\x01\x00;",
        43);
    return {200,
            {{"Content-Type", "image/gif"},
             {"X-Content-Type-Options", "nosniff"},
             {"Cache-Control", "no-store"},
             {"X-Robots-Tag", "noindex"}},
            std::string(gif)};
}

/// Who objects to tracking is not only left out of the event: the identity is never opened.
Identity identity_for(const Request& request) {
    return request.objects_to_tracking ? Identity::Skip : Identity::Open;
}

/// Borrowed from `opened`; null for an opt-out token, which leads nowhere.
const std::string* destination_of(const policy::OpenedToken& opened) {
    if (const auto* link = std::get_if<policy::IndividualLink>(&opened)) return &link->destination;
    if (const auto* link = std::get_if<policy::AggregateLink>(&opened)) return &link->destination;
    if (const auto* link = std::get_if<policy::ForgottenLink>(&opened)) return &link->destination;
    return nullptr;
}

Response fixed_page(const Request& request, const Look& look, Response response) {
    if (request.method == Method::Get || request.method == Method::Head) return response;
    return wrong_method_page(look, "GET, HEAD");
}

}  // namespace

bool is_safe_location(std::string_view destination) {
    const std::size_t colon = destination.find("://");
    if (colon == std::string_view::npos) return false;
    const std::string_view scheme = destination.substr(0, colon);
    if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) return false;
    const std::string_view rest = destination.substr(colon + 3);
    if (rest.empty() || std::string_view("/?#\\").find(rest.front()) != std::string_view::npos) {
        return false;
    }
    return std::ranges::all_of(destination, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte < 0x7F;
    });
}

Routes::Routes(Settings settings, const Ports& ports)
    : ports_(ports), opt_outs_(ports), settings_(std::make_shared<Settings>(std::move(settings))) {}

void Routes::reload(Settings settings) {
    auto next = std::make_shared<const Settings>(std::move(settings));
    const std::scoped_lock lock(mutex_);
    settings_ = std::move(next);
}

void Routes::forget() {
    bursts_.forget(std::chrono::steady_clock::now());
}

Response Routes::answer(const Request& request, Pace pace) {
    const std::string_view path = request.path;
    const bool fetches = request.method == Method::Get || request.method == Method::Head;
    const auto link = behind_route(path, 'c');
    if (link && fetches) return click(request, *link, pace);
    const auto picture = behind_route(path, 'o');
    if (picture && fetches) return image(request, *picture, pace);
    const auto settings = this->settings();
    if (const auto opt_out = behind_route(path, 'u')) {
        return opt_outs_.answer(request, *opt_out, *settings);
    }
    const Look look{*request.texts, *settings->theme};
    if (link || picture) return wrong_method_page(look, "GET, HEAD");
    if (path == "/healthz") {
        if (draining_) return fixed_page(request, look, refusal_of(503));
        return fixed_page(request, look, plain("text/plain; charset=utf-8", "ok\n"));
    }
    if (pace == Pace::BeyondRate) {
        Response refusal = refusal_of(429);
        refusal.headers.push_back({"Retry-After", "1"});
        return refusal;
    }
    if (path == "/robots.txt") {
        return fixed_page(request, look,
                          plain("text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n"));
    }
    if (path == "/.well-known/gpc.json") {
        // The date is that of the promise, not of this answer.
        return fixed_page(
            request, look,
            plain("application/json", "{\"gpc\": true, \"lastUpdate\": \"2026-11-23\"}\n"));
    }
    if (path.starts_with(policy::tracker_proof_path)) {
        const auto proof = policy::prove_tracker(*ports_.keys.ring(),
                                                 path.substr(policy::tracker_proof_path.size()));
        return proof ? fixed_page(request, look, plain("text/plain; charset=utf-8", *proof + "\n"))
                     : not_found_page(look);
    }
    return not_found_page(look);
}

Response Routes::click(const Request& request, std::string_view token, Pace pace) {
    const Instant now = ports_.clock.now();
    const auto opened = open_any_spelling(*ports_.keys.ring(), token, now, identity_for(request));
    if (!opened) {
        warn_of_missing_key(opened.error(), now);
        return unknown_link(request);
    }
    const std::string* destination = destination_of(*opened);
    // The token is authentic, so this can only fail if its writer had a bug. It stays a 404 then.
    if (destination == nullptr || !is_safe_location(*destination)) return unknown_link(request);
    ports_.events.record(event_of(policy::EventKind::Click, *opened, request, pace, now));
    return redirect(*destination);
}

/// The picture is there whatever the token: a gap in an old mail would tell its reader something.
Response Routes::image(const Request& request, std::string_view token, Pace pace) {
    const Instant now = ports_.clock.now();
    const auto opened = policy::open_image(*ports_.keys.ring(), token, now, identity_for(request));
    if (opened) {
        ports_.events.record(event_of(policy::EventKind::Open, *opened, request, pace, now));
    } else {
        warn_of_missing_key(opened.error(), now);
    }
    return empty_picture();
}

void Routes::warn_of_missing_key(const Error& error, Instant now) {
    if (error.fault != Fault::Missing) return;
    key_warning_.warn(ports_.journal, "link_key_missing", error.message, now);
}

policy::Event Routes::event_of(policy::EventKind kind, const policy::OpenedToken& opened,
                               const Request& request, Pace pace, Instant now) {
    policy::Event event;
    event.kind = kind;
    event.at = now;
    // Nobody clicks so fast, and rows of a flood would fill the disk.
    const bool is_flood = pace == Pace::BeyondRate;
    if (const auto* link = std::get_if<policy::IndividualLink>(&opened)) {
        event.controller = link->controller;
        event.campaign = link->campaign;
        event.link = link->ordinal;
        if (!is_flood && may_be_named(*link, kind, now)) {
            event.recipient = link->recipient;
            event.sent_on = policy::day_of(link->sealed_at);
            event.retention = link->retention;
        }
    } else if (const auto* shared = std::get_if<policy::AggregateLink>(&opened)) {
        event.controller = shared->controller;
        event.campaign = shared->campaign;
        event.link = shared->ordinal;
    } else if (const auto* forgotten = std::get_if<policy::ForgottenLink>(&opened)) {
        event.controller = forgotten->controller;
    }
    const Judgement judgement =
        is_flood ? Judgement{policy::Verdict::Machine, policy::VerdictReason::Burst}
                 : judgement_of(opened, event, request);
    event.verdict = judgement.verdict;
    event.reason = judgement.reason;
    return event;
}

/// The address of the client and its program go no further than this.
Judgement Routes::judgement_of(const policy::OpenedToken& opened, const policy::Event& event,
                               const Request& request) {
    const auto settings = this->settings();
    Circumstances around;
    around.kind = event.kind;
    around.scanner = settings->scanners->of(request.client, event.kind);
    const auto* link = std::get_if<policy::IndividualLink>(&opened);
    if (link != nullptr && link->sealed_at <= event.at) around.age = event.at - link->sealed_at;
    const auto moment = std::chrono::steady_clock::now();
    around.honeypot = meets_honeypot(opened, event, request, moment);
    if (event.kind == policy::EventKind::Open || around.honeypot) {
        // A mail program fetches all pictures at once; and who is known for a machine must not make
        // one of the person who reads the same mail in the same moment.
        around.one_of_many = false;
    } else if (event.recipient) {
        around.one_of_many = bursts_.is_one_of_many(*link, moment);
    } else if (!request.objects_to_tracking) {
        around.one_of_many = bursts_.is_one_of_many(event.campaign, event.link, request.client,
                                                    request.user_agent, moment);
    }
    const policy::TrackerSettings& limits = settings->config->tracker;
    return judge(request, around, {limits.too_fast, limits.too_fast_from_scanner});
}

/// Whoever follows a link that nobody sees is a machine, and so is what else comes from there to
/// the same campaign in the next moments.
bool Routes::meets_honeypot(const policy::OpenedToken& opened, const policy::Event& event,
                            const Request& request, Bursts::Time moment) {
    if (event.kind != policy::EventKind::Click) return false;
    const bool is_one = policy::is_honeypot(opened);
    if (request.objects_to_tracking) return is_one;
    const Visit visit{event.controller, event.campaign, request.client};
    if (is_one) bursts_.note_follower(visit, moment);
    return is_one || bursts_.has_followed(visit, moment);
}

/// Looked up now, not when the mail was sent: an opt-out, a withdrawn consent and an erasure
/// silence mail already delivered. When the store cannot answer, the answer is no.
bool Routes::may_be_named(const policy::IndividualLink& link, policy::EventKind kind, Instant now) {
    if (link.retention == 0) return false;
    const auto opt_outs = ports_.store.opt_outs_of(link.controller, link.recipient);
    if (!opt_outs) {
        store_warning_.warn(ports_.journal, "click_without_person", opt_outs.error().message, now);
        return false;
    }
    return opt_outs->allow_naming(kind, link.sealed_at);
}

Response Routes::unknown_link(const Request& request) const {
    const auto settings = this->settings();
    return unknown_link_page({*request.texts, *settings->theme});
}

std::shared_ptr<const Settings> Routes::settings() const {
    const std::scoped_lock lock(mutex_);
    return settings_;
}

}  // namespace candor::tracker
