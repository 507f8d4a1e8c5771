// candor contact import | export | set | show | delete | id
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <optional>

#include "cli/command.h"
#include "cli/contact_import.h"
#include "cli/import.h"
#include "cli/people.h"
#include "cli/people_export.h"
#include "cli/people_words.h"

namespace candor::cli {
namespace {

void say_repeated(const std::string& file, std::size_t repeated, std::string_view one,
                  std::string_view several) {
    if (repeated == 0) return;
    fmt::print(stderr, "{}: notice: {} {} several rows: the last one counts\n", file, repeated,
               repeated == 1 ? fmt::format("{} has", one) : fmt::format("{} have", several));
}

/// Contacts, or domains when the file has a `domain` column and names nobody.
int import_contacts(const Command& command, const std::string& path) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    auto file = CsvFile::open(path);
    if (!file) return report(file.error());
    RowFaults faults{file->name()};
    Progress progress;
    const auto header = file->header();
    const auto has = [&](std::string_view column) {
        return header && std::ranges::find(*header, column) != header->end();
    };
    if (has("domain") && !has("address") && !has("recipient_id")) {
        DomainImport domains(people.store(), people.controller->number);
        const auto imported = import_rows(*file, domains, faults, progress);
        if (imported) say_repeated(file->name(), domains.repeated(), "domain", "domains");
        return reported_import(imported, faults, "domain");
    }
    const auto segments = known_segments(people.loaded.rules->config);
    ContactImport contacts(people.store(), people.identities, segments);
    const auto imported = import_rows(*file, contacts, faults, progress);
    if (imported) say_repeated(file->name(), contacts.repeated(), "address", "addresses");
    return reported_import(imported, faults, "contact");
}

int export_people(const Command& command, bool domains) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    Progress progress;
    return reported_export((domains ? export_domains : export_contacts)(
        people.store(), people.identities, stdout, progress));
}

int show_contact(const Command& command, const std::string& address) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto normal = policy::normalise_address(address);
    if (!normal) return report(normal.error());
    const auto id = people.identities.id_of_normal(*normal);
    const auto person =
        people.store().person(people.controller->number, id, policy::domain_of(*normal));
    if (!person) return report(person.error());
    fmt::print("recipient     {}\ncontroller    {}\n", id.hex(), people.controller->name);
    if (person->contact) {
        const policy::Contact& contact = *person->contact;
        fmt::print(
            "jurisdiction  {}\nclass         {}\nsegments      {}\nsource        {}\ngpc           "
            "{}\n",
            contact.jurisdiction.empty() ? "-" : contact.jurisdiction,
            to_word(contact.recipient_class), fmt::join(contact.segments, " "), contact.source,
            contact.gpc ? "yes" : "no");
    } else {
        fmt::print("no contact row\n");
    }
    if (person->domain) {
        fmt::print("domain row    {} {}\n", person->domain->jurisdiction,
                   to_word(person->domain->recipient_class));
    }
    for (const policy::Consent& consent : person->consents) {
        fmt::print("consent       purpose={} given={} text={}{}\n", to_word(consent.purpose),
                   to_text(consent.given_at).substr(0, 10), consent.text_version,
                   consent.withdrawn_at ? " withdrawn" : "");
    }
    fmt::print("opted out     {}\n", person->opt_outs.all        ? "all marketing mail"
                                     : person->opt_outs.tracking ? "tracking"
                                                                 : "no");
    return EX_OK;
}

int delete_contact(const Command& command, const std::string& address) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(address);
    if (!id) return report(id.error());
    const auto gone =
        people.store().delete_contact(people.controller->number, *id, SystemClock{}.now());
    return gone ? EX_OK : report(gone.error());
}

int print_id(const Command& command, const std::string& address) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(address);
    if (!id) return report(id.error());
    fmt::print("{}\n", id->hex());
    return EX_OK;
}

