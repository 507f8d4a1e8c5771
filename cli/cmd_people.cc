// candor contact import | set | show | delete | id, candor consent import
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sysexits.h>

#include <charconv>
#include <optional>

#include "cli/command.h"
#include "cli/csv.h"
#include "cli/people.h"
#include "policy/domains.h"
#include "policy/packs.h"
#include "policy/sealed_address.h"

namespace candor::cli {
namespace {

using policy::ConfigFault;

std::optional<policy::RecipientClass> class_from(std::string_view word) {
    if (word.empty() || word == "unknown") return policy::RecipientClass::Unknown;
    if (word == "b2b") return policy::RecipientClass::B2b;
    if (word == "b2c") return policy::RecipientClass::B2c;
    return std::nullopt;
}
std::string_view to_word(policy::RecipientClass recipient_class) {
    switch (recipient_class) {
        case policy::RecipientClass::Unknown: return "unknown";
        case policy::RecipientClass::B2b: return "b2b";
        case policy::RecipientClass::B2c: return "b2c";
    }
    return "unknown";
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (c == ' ' || c == ';' || c == ',') {
            if (!word.empty()) words.push_back(std::exchange(word, {}));
        } else {
            word += c;
        }
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

bool is_yes(std::string_view word) {
    return word == "1" || word == "yes" || word == "true";
}

/// Collects the faults of one import; a line with a fault is not imported, nor is any other then.
class Faults {
  public:
    explicit Faults(std::string file) : file_(std::move(file)) {}
    void add(int line, std::string message) {
        faults_.push_back({file_, line, std::move(message)});
    }
    [[nodiscard]] bool none() const { return faults_.empty(); }
    [[nodiscard]] int reported() const { return reported_rows(faults_); }

  private:
    std::string file_;
    std::vector<ConfigFault> faults_;
};

/// The jurisdiction column: empty, or a code we know the form of.
std::string checked_jurisdiction(std::string_view code, int line, Faults& faults) {
    if (code.empty()) return {};
    if (!policy::is_jurisdiction_code(code)) {
        faults.add(line, fmt::format("`{}` is no ISO 3166 code", code));
        return {};
    }
    return policy::canonical_jurisdiction(code);
}

policy::RecipientClass checked_class(std::string_view word, int line, Faults& faults) {
    const auto known = class_from(word);
    if (!known) faults.add(line, fmt::format("class `{}` is not b2b, b2c or unknown", word));
    return known.value_or(policy::RecipientClass::Unknown);
}

/// A row for `address`. The fault does not repeat the address: its line says where it stands.
std::optional<policy::ContactRow> contact_row(const People& people, std::string_view address,
                                              policy::Contact contact, int line, Faults& faults) {
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

int put(const Result<void>& stored, std::size_t rows, const char* what) {
    if (!stored) return report(stored.error());
    fmt::print("{} {} imported\n", rows, what);
    return EX_OK;
}

int import_contacts(People& people, const CsvTable& table, Faults faults) {
    std::vector<policy::ContactRow> rows;
    for (const CsvRow& row : table.rows()) {
        policy::Contact contact;
        contact.jurisdiction =
            checked_jurisdiction(table.field(row, "jurisdiction"), row.line, faults);
        contact.recipient_class = checked_class(table.field(row, "class"), row.line, faults);
        contact.segments = words_of(table.field(row, "segments"));
        contact.gpc = is_yes(table.field(row, "gpc"));
        contact.source = table.field(row, "source");
        if (auto one = contact_row(people, table.field(row, "address"), std::move(contact),
                                   row.line, faults)) {
            rows.push_back(*std::move(one));
        }
    }
    if (!faults.none()) return faults.reported();
    return put(people.state->store().put_contacts(rows), rows.size(), "contacts");
}

int import_domains(People& people, const CsvTable& table, Faults faults) {
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
    if (!faults.none()) return faults.reported();
    return put(people.state->store().put_domains(rows), rows.size(), "domains");
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
        return import_domains(people, *table, Faults{file});
    }
    const auto table = CsvTable::parse(
        *text, file, {"address", "jurisdiction", "class", "segments", "source", "gpc"}, 1);
    if (!table) return reported_rows(table.error());
    return import_contacts(people, *table, Faults{file});
}

std::optional<policy::Instant> instant_from(std::string_view text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    const auto number = [&text](std::size_t at, std::size_t length, auto& value) {
        if (text.size() < at + length) return false;
        const char* begin = text.data() + at;
        return std::from_chars(begin, begin + length, value).ptr == begin + length;
    };
    if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!date.ok() || text[4] != '-' || text[7] != '-') return std::nullopt;
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    const bool has_time = text.size() > 10;
    if (has_time && (!number(11, 2, hours) || !number(14, 2, minutes) || !number(17, 2, seconds) ||
                     hours > 23 || minutes > 59 || seconds > 60)) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
           std::chrono::seconds{seconds};
}

std::optional<policy::Instant> checked_instant(std::string_view text, std::string_view column,
                                               int line, Faults& faults) {
    if (text.empty()) return std::nullopt;
    const auto instant = instant_from(text);
    if (!instant)
        faults.add(line,
                   fmt::format("{} `{}` is not YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ", column, text));
    return instant;
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
    Faults faults{file};
    std::vector<policy::ConsentRow> rows;
    for (const CsvRow& row : table->rows()) {
        policy::Consent consent;
        const auto purpose = table->field(row, "purpose");
        if (purpose == "open") {
            consent.purpose = policy::ConsentPurpose::Open;
        } else if (purpose == "profile") {
            consent.purpose = policy::ConsentPurpose::Profile;
        } else if (purpose != "click") {
            faults.add(row.line,
                       fmt::format("purpose `{}` is not click, open or profile", purpose));
        }
        const auto given =
            checked_instant(table->field(row, "given_at"), "given_at", row.line, faults);
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
    if (!faults.none()) return faults.reported();
    return put(people.state->store().put_consents(rows), rows.size(), "consents");
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
                   static_cast<int>(consent.purpose), consent.given_at, consent.text_version,
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

struct ContactOptions {
    std::string address, jurisdiction, recipient_class, segments, source = "cli";
    bool gpc = false;
};

int set_contact(const Command& command, const ContactOptions& options) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    Faults faults{"contact set"};
    policy::Contact contact;
    contact.jurisdiction = checked_jurisdiction(options.jurisdiction, 0, faults);
    contact.recipient_class = checked_class(options.recipient_class, 0, faults);
    contact.segments = words_of(options.segments);
    contact.source = options.source;
    contact.gpc = options.gpc;
    const auto row = contact_row(people, options.address, std::move(contact), 0, faults);
    if (!faults.none() || !row) return faults.reported();
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
    CLI::App* set = contact->add_subcommand("set", "one person by hand");
    set->add_option("ADDRESS", options->address)->required();
    set->add_option("--jurisdiction", options->jurisdiction, "ISO 3166-1/-2 code");
    set->add_option("--class", options->recipient_class, "b2b, b2c or unknown");
    set->add_option("--segments", options->segments, "separated by blanks");
    set->add_option("--source", options->source, "where this is known from")->capture_default_str();
    set->add_flag("--gpc", options->gpc, "a Global Privacy Control opt-out is on record");
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
