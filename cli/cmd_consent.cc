// candor consent import | export | show | withdraw
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/consent_import.h"
#include "cli/import.h"
#include "cli/people.h"
#include "cli/people_export.h"
#include "cli/people_words.h"

namespace candor::cli {
namespace {

int import_consents(const Command& command, const std::string& path) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    auto file = CsvFile::open(path);
    if (!file) return report(file.error());
    RowFaults faults{file->name()};
    Progress progress;
    ConsentImport consents(people.store(), people.identities, SystemClock{}.now());
    return reported_import(import_rows(*file, consents, faults, progress), faults, "consent");
}

int export_all(const Command& command) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    Progress progress;
    return reported_export(export_consents(people.store(), people.identities, stdout, progress));
}

/// One line each, everything that proves it.
int show_consents(const Command& command, const std::string& address) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(address);
    if (!id) return report(id.error());
    const auto person = people.store().person(people.controller->number, *id, {});
    if (!person) return report(person.error());
    if (person->consents.empty()) fmt::print("no consent on record\n");
    for (const policy::Consent& consent : person->consents) {
        fmt::print(
            "{}\n  given      {}\n  method     {}\n  source     {}\n  text       {}\n"
            "  proof      {}\n  expires    {}\n  withdrawn  {}\n",
            to_word(consent.purpose), to_text(consent.given_at), consent.method, consent.source,
            consent.text_version, consent.proof,
            consent.expires_at ? to_text(consent.expires_at) : "-",
            consent.withdrawn_at ? to_text(consent.withdrawn_at) : "-");
    }
    return EX_OK;
}

struct Withdrawal {
    std::string address, purpose = "all", at;
};

/// Ends every consent to the purpose that was given until then. The rows stay, as proof that there
/// was one.
int withdraw(const Command& command, const Withdrawal& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(options.address);
    if (!id) return report(id.error());
    RowFaults faults{"candor"};
    const policy::Instant now = SystemClock{}.now();
    const auto at = checked_past_instant(options.at, "--at", now, 0, faults).value_or(now);
    if (!faults.none()) return reported_rows(faults);
    const auto person = people.store().person(people.controller->number, *id, {});
    if (!person) return report(person.error());

    const auto purpose = purpose_from(options.purpose);  // nothing: all of them
    std::vector<policy::ConsentRow> rows;
    for (const policy::Consent& consent : person->consents) {
        if ((purpose && consent.purpose != *purpose) || consent.given_at > at) continue;
        rows.push_back({people.controller->number, *id, consent});
        rows.back().consent.withdrawn_at = std::min(consent.withdrawn_at.value_or(at), at);
    }
    if (rows.empty()) {
        return report(Error{Fault::Missing,
                            "no such consent on record; `candor optout add --scope tracking` "
                            "records that somebody does not want to be tracked"});
    }
    const auto stored = people.store().put_consents(rows, now);
    return stored ? EX_OK : report(stored.error());
}

void add_withdraw(CLI::App& consent, Command& command) {
    auto options = std::make_shared<Withdrawal>();
    CLI::App* sub =
        consent.add_subcommand("withdraw", "a consent ends; the very next mail and click obey");
    sub->add_option("ADDRESS", options->address)->required();
    sub->add_option("--purpose", options->purpose, "click, open or profile; without it all")
        ->check(CLI::IsMember({"click", "open", "profile", "all"}));
    sub->add_option("--at", options->at, "when it was withdrawn, if not now");
    sub->callback([&command, options] {
        command.run = [&command, options] { return withdraw(command, *options); };
    });
}

}  // namespace

void add_consent_commands(CLI::App& app, Command& command) {
    CLI::App* consent = app.add_subcommand("consent", "tracking consent on record");
    consent->require_subcommand(1);
    consent->add_option("--controller", command.controller,
                        "whose; the first of the configuration without it");
    add_with_argument(*consent, command, "import",
                      "from CSV: address, purpose, given_at, method, source, text_version, proof, "
                      "expires_at, withdrawn_at",
                      "FILE", import_consents);
    consent->add_subcommand("export", "all consents as CSV that `consent import` reads")
        ->callback([&command] { command.run = [&command] { return export_all(command); }; });
    add_with_argument(*consent, command, "show", "the consents of one person and what proves them",
                      "ADDRESS", show_consents);
    add_withdraw(*consent, command);
}

}  // namespace candor::cli
