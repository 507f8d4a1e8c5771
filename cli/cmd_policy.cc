// candor policy table | diff | packs | show
#include <fmt/format.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/state.h"
#include "cli/wiring.h"
#include "policy/law/packs.h"
#include "policy/law/policy_diff.h"
#include "policy/law/policy_table.h"

namespace candor::cli {
namespace {

using policy::ConfigFault;

int print_table(const Command& command, const std::string& format) {
    const auto rules = load_rules(command.config_file);
    if (!rules) return report(rules.error());
    const policy::PolicySheet sheet{(*rules)->policy, SystemClock{}.now(), command.config_file};
    if (format == "csv") {
        fmt::print("{}", policy::table_as_csv(sheet));
    } else if (format == "json") {
        fmt::print("{}", policy::table_as_json(sheet));
    } else if (format == "html") {
        fmt::print("{}", policy::table_as_html(sheet));
    } else {
        fmt::print("{}", policy::table_as_text(sheet));
    }
    return EX_OK;
}

/// A configuration with all that belongs to it, or a pack alone.
struct Side {
    std::string name;
    std::shared_ptr<const milter::Rules> rules;    // of a configuration
    std::optional<policy::EffectivePolicy> alone;  // of a pack

    /// What is in force now, as the daemons see it.
    [[nodiscard]] policy::DiffSide at(policy::Instant now) const {
        if (alone) return {name, *alone};
        return {name, rules->policy.in_force(now), &rules->policy.settings};
    }
};

tl::expected<Side, std::vector<ConfigFault>> side_of(const std::string& name) {
    Side side{name, nullptr, std::nullopt};
    std::string text;
    if (const auto shipped = policy::shipped_pack_text(name)) {
        text = *shipped;
    } else if (auto read = read_file(name)) {
        text = *std::move(read);
    }  // load_rules() says why not
    if (policy::is_pack_text(text)) {
        policy::PolicySources sources;
        sources.pack_name = name;
        sources.pack_text = std::move(text);
        auto built = policy::build_policy(sources, name);
        if (!built) return tl::unexpected(std::move(built.error()));
        side.alone = *std::move(built);
        return side;
    }
    auto rules = load_rules(name);
    if (!rules) return tl::unexpected(std::move(rules.error()));
    side.rules = *std::move(rules);
    return side;
}

int print_diff(const std::string& before, const std::string& after, bool as_json) {
    const auto old_side = side_of(before);
    if (!old_side) return report(old_side.error());
    const auto new_side = side_of(after);
    if (!new_side) return report(new_side.error());
    const policy::Instant now = SystemClock{}.now();
    fmt::print("{}", as_json ? policy::diff_as_json(old_side->at(now), new_side->at(now))
                             : policy::diff_as_text(old_side->at(now), new_side->at(now)));
    return EX_OK;
}

void add_table(CLI::App& group, Command& command) {
    auto format = std::make_shared<std::string>("text");
    CLI::App* table = group.add_subcommand(
        "table", "the effective policy per jurisdiction, for a person to read and sign");
    table->add_option("--format", *format, "text, csv, json or html (one page, for A4 paper)")
        ->check(CLI::IsMember({"text", "csv", "json", "html"}))
        ->capture_default_str();
    table->callback([&command, format] {
        command.run = [&command, format] { return print_table(command, *format); };
    });
}

void add_diff(CLI::App& group, Command& command) {
    struct Options {
        std::string before, after;
        bool as_json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* diff = group.add_subcommand(
        "diff", "which jurisdictions a new configuration or pack treats differently");
    diff->add_option("OLD", options->before, "a configuration, a pack file or a shipped pack")
        ->required();
    diff->add_option("NEW", options->after, "the same")->required();
    diff->add_flag("--json", options->as_json, "for a machine");
    diff->callback([&command, options] {
        command.run = [options] {
            return print_diff(options->before, options->after, options->as_json);
        };
    });
}

void add_packs(CLI::App& group, Command& command) {
    group.add_subcommand("packs", "the packs that ship; with `policy show NAME` one is printed")
        ->callback([&command] {
            command.run = [] {
                for (const auto name : policy::shipped_packs()) fmt::print("{}\n", name);
                return EX_OK;
            };
        });
    CLI::App* show = group.add_subcommand("show", "a shipped pack with its legal sources");
    auto* name = show->add_option("NAME", "e.g. strict-2026")->required();
    show->callback([&command, name] {
        command.run = [name] {
            const auto wanted = name->as<std::string>();
            const auto text = policy::shipped_pack_text(wanted);
            if (!text)
                return report(
                    Error{Fault::Missing, "no pack `" + wanted + "`; see candor policy packs"});
            fmt::print("{}", *text);
            return EX_OK;
        };
    });
}

}  // namespace

void add_policy_commands(CLI::App& app, Command& command) {
    CLI::App* group = app.add_subcommand("policy", "the rules in force");
    group->require_subcommand(1);
    add_table(*group, command);
    add_diff(*group, command);
    add_packs(*group, command);
}

}  // namespace candor::cli
