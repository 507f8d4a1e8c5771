// Opt-outs by page and by one click; see opt_out_routes.h.
#include "tracker/opt_out_routes.h"

#include <algorithm>
#include <variant>

#include "tracker/forms.h"

namespace candor::tracker {
namespace {

using policy::OptOutScope;
using policy::OptOutSource;

std::string_view word_of(OptOutScope scope) {
    switch (scope) {
        case OptOutScope::All: return "all";
        case OptOutScope::Tracking: return "tracking";
    }
    return "all";  // a value outside the enum
}

/// Whether a configured controller has no link key at all: its tokens cannot be told from noise.
bool lacks_link_keys(const policy::Config& config, const policy::KeyRing& ring) {
    return std::ranges::any_of(config.controllers, [&](const policy::Controller& controller) {
        return !ring.sealing_link_key_id(controller.number);
    });
}

Sender sender_of(const policy::Config& config, policy::ControllerNumber number) {
    const policy::Controller* controller = config.controller(number);
    if (controller == nullptr) return {};
    // `default` is what a configuration with one company calls it; a reader would not know it.
    return {controller->name == "default" ? std::string{} : controller->name,
            controller->privacy_notice_url, controller->retention_days,
            config.decisions.keep ? config.decisions.retention_months : 0};
}

}  // namespace

/// One request with a token of ours, and how it is answered.
struct OptOutRoutes::Visit {
    const policy::OptOutLink& link;
    Look look;
    Sender sender;
    policy::Instant now;
};

Response OptOutRoutes::answer(const Request& request, std::string_view token,
                              const Settings& settings) {
    const Look look{*request.texts, *settings.theme};
    const bool fetches = request.method == Method::Get || request.method == Method::Head;
    if (!fetches && request.method != Method::Post) {
        return wrong_method_page(look, "GET, HEAD, POST");
    }
    const policy::Instant now = ports_.clock.now();
    const auto ring = ports_.keys.ring();
    // Skip: an opt-out needs no daily key, and a click token that strays here stays closed.
    const auto opened = policy::open(*ring, token, now, policy::Identity::Skip);
    if (!opened && opened.error().fault == Fault::Missing) {
        key_warning_.warn(ports_.journal, "link_key_missing", opened.error().message, now);
    }
    const auto* link = opened ? std::get_if<policy::OptOutLink>(&*opened) : nullptr;
    if (link == nullptr) {
        // Keys of ours are missing: this may be a real opt-out, and it must be tried again, not
        // lost.
        if (!fetches && lacks_link_keys(*settings.config, *ring)) return try_again_page(look);
        // 200: a mail provider must not try again for ever what can never work.
        return unknown_opt_out_page(look);
    }
    const Visit visit{*link, look, sender_of(*settings.config, link->controller), now};
    return fetches ? choice_page(look, visit.sender, link->page) : act(visit, request);
}

Response OptOutRoutes::act(const Visit& visit, const Request& request) {
    const auto fields = form_fields(request.content_type, request.body);
    const auto one_click = value_of(fields, "List-Unsubscribe");
    // RFC 8058, section 3.2: the mail provider's one click means all mail of this list.
    if (one_click && equal_ignoring_case(*one_click, "One-Click")) {
        return record(visit, OptOutScope::All, OptOutSource::OneClick);
    }
    const auto choice = value_of(fields, "choice");
    if (choice == "all") return record(visit, OptOutScope::All, OptOutSource::Page);
    if (choice == "tracking") return record(visit, OptOutScope::Tracking, OptOutSource::Page);
    return choice_missing_page(visit.look, visit.sender, visit.link.page);
}

Response OptOutRoutes::record(const Visit& visit, OptOutScope scope, OptOutSource source) {
    // Durable before the 200: nobody may be told so and still get mail after a power cut.
    const auto added = ports_.store.add_opt_out(
        {visit.link.controller, visit.link.recipient, scope, visit.now, source});
    if (!added) {
        ports_.journal.error("opt_out_not_recorded", added.error().message);
        return try_again_page(visit.look);
    }
    // The tracker's test of itself is no person who opted out.
    if (visit.link.recipient != policy::nobody) {
        ports_.journal.opt_out_recorded(visit.link.recipient, word_of(scope),
                                        source == OptOutSource::OneClick ? "one-click" : "page");
    }
    return confirmation_page(visit.look, visit.sender, scope);
}

}  // namespace candor::tracker
