// candor contact import | set | show | delete | id, candor consent import
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sysexits.h>

#include <optional>

#include "cli/command.h"
#include "cli/csv.h"
#include "cli/people.h"
#include "cli/row_checks.h"
#include "policy/domains.h"
#include "policy/sealed_address.h"

namespace candor::cli {
namespace {

std::string_view to_word(policy::ConsentPurpose purpose) {
    switch (purpose) {
        case policy::ConsentPurpose::Click: return "click";
        case policy::ConsentPurpose::Open: return "open";
        case policy::ConsentPurpose::Profile: return "profile";
    }
    return "click";
}
std::string_view to_word(policy::RecipientClass recipient_class) {
    switch (recipient_class) {
        case policy::RecipientClass::Unknown: return "unknown";
        case policy::RecipientClass::B2b: return "b2b";
        case policy::RecipientClass::B2c: return "b2c";
    }
    return "unknown";
}

/// A row for `address`. The fault does not repeat the address: its line says where it stands.
std::optional<policy::ContactRow> contact_row(const People& people, std::string_view address,
                                              policy::Contact contact, int line,
                                              RowFaults& faults) {
    const auto normal = policy::normalise_address(address);
    if (!normal) {
        faults.add(line, "not an e-mail address");
        return std::nullopt;
    }
    auto sealed = policy::seal_address(people.address_key, people.controller->number, *normal);
    if (!sealed) {
        faults.add(line, sealed.error().message);
        return std::nullopt;
    }
    contact.sealed_address = *std::move(sealed);
    return policy::ContactRow{
        people.controller->number,
        policy::recipient_id(people.recipient_key, people.controller->number, *normal),
        std::move(contact)};
}

/// `what` in the singular.
int put(const Result<void>& stored, std::size_t rows, const char* what) {
    if (!stored) return report(stored.error());
    fmt::print("{} {}{} imported\n", rows, what, rows == 1 ? "" : "s");
    return EX_OK;
}

int import_contacts(People& people, const CsvTable& table, RowFaults faults) {
    const std::set<std::string> segments = known_segments(people.loaded.rules->config);
    std::vector<policy::ContactRow> rows;
    for (const CsvRow& row : table.rows()) {
        policy::Contact contact;
        contact.jurisdiction =
            checked_jurisdiction(table.field(row, "jurisdiction"), row.line, faults);
        contact.recipient_class = checked_class(table.field(row, "class"), row.line, faults);
        contact.segments =
            checked_segments(table.field(row, "segments"), segments, row.line, faults);
        contact.gpc = checked_yes_no(table.field(row, "gpc"), "gpc", row.line, faults);
        contact.source = table.field(row, "source");
        if (auto one = contact_row(people, table.field(row, "address"), std::move(contact),
                                   row.line, faults)) {
            rows.push_back(*std::move(one));
        }
    }
    if (!faults.none()) return reported_rows(faults.all());
    return put(people.state->store().put_contacts(rows), rows.size(), "contact");
}

int import_domains(People& people, const CsvTable& table, RowFaults faults) {
    std::vector<policy::DomainImport> rows;
    for (const CsvRow& row : table.rows()) {
        policy::DomainImport one;
        one.controller = people.controller->number;
        const auto domain = policy::to_ascii_domain(table.field(row, "domain"));
        if (domain) {
            one.domain = *domain;
        } else {
            faults.add(row.line, "not a domain");
        }
        one.row.jurisdiction =
            checked_jurisdiction(table.field(row, "jurisdiction"), row.line, faults);
        one.row.recipient_class = checked_class(table.field(row, "class"), row.line, faults);
        one.row.source = table.field(row, "source");
        rows.push_back(std::move(one));
    }
    if (!faults.none()) return reported_rows(faults.all());
    return put(people.state->store().put_domains(rows), rows.size(), "domain");
}

/// Contacts, or domains when the file has a `domain` column instead of `address`.
int import_people(const Command& command, const std::string& file) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto text = read_file(file);
    if (!text) return report(text.error());
    const std::string header = text->substr(0, text->find('\n'));
    if (header.find("domain") != std::string::npos && header.find("address") == std::string::npos) {
        const auto table =
            CsvTable::parse(*text, file, {"domain", "jurisdiction", "class", "source"}, 1);
        if (!table) return reported_rows(table.error());
        return import_domains(people, *table, RowFaults{file});
    }
    const auto table = CsvTable::parse(
        *text, file, {"address", "jurisdiction", "class", "segments", "source", "gpc"}, 1);
    if (!table) return reported_rows(table.error());
    return import_contacts(people, *table, RowFaults{file});
}

int import_consents(const Command& command, const std::string& file) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto text = read_file(file);
    if (!text) return report(text.error());
    const auto table = CsvTable::parse(*text, file,
                                       {"address", "purpose", "given_at", "method", "source",
                                        "text_version", "proof", "expires_at", "withdrawn_at"},
                                       6);
    if (!table) return reported_rows(table.error());
    RowFaults faults{file};
    const policy::Instant now = SystemClock{}.now();
    std::vector<policy::ConsentRow> rows;
    for (const CsvRow& row : table->rows()) {
        policy::Consent consent;
        const auto purpose = table->field(row, "purpose");
        if (purpose == "open") {
            consent.purpose = policy::ConsentPurpose::Open;
        } else if (purpose == "profile") {
            consent.purpose = policy::ConsentPurpose::Profile;
        } else if (purpose != "click") {
            faults.add(row.line, "purpose is not click, open or profile");
        }
        const auto given =
            checked_past_instant(table->field(row, "given_at"), "given_at", now, row.line, faults);
        if (!given && table->field(row, "given_at").empty())
            faults.add(row.line, "given_at is empty");
        consent.given_at = given.value_or(policy::Instant{});
        consent.expires_at =
            checked_instant(table->field(row, "expires_at"), "expires_at", row.line, faults);
        consent.withdrawn_at =
            checked_instant(table->field(row, "withdrawn_at"), "withdrawn_at", row.line, faults);
        consent.method = table->field(row, "method");
        consent.source = table->field(row, "source");
        consent.text_version = table->field(row, "text_version");
        consent.proof = table->field(row, "proof");
        const auto id = people.id_of(table->field(row, "address"));
        if (!id) {
            faults.add(row.line, "not an e-mail address");
            continue;
        }
        rows.push_back({people.controller->number, *id, consent});
    }
    if (!faults.none()) return reported_rows(faults.all());
    return put(people.state->store().put_consents(rows), rows.size(), "consent");
}

