// candor requests list | close: what people asked for on the privacy page.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sysexits.h>

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
Result<std::string> address_of(const People& people, const policy::RecipientId& recipient) {
    const auto person = people.state->store().person(people.controller->number, recipient, {});
    if (!person) return fail(person.error());
    if (!person->contact || person->contact->sealed_address.empty()) return std::string();
    return people.identities.unseal(person->contact->sealed_address);
}

struct ListOptions {
    bool all = false, addresses = false;
};

int list_requests(const Command& command, const ListOptions& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto requests = people.state->store().requests(people.controller->number);
    if (!requests) return report(requests.error());
    const policy::Instant now = SystemClock{}.now();
    for (const DataRequest& request : *requests) {
        if (request.closed_at && !options.all) continue;
        std::string address;
        if (options.addresses) {
            auto found = address_of(people, request.recipient);
            if (!found) return report(found.error());
            address = "  " + *std::move(found);
        }
        fmt::print("{}  {:%Y-%m-%dT%H:%M:%SZ}  {:<7}  {}{}\n", request.recipient.hex(), request.at,
                   to_word(request.kind), state_of(request, now), address);
    }
    return EX_OK;
}

struct CloseOptions {
    std::string who, kind;
};

int close_request(const Command& command, const CloseOptions& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const bool address = options.who.find('@') != std::string::npos;
    const auto id =
        address ? people.identities.id_of(options.who) : policy::RecipientId::from_hex(options.who);
    if (!id) return report(id.error());
    const auto closed = people.state->store().close_request(
        people.controller->number, *id,
        options.kind == "access" ? RequestKind::Access : RequestKind::Erasure, SystemClock{}.now());
    return closed ? EX_OK : report(closed.error());
}

}  // namespace

void add_request_commands(CLI::App& app, Command& command) {
    CLI::App* group =
        app.add_subcommand("requests", "who asked for a copy or the erasure of their data");
    group->require_subcommand(1);
    group->add_option("--controller", command.controller,
                      "whose; the first of the configuration without it");

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
