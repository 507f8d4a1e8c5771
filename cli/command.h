// What every command shares: the options before it, and what is to be run once all words are read.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace candor::cli {

struct Command {
    std::string config_file = "/etc/candor/candor.toml";
    std::string state_dir;   ///< --state; empty = state_dir of the configuration
    std::string controller;  ///< --controller; empty = the first of the configuration
    std::function<int()> run;
};

/// Each adds its commands to `app`; the chosen one sets `command.run`.
void add_daemon_commands(CLI::App& app, Command& command);
void add_rewrite_commands(CLI::App& app, Command& command);
void add_check_command(CLI::App& app, Command& command);
void add_policy_commands(CLI::App& app, Command& command);
void add_evidence_commands(CLI::App& app, Command& command);
void add_contact_commands(CLI::App& app, Command& command);
void add_consent_commands(CLI::App& app, Command& command);
void add_opt_out_commands(CLI::App& app, Command& command);
void add_request_commands(CLI::App& app, Command& command);
void add_decision_commands(CLI::App& app, Command& command);
void add_dsar_commands(CLI::App& app, Command& command);
void add_token_commands(CLI::App& app, Command& command);
void add_key_commands(CLI::App& app, Command& command);

}  // namespace candor::cli
