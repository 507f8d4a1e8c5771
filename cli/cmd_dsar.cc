// candor dsar export | erase: everything about one person, in one go, with a receipt.
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/people.h"
#include "cli/people_words.h"
#include "cli/person_file.h"
#include "cli/person_records.h"
#include "policy/law/page_text.h"

namespace candor::cli {
namespace {

/// On standard error, because the document is on standard output: no address.
void print_receipt(const PersonRecords& records, const policy::Controller& controller) {
    const auto of_kind = [&](policy::EventKind kind) {
        return std::ranges::count(records.events, kind, &policy::Event::kind);
    };
    fmt::print(stderr,
               "recipient   {}\n"
               "controller  {}\n"
               "contact     {}\n"
               "domain      {}\n"
               "consents    {}\n"
               "opt-outs    {}\n"
               "taken back  {}\n"
               "requests    {}\n"
               "clicks      {}\n"
               "openings    {}\n"
               "decisions   {}\n",
               records.recipient.hex(), controller.name, records.person.contact ? 1 : 0,
               records.person.domain ? 1 : 0, records.person.consents.size(),
               records.opt_outs.size(), records.undone_opt_outs.size(), records.requests.size(),
               of_kind(policy::EventKind::Click), of_kind(policy::EventKind::Open),
               records.decisions.size());
}

/// Where they have asked for it themselves: what is still to be done.
void print_open_request(const PersonRecords& records, const Command& command) {
    const auto open = std::ranges::find_if(records.requests, [](const policy::DataRequest& one) {
        return one.kind == policy::RequestKind::Access && !one.closed_at;
    });
    if (open == records.requests.end()) return;
    fmt::print(stderr,
               "request     open since {}; when it has been answered:\n            "
               "candor requests {}close {} access\n",
               policy::date_of(open->at),
               command.controller.empty() ? "" : "--controller " + command.controller + " ",
               records.recipient.hex());
}

int write_person_file(const Command& command, const std::string& address) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto normal = policy::normalise_address(address);
    if (!normal) return report(normal.error());
    const auto records = records_of(people.store(), people.identities, *normal);
    if (!records) return report(records.error());
    fmt::print("{}", person_file(*records, *people.controller,
                                 people.loaded.rules->config.decisions, SystemClock{}.now()));
    print_receipt(*records, *people.controller);
    print_open_request(*records, command);
    mention_other_controllers(people, command);
    if (!records->kept_address_is_unreadable) return EX_OK;
    fmt::print(stderr,
               "candor: the address of the contact row is sealed under another address key and is "
               "not in it\n");
    return EX_DATAERR;
}

/// Whether it was on record. Errors: those of the store but Missing.
Result<bool> unless_missing(const Result<void>& done) {
    if (done) return true;
    if (done.error().fault == Fault::Missing) return false;
    return fail(done.error());
}
/// How many there were; likewise.
Result<std::size_t> unless_missing(const Result<std::size_t>& done) {
    if (done || done.error().fault != Fault::Missing) return done;
    return 0;
}

struct Erased {
    std::size_t events = 0, decisions = 0;
    bool contact = false, request = false;
    policy::OptOuts opt_outs;  ///< what stays
};

/// Clicks first: from then on none comes that would have to go. The request last: it stays open as
/// long as something is left to do. Each step may be done again, so after a fault the same command
/// finishes the work.
Result<Erased> erase_all(policy::Store& store, policy::ControllerNumber controller,
                         const policy::RecipientId& id, policy::Instant now) {
    const auto events = store.erase_events(controller, id, now);
    if (!events) return fail(events.error());
    const auto contact = unless_missing(store.delete_contact(controller, id, now));
    if (!contact) return fail(contact.error());
    const auto decisions = unless_missing(store.erase_decisions(controller, id, now));
    if (!decisions) return fail(decisions.error());
    const auto left = store.person(controller, id, {});
    if (!left) return fail(left.error());
    const auto request =
        unless_missing(store.close_request(controller, id, policy::RequestKind::Erasure, now));
    if (!request) return fail(request.error());
    return Erased{*events, *decisions, *contact, *request, left->opt_outs};
}

std::string_view said(const policy::OptOuts& opt_outs) {
    if (opt_outs.all) return "all marketing mail: kept as a keyed hash, so that none is sent";
    if (opt_outs.tracking) return "tracking: kept as a keyed hash, so that it is obeyed";
    return "none on record";
}

int erase(const Command& command, const std::string& address) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(address);
    if (!id) return report(id.error());
    const auto erased =
        erase_all(people.store(), people.controller->number, *id, SystemClock{}.now());
    if (!erased) return report(erased.error());
    fmt::print(
        "recipient   {}\n"
        "controller  {}\n"
        "clicks      {} erased with the openings; one on its way is counted without the person\n"
        "contact     {}\n"
        "decisions   {} blanked\n"
        "opt-out     {}\n"
        "request     {}\n"
        "totals      stay: they name nobody\n",
        id->hex(), people.controller->name, erased->events,
        erased->contact ? "erased with its consents" : "none on record", erased->decisions,
        said(erased->opt_outs), erased->request ? "closed" : "none open");
    mention_other_controllers(people, command);
    return EX_OK;
}

}  // namespace

void add_dsar_commands(CLI::App& app, Command& command) {
    CLI::App* group = app.add_subcommand("dsar", "what one person may ask for");
    group->require_subcommand(1);
    group->add_option("--controller", command.controller,
                      "whose; the first of the configuration without it");
    add_with_argument(*group, command, "export",
                      "everything on record about one person as JSON; the receipt goes to stderr",
                      "ADDRESS", write_person_file);
    add_with_argument(
        *group, command, "erase",
        "contact, consents, clicks, openings and decisions of one person; opt-outs stay", "ADDRESS",
        erase);
}

}  // namespace candor::cli