/// What was not given on the command line stays as it is on record.
struct ContactOptions {
    std::string address;
    std::optional<std::string> jurisdiction, recipient_class, segments, source, gpc;
};

policy::Contact contact_from(const ContactOptions& options, const policy::Config& config,
                             RowFaults& faults) {
    policy::Contact contact;
    contact.jurisdiction = checked_jurisdiction(options.jurisdiction.value_or(""), 0, faults);
    contact.recipient_class = checked_class(options.recipient_class.value_or(""), 0, faults);
    contact.segments =
        checked_segments(options.segments.value_or(""), known_segments(config), 0, faults);
    contact.gpc = checked_yes_no(options.gpc.value_or(""), "--gpc", 0, faults);
    contact.source = checked_text(options.source.value_or("cli"), "--source", 0, faults);
    return contact;
}

int set_contact(const Command& command, const ContactOptions& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto normal = policy::normalise_address(options.address);
    if (!normal) return report(Error{Fault::Malformed, "contact set: not an e-mail address"});
    RowFaults faults{"candor"};
    policy::ContactRow row{people.controller->number, people.identities.id_of_normal(*normal),
                           contact_from(options, people.loaded.rules->config, faults)};
    if (!faults.none()) return reported_rows(faults);
    auto sealed = people.identities.seal(*normal);
    if (!sealed) return report(sealed.error());
    row.contact.sealed_address = *std::move(sealed);
    const auto stored = people.store().put_contacts(
        std::span{&row, 1},
        {options.jurisdiction.has_value(), options.recipient_class.has_value(),
         options.segments.has_value(), options.gpc.has_value(), options.source.has_value()});
    return stored ? EX_OK : report(stored.error());
}

void add_set(CLI::App& contact, Command& command) {
    auto options = std::make_shared<ContactOptions>();
    CLI::App* set =
        contact.add_subcommand("set", "one person by hand; what is not given stays as it is");
    set->add_option("ADDRESS", options->address)->required();
    set->add_option("--jurisdiction", options->jurisdiction, "ISO 3166-1/-2 code");
    set->add_option("--class", options->recipient_class, "b2b, b2c or unknown");
    set->add_option("--segments", options->segments, "separated by blanks");
    set->add_option("--source", options->source, "where this is known from");
    set->add_flag_function(
        "--gpc,--no-gpc{false}",
        [options](std::int64_t count) { options->gpc = count > 0 ? "yes" : "no"; },
        "whether a Global Privacy Control opt-out is on record");
    set->callback([&command, options] {
        command.run = [&command, options] { return set_contact(command, *options); };
    });
}

}  // namespace

void add_contact_commands(CLI::App& app, Command& command) {
    CLI::App* contact =
        app.add_subcommand("contact", "what is known of people: jurisdiction, class, segments");
    contact->require_subcommand(1);
    contact->add_option("--controller", command.controller,
                        "whose contacts; the first of the configuration without it");
    add_with_argument(*contact, command, "import",
                      "from CSV: address (or domain), jurisdiction, subdivision, class, segments, "
                      "source, gpc",
                      "FILE", import_contacts);
    auto domains = std::make_shared<bool>(false);
    CLI::App* exported =
        contact->add_subcommand("export", "all contacts as CSV that `contact import` reads");
    exported->add_flag("--domains", *domains, "what is known of domains instead");
    exported->callback([&command, domains] {
        command.run = [&command, domains] { return export_people(command, *domains); };
    });
    add_with_argument(*contact, command, "show", "what is on record for one person", "ADDRESS",
                      show_contact);
    add_with_argument(*contact, command, "delete", "remove the row and its consents; opt-outs stay",
                      "ADDRESS", delete_contact);
    add_with_argument(*contact, command, "id",
                      "the RecipientId of an address, as logs and rows have it", "ADDRESS",
                      print_id);
    add_set(*contact, command);
}

}  // namespace candor::cli
