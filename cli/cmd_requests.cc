// candor requests list | close: what people asked for on the privacy page.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/people.h"
#include "cli/people_words.h"

namespace candor::cli {
namespace {

using policy::DataRequest;
using policy::RequestKind;

// GDPR, Article 12(3): one month. 28 days are one whatever the month.
constexpr std::chrono::days time_to_answer{28};

std::string state_of(const DataRequest& request, policy::Instant now) {
    if (request.closed_at) return fmt::format("closed {:%Y-%m-%d}", *request.closed_at);
    const policy::Instant due = request.at + time_to_answer;
    return fmt::format("{} {:%Y-%m-%d}", now > due ? "OVERDUE" : "due", due);
}

/// As a contact row keeps it sealed; empty where there is none.
Result<std::string> address_of(const People& people, const policy::Controller& controller,
                               const policy::RecipientId& recipient) {
    const auto person = people.store().person(controller.number, recipient, {});
    if (!person) return fail(person.error());
    if (!person->contact || person->contact->sealed_address.empty()) return std::string();
    return people.identities_at(controller).unseal(person->contact->sealed_address);
}

struct ListOptions {
    bool all = false, addresses = false;
};

Result<void> list_requests_to(const People& people, const policy::Controller& controller,
                              const ListOptions& options, std::string_view name) {
    const auto requests = people.store().requests(controller.number);
    if (!requests) return fail(requests.error());
    const policy::Instant now = SystemClock{}.now();
    for (const DataRequest& request : *requests) {
        if (request.closed_at && !options.all) continue;
        std::string address;
        if (options.addresses) {
            auto found = address_of(people, controller, request.recipient);
            if (!found) return fail(found.error());
            address = "  " + *std::move(found);
        }
        fmt::print("{}  {:%Y-%m-%dT%H:%M:%SZ}  {:<7}  {}{}{}\n", request.recipient.hex(),
                   request.at, to_word(request.kind), state_of(request, now), name, address);
    }
    return {};
}

int list_requests(const Command& command, const ListOptions& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto controllers = people.meant_by(command);
    for (const policy::Controller* controller : controllers) {
        const std::string name = controllers.size() > 1 ? "  " + controller->name : "";
        if (auto done = list_requests_to(people, *controller, options, name); !done) {
            return report(done.error());
        }
    }
    return EX_OK;
}

struct CloseOptions {
    std::string who, kind;
};

struct Open {
    const policy::Controller* controller;
    policy::RecipientId recipient;
};

/// The open requests of that person and kind. Errors: Malformed (neither an address nor an id).
Result<std::vector<Open>> open_requests(const Command& command, const People& people,
                                        const std::string& who, RequestKind kind) {
    std::vector<Open> open;
    for (const policy::Controller* controller : people.meant_by(command)) {
        const auto id = who.find('@') != std::string::npos
                            ? people.identities_at(*controller).id_of(who)
                            : policy::RecipientId::from_hex(who);
        if (!id) return fail(id.error());
        const auto requests = people.store().requests(controller->number);
        if (!requests) return fail(requests.error());
        const bool found = std::ranges::any_of(*requests, [&](const DataRequest& request) {
            return request.kind == kind && request.recipient == *id && !request.closed_at;
        });
        if (found) open.push_back({controller, *id});
    }
    return open;
}

int close_request(const Command& command, const CloseOptions& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const RequestKind kind = options.kind == "access" ? RequestKind::Access : RequestKind::Erasure;
    const auto open = open_requests(command, people, options.who, kind);
    if (!open) return report(open.error());
    if (open->empty()) {
        return report(Error{Fault::Missing, fmt::format("no {} request is open", options.kind)});
    }
    if (open->size() > 1) {
        fmt::print(stderr, "candor: {} and {} were both asked; say which with --controller\n",
                   open->front().controller->name, open->back().controller->name);
        return EX_USAGE;
    }
    const auto closed = people.store().close_request(
        open->front().controller->number, open->front().recipient, kind, SystemClock{}.now());
    return closed ? EX_OK : report(closed.error());
}

}  // namespace

void add_request_commands(CLI::App& app, Command& command) {
    CLI::App* group =
        app.add_subcommand("requests", "who asked for a copy or the erasure of their data");
    group->require_subcommand(1);
    group->add_option("--controller", command.controller, "whose; all without it");

    const auto listing = std::make_shared<ListOptions>();
    CLI::App* list = group->add_subcommand("list", "open requests, with the day they are due");
    list->add_flag("--all", listing->all, "closed ones too");
    list->add_flag("--addresses", listing->addresses,
                   "the address where a contact row keeps it: where the answer goes");
    list->callback([&command, listing] {
        command.run = [&command, listing] { return list_requests(command, *listing); };
    });

    const auto closing = std::make_shared<CloseOptions>();
    CLI::App* close = group->add_subcommand("close", "a request was confirmed and answered");
    close->add_option("WHO", closing->who, "RecipientId or address")->required();
    close->add_option("KIND", closing->kind)
        ->required()
        ->check(CLI::IsMember({"access", "erasure"}));
    close->callback([&command, closing] {
        command.run = [&command, closing] { return close_request(command, *closing); };
    });
}

}  // namespace candor::cli
