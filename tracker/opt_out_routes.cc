// Opt-outs by page and by one click; see opt_out_routes.h.
#include "tracker/opt_out_routes.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>
#include <variant>

#include "tracker/forms.h"
#include "tracker/token_spellings.h"
#include "tracker/undo_token.h"

namespace candor::tracker {
namespace {

using policy::OptOutScope;
using policy::OptOutSource;

// Every undo leaves evidence for ever, and whoever has a link can go round and round. So many are
// more than anybody who changes his mind needs; the opt-out itself is taken always.
constexpr std::size_t most_undos = 20;

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

VisitNumber new_visit_number() {
    std::array<unsigned char, sizeof(VisitNumber)> bytes{};
    VisitNumber number = 0;
    // Without randomness: 0, with which nothing can be undone.
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return 0;
    for (const unsigned char byte : bytes) number = number << 8 | byte;
    return number;
}

/// As the form brought it back, so that a double click is one visit; else a new one.
VisitNumber visit_number(std::string_view text) {
    VisitNumber number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, 16);
    const bool ours = text.size() == 16 && error == std::errc{} && stop == end && number != 0;
    return ours ? number : new_visit_number();
}

}  // namespace

/// One request with a token of ours, and how it is answered.
struct OptOutRoutes::Visit {
    const policy::OptOutLink& link;
    const policy::KeyRing& ring;
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
    const auto opened = open_any_spelling(*ring, token, now, policy::Identity::Skip);
    const auto* link = opened ? std::get_if<policy::OptOutLink>(&*opened) : nullptr;
    if (link == nullptr) {
        // Keys of ours are missing: this may be a real opt-out, and it must be tried again, not
        // lost.
        const auto claimed = opt_out_without_key(*ring, token);
        if (claimed && (settings.config->controller(*claimed) != nullptr ||
                        ring->sealing_link_key_id(*claimed))) {
            key_warning_.warn(ports_.journal, "link_key_missing", "no link key for an opt-out",
                              now);
            return try_again_page(look);
        }
        if (!fetches && lacks_link_keys(*settings.config, *ring)) return try_again_page(look);
        // 200: a mail provider must not try again for ever what can never work.
        return unknown_opt_out_page(look);
    }
    const Visit visit{*link, *ring, look, sender_of(*settings.config, link->controller), now};
    Response response = fetches ? choice_page(look, visit.sender, link->page, new_visit_number())
                                : act(visit, request);
    // Only who has our keys can make a token of nobody.
    response.is_own_test = link->recipient == policy::nobody;
    return response;
}

Response OptOutRoutes::act(const Visit& visit, const Request& request) {
    const auto fields = form_fields(request.content_type, request.body);
    const auto one_click = value_of(fields, "List-Unsubscribe");
    // RFC 8058, section 3.2: the mail provider's one click means all mail of this list.
    if (one_click && equal_ignoring_case(*one_click, "One-Click")) {
        return record(visit, OptOutScope::All, OptOutSource::OneClick, 0);
    }
    if (const auto undo_token = value_of(fields, "undo")) return undo(visit, *undo_token);
    const auto request_kind = value_of(fields, "request");
    if (request_kind == "access") return ask(visit, policy::RequestKind::Access);
    if (request_kind == "erasure") return ask(visit, policy::RequestKind::Erasure);

    const VisitNumber page = visit_number(value_of(fields, "page").value_or(""));
    const auto choice = value_of(fields, "choice");
    if (choice == "all") return record(visit, OptOutScope::All, OptOutSource::Page, page);
    if (choice == "tracking") return record(visit, OptOutScope::Tracking, OptOutSource::Page, page);
    return choice_missing_page(visit.look, visit.sender, visit.link.page, page);
}

