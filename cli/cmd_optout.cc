// candor optout add | remove | list | import | export
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/csv.h"
#include "cli/people.h"
#include "cli/row_checks.h"
#include "policy/nearest_word.h"
#include "policy/sealed_address.h"

namespace candor::cli {
namespace {

using policy::OptOut;
using policy::OptOutScope;

std::optional<OptOutScope> scope_from(std::string_view word) {
    if (word.empty() || word == "all") return OptOutScope::All;
    if (word == "tracking") return OptOutScope::Tracking;
    return std::nullopt;
}
std::string_view to_word(OptOutScope scope) {
    return scope == OptOutScope::All ? "all" : "tracking";
}

std::string_view to_word(policy::OptOutSource source) {
    switch (source) {
        case policy::OptOutSource::OneClick: return "one-click";
        case policy::OptOutSource::Page: return "page";
        case policy::OptOutSource::Operator: return "operator";
        case policy::OptOutSource::Import: return "import";
        case policy::OptOutSource::Reply: return "reply";
    }
    return "operator";
}

struct OneOptOut {
    std::string address, scope = "all";
};

int add_opt_out(const Command& command, const OneOptOut& options) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.id_of(options.address);
    if (!id) return report(id.error());
    const auto added = people.state->store().add_opt_out(
        {people.controller->number, *id, scope_from(options.scope).value_or(OptOutScope::All),
         SystemClock{}.now(), policy::OptOutSource::Operator});
    return added ? EX_OK : report(added.error());
}

int remove_opt_out(const Command& command, const OneOptOut& options) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.id_of(options.address);
    if (!id) return report(id.error());
    const auto removed = people.state->store().remove_opt_out(
        people.controller->number, *id, scope_from(options.scope).value_or(OptOutScope::All));
    return removed ? EX_OK : report(removed.error());
}

int list_opt_outs(const Command& command) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto all = people.state->store().list_opt_outs(people.controller->number);
    if (!all) return report(all.error());
    for (const OptOut& one : *all) {
        fmt::print("{}  {:%Y-%m-%dT%H:%M:%SZ}  {:<8}  {}\n", one.recipient.hex(), one.at,
                   to_word(one.scope), to_word(one.source));
    }
    return EX_OK;
}

/// For a CRM: the address where a contact row keeps it sealed, the RecipientId always.
int export_opt_outs(const Command& command) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto all = people.state->store().list_opt_outs(people.controller->number);
    if (!all) return report(all.error());
    fmt::print("recipient_id,address,scope,at,source\n");
    for (const OptOut& one : *all) {
        const auto person = people.state->store().person(one.controller, one.recipient, {});
        if (!person) return report(person.error());
        std::string address;
        if (person->contact && !person->contact->sealed_address.empty()) {
            address = policy::unseal_address(people.address_key, one.controller,
                                             person->contact->sealed_address)
                          .value_or(std::string{});
        }
        fmt::print("{},{},{},{:%Y-%m-%dT%H:%M:%SZ},{}\n", one.recipient.hex(), csv_field(address),
                   to_word(one.scope), one.at, to_word(one.source));
    }
    return EX_OK;
}

struct ImportOptions {
    std::string file, feed;
};

/// Whether a stream of this controller waits for `feed`. A mistyped name would leave that stream
/// without its opt-outs while the import says that all is well.
bool is_known_feed(const People& people, std::string_view feed) {
    return std::ranges::any_of(people.loaded.rules->config.streams, [&](const auto& stream) {
        return stream.opt_out_feed == feed && stream.controller == people.controller->name;
    });
}

int unknown_feed(const People& people, std::string_view feed) {
    std::vector<std::string_view> feeds;
    for (const policy::Stream& stream : people.loaded.rules->config.streams) {
        if (!stream.opt_out_feed.empty() && stream.controller == people.controller->name) {
            feeds.push_back(stream.opt_out_feed);
        }
    }
    fmt::print(stderr, "candor: --feed: no stream of controller `{}` has this opt_out_feed{}\n",
               people.controller->name, policy::did_you_mean(feed, feeds));
    return EX_USAGE;
}

