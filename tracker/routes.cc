// The routes. A HEAD is answered like its GET and counted as a machine.
#include "tracker/routes.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "tracker/forms.h"
#include "tracker/verdict.h"

namespace candor::tracker {
namespace {

using policy::Identity;
using policy::Instant;
using policy::OptOutScope;
using policy::OptOutSource;

constexpr std::int64_t quiet_seconds = 60;

bool is_token_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

/// Programs that find links in text take a full stop or bracket behind one along; no token ends so.
std::string_view without_trailing_punctuation(std::string_view token) {
    while (!token.empty() && !is_token_character(token.back())) token.remove_suffix(1);
    return token;
}

Response plain(std::string_view type, std::string_view body) {
    return {200,
            {{"Content-Type", std::string(type)},
             {"X-Content-Type-Options", "nosniff"},
             {"Cache-Control", "no-store"}},
            std::string(body)};
}

Response redirect(const std::string& destination) {
    return {302,
            {{"Location", destination},
             {"Referrer-Policy", "no-referrer"},
             {"Cache-Control", "no-store"},
             {"X-Robots-Tag", "noindex"}},
            {}};
}

/// Borrowed from `opened`; null for an opt-out token, which leads nowhere.
const std::string* destination_of(const policy::OpenedToken& opened) {
    if (const auto* link = std::get_if<policy::IndividualLink>(&opened)) return &link->destination;
    if (const auto* link = std::get_if<policy::AggregateLink>(&opened)) return &link->destination;
    if (const auto* link = std::get_if<policy::ForgottenLink>(&opened)) return &link->destination;
    return nullptr;
}

Response fixed_page(const Request& request, Response response) {
    if (request.method == Method::Get || request.method == Method::Head) return response;
    return wrong_method_page(*request.texts, "GET, HEAD");
}

std::string_view word_of(OptOutScope scope) {
    switch (scope) {
        case OptOutScope::All: return "all";
        case OptOutScope::Tracking: return "tracking";
    }
    return "all";  // a value outside the enum
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

Routes::Routes(std::shared_ptr<const policy::Config> config, const Ports& ports)
    : ports_(ports), config_(std::move(config)) {}

void Routes::reload(std::shared_ptr<const policy::Config> config) {
    const std::scoped_lock lock(mutex_);
    config_ = std::move(config);
}

Response Routes::answer(const Request& request) {
    const std::string_view path = request.path;
    if (path.starts_with("/c/"))
        return click(request, without_trailing_punctuation(path.substr(3)));
    if (path.starts_with("/u/")) {
        return opt_out(request, without_trailing_punctuation(path.substr(3)));
    }
    if (path == "/healthz") return fixed_page(request, plain("text/plain; charset=utf-8", "ok\n"));
    if (path == "/robots.txt") {
        return fixed_page(request,
                          plain("text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n"));
    }
    if (path == "/.well-known/gpc.json") {
        // The date is that of the promise, not of this answer.
        return fixed_page(request, plain("application/json",
                                         "{\"gpc\": true, \"lastUpdate\": \"2026-11-23\"}\n"));
    }
    return not_found_page(*request.texts);
}

Response Routes::click(const Request& request, std::string_view token) {
    if (request.method != Method::Get && request.method != Method::Head) {
        return wrong_method_page(*request.texts, "GET, HEAD");
    }
    const Instant now = ports_.clock.now();
    const auto ring = ports_.keys.ring();
    // Who objects to tracking is not only left out of the event: the identity is never opened.
    const auto opened = policy::open(*ring, token, now,
                                     request.objects_to_tracking ? Identity::Skip : Identity::Open);
    if (!opened) {
        if (opened.error().fault == Fault::Missing) {
            warn(key_warning_, "link_key_missing", opened.error().message, now);
        }
        return unknown_link_page(*request.texts);
    }
    const std::string* destination = destination_of(*opened);
    // The token is authentic, so this can only fail if its writer had a bug. It stays a 404 then.
    if (destination == nullptr || !is_safe_location(*destination))
        return unknown_link_page(*request.texts);
    ports_.events.record(event_of(*opened, request, now));
    return redirect(*destination);
}

policy::Event Routes::event_of(const policy::OpenedToken& opened, const Request& request,
                               Instant now) {
    policy::Event event;
    event.at = now;
    event.verdict = judge(request).verdict;
    if (const auto* link = std::get_if<policy::IndividualLink>(&opened)) {
        event.controller = link->controller;
        event.campaign = link->campaign;
        event.link = link->ordinal;
        if (may_be_named(*link, now)) {
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
    return event;
}

/// Looked up now, not when the mail was sent: an opt-out silences mail already delivered. When the
/// store cannot answer, the answer is no.
bool Routes::may_be_named(const policy::IndividualLink& link, Instant now) {
    if (link.retention == 0) return false;
    const auto opt_outs = ports_.store.opt_outs_of(link.controller, link.recipient);
    if (!opt_outs) {
        warn(store_warning_, "click_without_person", opt_outs.error().message, now);
        return false;
    }
    return !opt_outs->any();
}

Response Routes::opt_out(const Request& request, std::string_view token) {
    const bool looks = request.method == Method::Get || request.method == Method::Head;
    if (!looks && request.method != Method::Post)
        return wrong_method_page(*request.texts, "GET, HEAD, POST");

    const Instant now = ports_.clock.now();
    const auto ring = ports_.keys.ring();
    // Skip: an opt-out needs no daily key, and a click token that strays here stays closed.
    const auto opened = policy::open(*ring, token, now, Identity::Skip);
    if (!opened && opened.error().fault == Fault::Missing) {
        warn(key_warning_, "link_key_missing", opened.error().message, now);
    }
    const auto* link = opened ? std::get_if<policy::OptOutLink>(&*opened) : nullptr;
    // Keys of ours are missing: this may be a real opt-out, and it must be tried again, not lost.
    if (link == nullptr && !looks && lacks_link_keys(*ring)) return try_again_page(*request.texts);
    // 200: a mail provider must not try again for ever what can never work.
    if (link == nullptr) return unknown_opt_out_page(*request.texts);

    const Sender sender = sender_of(link->controller);
    if (looks) return choice_page(*request.texts, sender, link->page);

    const auto fields = form_fields(request.content_type, request.body);
    const auto one_click = value_of(fields, "List-Unsubscribe");
    // RFC 8058, section 3.2: the mail provider's one click means all mail of this list.
    if (one_click && equal_ignoring_case(*one_click, "One-Click")) {
        return record_opt_out(request, *link, sender, OptOutScope::All, OptOutSource::OneClick);
    }
    const auto choice = value_of(fields, "choice");
    if (choice == "all") {
        return record_opt_out(request, *link, sender, OptOutScope::All, OptOutSource::Page);
    }
    if (choice == "tracking") {
        return record_opt_out(request, *link, sender, OptOutScope::Tracking, OptOutSource::Page);
    }
    return choice_missing_page(*request.texts, sender, link->page);
}

Response Routes::record_opt_out(const Request& request, const policy::OptOutLink& link,
                                const Sender& sender, OptOutScope scope, OptOutSource source) {
    const Instant now = ports_.clock.now();
    // Durable before the 200: nobody may be told so and still get mail after a power cut.
    const auto added =
        ports_.store.add_opt_out({link.controller, link.recipient, scope, now, source});
    if (!added) {
        ports_.journal.error("opt_out_not_recorded", added.error().message);
        return try_again_page(*request.texts);
    }
    // The tracker's test of itself is no person who opted out.
    if (link.recipient != policy::nobody) {
        ports_.journal.opt_out_recorded(link.recipient, word_of(scope),
                                        source == OptOutSource::OneClick ? "one-click" : "page");
    }
    return confirmation_page(*request.texts, sender, scope);
}

std::shared_ptr<const policy::Config> Routes::config() const {
    const std::scoped_lock lock(mutex_);
    return config_;
}

bool Routes::lacks_link_keys(const policy::KeyRing& ring) const {
    const auto config = this->config();
    return std::ranges::any_of(config->controllers, [&](const policy::Controller& controller) {
        return !ring.sealing_link_key_id(controller.number);
    });
}

Sender Routes::sender_of(policy::ControllerNumber number) const {
    const auto config = this->config();
    const policy::Controller* controller = config->controller(number);
    if (controller == nullptr) return {};
    // `default` is what a configuration with one company calls it; a reader would not know it.
    return {controller->name == "default" ? std::string{} : controller->name,
            controller->privacy_notice_url, controller->retention_days,
            config->decisions.keep ? config->decisions.retention_months : 0};
}

void Routes::warn(Throttle& throttle, std::string_view event, std::string_view message,
                  Instant now) {
    const std::int64_t seconds = now.time_since_epoch().count();
    std::int64_t quiet_until = throttle.quiet_until.load();
    if (seconds < quiet_until) return;
    // Of several threads only the one that sets the next time writes the line.
    if (throttle.quiet_until.compare_exchange_strong(quiet_until, seconds + quiet_seconds)) {
        ports_.journal.warning(event, message);
    }
}

}  // namespace candor::tracker