Response OptOutRoutes::record(const Visit& visit, OptOutScope scope, OptOutSource source,
                              VisitNumber page) {
    const policy::OptOut made{
        visit.link.controller, visit.link.recipient, scope, visit.now, source, page};
    const bool is_news = !said_before(made);
    // Durable before the 200: nobody may be told so and still get mail after a power cut.
    const auto standing = ports_.store.add_opt_out(made);
    if (!standing) {
        ports_.journal.error("opt_out_not_recorded", standing.error().message);
        return try_again_page(visit.look);
    }
    // The tracker's test of itself is no person who opted out.
    if (visit.link.recipient != policy::nobody) {
        const std::string_view way = source == OptOutSource::OneClick ? "one-click" : "page";
        if (is_news) ports_.journal.opt_out_recorded(made.recipient, policy::to_string(scope), way);
        if (ports_.metrics != nullptr) ports_.metrics->opted_out(scope, source);
    }
    return confirmation_page(visit.look, visit.sender, scope, undo_token(visit, made, *standing));
}

/// Empty where nothing is offered. What somebody else said, or said too, gets a token that does
/// nothing, for the page does not tell. Who sends the form of the same visit again does know: the
/// quarter of an hour goes on.
std::string OptOutRoutes::undo_token(const Visit& visit, const policy::OptOut& made,
                                     const policy::OptOut& standing) {
    // A mail provider reads the answer to a click of its own: nothing to undo travels to it.
    if (made.page == 0 || undone_too_often(made)) return {};
    policy::OptOut offered = standing;
    if (standing.page != made.page) {
        offered.page = 0;
        offered.at = made.at;
    }
    if (is_too_late_to_undo(offered, visit.now)) return {};
    return seal_undo(visit.ring, offered).value_or(std::string());
}

/// One that only repeats what is on record is worth no line in the log. Where the store does not
/// say, it is.
bool OptOutRoutes::said_before(const policy::OptOut& opt_out) {
    const auto known = ports_.store.opt_outs_of(opt_out.controller, opt_out.recipient.prefix());
    return known && (opt_out.scope == OptOutScope::All ? known->all : known->tracking);
}

/// Where the store does not say, it is not: whoever asks hears from the store in a moment.
bool OptOutRoutes::undone_too_often(const policy::OptOut& opt_out) {
    const auto times =
        ports_.store.times_undone(opt_out.controller, opt_out.recipient, opt_out.scope);
    return times && *times >= most_undos;
}

/// The page is the same whether there was something to undo or not: who holds a forwarded link does
/// not learn whether the person had opted out before.
Response OptOutRoutes::undo(const Visit& visit, std::string_view undo_token) {
    const auto made = open_undo(visit.ring, undo_token, visit.now);
    if (!made && made.error().fault == Fault::OverLimit) {
        return undo_late_page(visit.look, visit.sender);
    }
    if (!made || made->controller != visit.link.controller ||
        made->recipient != visit.link.recipient) {
        return unknown_opt_out_page(visit.look);
    }
    // Its page offered it before there were so many.
    if (undone_too_often(*made)) return undo_late_page(visit.look, visit.sender);
    const auto undone = ports_.store.undo_opt_out(*made, visit.now);
    if (undone) {
        ports_.journal.opt_out_undone(made->recipient, policy::to_string(made->scope));
    } else if (undone.error().fault != Fault::Missing) {
        ports_.journal.error("opt_out_not_undone", undone.error().message);
        return try_again_page(visit.look);
    }
    return undone_page(visit.look, visit.sender);
}

Response OptOutRoutes::ask(const Visit& visit, policy::RequestKind kind) {
    const auto registered = ports_.store.add_request(
        {visit.link.controller, visit.link.recipient, kind, visit.now, {}});
    if (!registered) {
        ports_.journal.error("request_not_registered", registered.error().message);
        return try_again_page(visit.look);
    }
    // Pressed again while it is open it is no news: whoever has a link could fill the disk.
    if (*registered) {
        ports_.journal.data_requested(visit.link.recipient,
                                      kind == policy::RequestKind::Access ? "access" : "erasure");
    }
    return asked_page(visit.look, visit.sender);
}

}  // namespace candor::tracker