std::vector<OptOut> opt_outs_in(const People& people, const CsvTable& table, RowFaults& faults) {
    std::vector<OptOut> rows;
    const policy::Instant now = SystemClock{}.now();
    for (const CsvRow& row : table.rows()) {
        const auto written_id = table.field(row, "recipient_id");
        const auto id = written_id.empty() ? people.id_of(table.field(row, "address"))
                                           : policy::RecipientId::from_hex(written_id);
        const auto scope = scope_from(table.field(row, "scope"));
        const auto at =
            checked_past_instant(table.field(row, "at"), "at", now, row.line, faults).value_or(now);
        if (!id) faults.add(row.line, "neither an e-mail address nor a recipient_id");
        if (!scope) faults.add(row.line, "scope is not all or tracking");
        if (!id || !scope) continue;
        rows.push_back({people.controller->number, *id, *scope, at, policy::OptOutSource::Import});
    }
    return rows;
}

int import_opt_outs(const Command& command, const ImportOptions& options) {
    People people = open_people(command);
    if (!people.state) return people.exit_code;
    if (!options.feed.empty() && !is_known_feed(people, options.feed)) {
        return unknown_feed(people, options.feed);
    }
    const auto text = read_file(options.file);
    if (!text) return report(text.error());
    const auto table = CsvTable::parse(*text, options.file,
                                       {"address", "scope", "recipient_id", "at", "source"}, 0);
    if (!table) return reported_rows(table.error());

    RowFaults faults{options.file};
    const std::vector<OptOut> rows = opt_outs_in(people, *table, faults);
    if (!faults.none()) return reported_rows(faults.all());
    if (const auto added = people.state->store().add_opt_outs(rows); !added) {
        return report(added.error());
    }
    if (!options.feed.empty()) {
        const auto ran = people.state->store().record_feed_run(people.controller->number,
                                                               options.feed, SystemClock{}.now());
        if (!ran) return report(ran.error());
    }
    fmt::print("{} opt-out{} imported\n", rows.size(), rows.size() == 1 ? "" : "s");
    return EX_OK;
}

}  // namespace

void add_opt_out_commands(CLI::App& app, Command& command) {
    CLI::App* group =
        app.add_subcommand("optout", "who does not want this sender's mail, or no tracking");
    group->require_subcommand(1);
    group->add_option("--controller", command.controller,
                      "whose; the first of the configuration without it");

    const auto one = std::make_shared<OneOptOut>();
    const auto add_one = [&](const char* name, const char* help,
                             int (*what)(const Command&, const OneOptOut&)) {
        CLI::App* sub = group->add_subcommand(name, help);
        sub->add_option("ADDRESS", one->address)->required();
        sub->add_option("--scope", one->scope,
                        "all: no marketing mail; tracking: mail goes on, untracked")
            ->check(CLI::IsMember({"all", "tracking"}))
            ->capture_default_str();
        sub->callback([&command, one, what] {
            command.run = [&command, one, what] { return what(command, *one); };
        });
    };
    add_one("add", "record an opt-out; it acts on the very next mail and click", add_opt_out);
    add_one("remove", "correct an opt-out that was recorded by mistake", remove_opt_out);

    group->add_subcommand("list", "all opt-outs, by RecipientId")->callback([&command] {
        command.run = [&command] { return list_opt_outs(command); };
    });
    group
        ->add_subcommand(
            "export", "all opt-outs as CSV for a CRM, with addresses where a contact row has them")
        ->callback([&command] { command.run = [&command] { return export_opt_outs(command); }; });

    const auto options = std::make_shared<ImportOptions>();
    CLI::App* import = group->add_subcommand("import", "from CSV: address or recipient_id, scope");
    import->add_option("--feed", options->feed,
                       "the `opt_out_feed` of a stream: its opt-outs are all here as of now");
    import->add_option("FILE", options->file)->required();
    import->callback([&command, options] {
        command.run = [&command, options] { return import_opt_outs(command, *options);
};
}  // namespace candor::cli
);
}

}  // namespace candor::cli