int show_contact(const Command& command, const std::string& address) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto normal = policy::normalise_address(address);
    if (!normal) return report(normal.error());
    const auto id = policy::recipient_id(people.recipient_key, people.controller->number, *normal);
    const auto person =
        people.state->store().person(people.controller->number, id, policy::domain_of(*normal));
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
        fmt::print("consent       purpose={} given={:%Y-%m-%d} text={}{}\n",
                   to_word(consent.purpose), consent.given_at, consent.text_version,
                   consent.withdrawn_at ? " withdrawn" : "");
    }
    fmt::print("opted out     {}\n", person->opt_outs.all        ? "all marketing mail"
                                     : person->opt_outs.tracking ? "tracking"
                                                                 : "no");
    return EX_OK;
}

int delete_contact(const Command& command, const std::string& address) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.id_of(address);
    if (!id) return report(id.error());
    const auto gone = people.state->store().delete_contact(people.controller->number, *id);
    return gone ? EX_OK : report(gone.error());
}

int print_id(const Command& command, const std::string& address) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.id_of(address);
    if (!id) return report(id.error());
    fmt::print("{}\n", id->hex());
    return EX_OK;
}

/// What was not given on the command line stays as it is on record.
struct ContactOptions {
    std::string address;
    std::optional<std::string> jurisdiction, recipient_class, segments, source, gpc;
};

void apply(const ContactOptions& options, const policy::Config& config, policy::Contact& contact,
           RowFaults& faults) {
    if (options.jurisdiction) {
        contact.jurisdiction = checked_jurisdiction(*options.jurisdiction, 0, faults);
    }
    if (options.recipient_class) {
        contact.recipient_class = checked_class(*options.recipient_class, 0, faults);
    }
    if (options.segments) {
        contact.segments = checked_segments(*options.segments, known_segments(config), 0, faults);
    }
    if (options.gpc) contact.gpc = checked_yes_no(*options.gpc, "--gpc", 0, faults);
    if (options.source) contact.source = *options.source;
}

int set_contact(const Command& command, const ContactOptions& options) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.id_of(options.address);
    if (!id) return report(Error{Fault::Malformed, "contact set: not an e-mail address"});
    const auto known = people.state->store().person(people.controller->number, *id, {});
    if (!known) return report(known.error());
    policy::Contact contact = known->contact.value_or(policy::Contact{});
    if (!known->contact) contact.source = "cli";
    RowFaults faults{"candor"};
    apply(options, people.loaded.rules->config, contact, faults);
    const auto row = contact_row(people, options.address, std::move(contact), 0, faults);
    if (!faults.none() || !row) return reported_rows(faults.all());
    const auto stored = people.state->store().put_contacts(std::span{&*row, 1});
    return stored ? EX_OK : report(stored.error());
}

using AddressCommand = int (*)(const Command&, const std::string&);

void add_with_argument(CLI::App& group, Command& command, const char* name, const char* help,
                       const char* argument, AddressCommand what) {
    CLI::App* sub = group.add_subcommand(name, help);
    auto* value = sub->add_option(argument)->required();
    sub->callback([&command, value, what] {
        command.run = [&command, value, what] { return what(command, value->as<std::string>()); };
    });
}

}  // namespace

void add_people_commands(CLI::App& app, Command& command) {
    CLI::App* contact =
        app.add_subcommand("contact", "what is known of people: jurisdiction, class, segments");
    contact->require_subcommand(1);
    contact->add_option("--controller", command.controller,
                        "whose contacts; the first of the configuration without it");
    add_with_argument(*contact, command, "import",
                      "from CSV: address (or domain), jurisdiction, class, segments, source, gpc",
                      "FILE", import_people);
    add_with_argument(*contact, command, "show", "what is on record for one person", "ADDRESS",
                      show_contact);
    add_with_argument(*contact, command, "delete", "remove the row and its consents; opt-outs stay",
                      "ADDRESS", delete_contact);
    add_with_argument(*contact, command, "id",
                      "the RecipientId of an address, as logs and rows have it", "ADDRESS",
                      print_id);

    auto options = std::make_shared<ContactOptions>();
    CLI::App* set =
        contact->add_subcommand("set", "one person by hand; what is not given stays as it is");
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

    CLI::App* consent = app.add_subcommand("consent", "tracking consent on record");
    consent->require_subcommand(1);
    consent->add_option("--controller", command.controller,
                        "whose; the first of the configuration without it");
    add_with_argument(*consent, command, "import",
                      "from CSV: address, purpose, given_at, method, source, text_version, proof, "
                      "expires_at, withdrawn_at",
                      "FILE", import_consents);
}

}  // namespace candor::cli
