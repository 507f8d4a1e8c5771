// candor optout add | remove | list | import | export
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/import.h"
#include "cli/opt_out_import.h"
#include "cli/people.h"
#include "cli/people_export.h"
#include "cli/people_words.h"
#include "policy/config/nearest_word.h"

namespace candor::cli {
namespace {

using policy::OptOutScope;

struct OneOptOut {
    std::string address, scope = "all";
};

int add_opt_out(const Command& command, const OneOptOut& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(options.address);
    if (!id) return report(id.error());
    const auto added = people.store().add_opt_out(
        {people.controller->number, *id, scope_from(options.scope).value_or(OptOutScope::All),
         SystemClock{}.now(), policy::OptOutSource::Operator});
    return added ? EX_OK : report(added.error());
}

int remove_opt_out(const Command& command, const OneOptOut& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(options.address);
    if (!id) return report(id.error());
    const auto removed = people.store().remove_opt_out(
        people.controller->number, *id, scope_from(options.scope).value_or(OptOutScope::All),
        SystemClock{}.now());
    return removed ? EX_OK : report(removed.error());
}

int list_opt_outs(const Command& command) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    constexpr std::size_t page_rows = 1000;
    std::optional<policy::OptOutPlace> after;
    for (;;) {
        const auto page =
            people.store().opt_outs_after(people.controller->number, after, page_rows);
        if (!page) return report(page.error());
        for (const policy::OptOut& one : *page) {
            fmt::print("{}  {}  {:<8}  {}\n", one.recipient.hex(), to_text(one.at),
                       to_word(one.scope), to_word(one.source));
        }
        if (page->size() < page_rows) return EX_OK;
        after = policy::OptOutPlace{page->back().recipient, page->back().scope};
    }
}

int export_all(const Command& command) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    Progress progress;
    return reported_export(export_opt_outs(people.store(), people.identities, stdout, progress));
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

int import_opt_outs(const Command& command, const ImportOptions& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    if (!options.feed.empty() && !is_known_feed(people, options.feed)) {
        return unknown_feed(people, options.feed);
    }
    auto file = CsvFile::open(options.file);
    if (!file) return report(file.error());
    RowFaults faults{file->name()};
    Progress progress;
    OptOutImport opt_outs(people.store(), people.identities, SystemClock{}.now());
    const auto imported = import_rows(*file, opt_outs, faults, progress);
    if (imported && !options.feed.empty()) {
        const auto ran = people.store().record_feed_run(people.controller->number, options.feed,
                                                        SystemClock{}.now());
        if (!ran) return report(ran.error());
    }
    return reported_import(imported, faults, "opt-out");
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
        ->callback([&command] { command.run = [&command] { return export_all(command); }; });

    const auto options = std::make_shared<ImportOptions>();
    CLI::App* import = group->add_subcommand(
        "import", "from CSV: address or recipient_id; scope (without it: all), at (now), source");
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
