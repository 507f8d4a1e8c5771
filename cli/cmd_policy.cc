// candor policy table | packs
#include <fmt/format.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/wiring.h"
#include "policy/explain.h"
#include "policy/packs.h"

namespace candor::cli {

void add_policy_commands(CLI::App& app, Command& command) {
    CLI::App* group = app.add_subcommand("policy", "the rules in force");
    group->require_subcommand(1);

    group
        ->add_subcommand("table",
                         "the effective policy per jurisdiction, for a person to read and sign")
        ->callback([&command] {
            command.run = [&command] {
                const auto rules = load_rules(command.config_file);
                if (!rules) return report(rules.error());
                fmt::print("{}", policy::policy_table((*rules)->policy.effective));
                return EX_OK;
            };
        });
    group->add_subcommand("packs", "the packs that ship; with `policy show NAME` one is printed")
        ->callback([&command] {
            command.run = [] {
                for (const auto name : policy::shipped_packs()) fmt::print("{}\n", name);
                return EX_OK;
            };
        });
    CLI::App* show = group->add_subcommand("show", "a shipped pack with its legal sources");
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

}  // namespace candor::cli
