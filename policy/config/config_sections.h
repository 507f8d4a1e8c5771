// One reader per section of the configuration; parse_config() calls them in turn.
#pragma once

#include "policy/config/config.h"
#include "policy/config/config_reader.h"

namespace candor::policy {

void read_milter(TableReader& table, MilterSettings& settings);
void read_tracker(TableReader& table, TrackerSettings& settings);
void read_log(TableReader& table, LogSettings& settings);
void read_decisions(TableReader& table, DecisionSettings& settings);
void read_addresses(TableReader& table, AddressRules& rules);
void read_rewriter(TableReader& table, RewriterSettings& settings);
void read_policy(TableReader& table, PolicySettings& settings);
/// Fills `config.controllers`, with the one `default` where there is none.
void read_controllers(TableReader& top, Config& config);
/// Fills `config.streams`; wants the controllers and the policy read before.
void read_streams(TableReader& top, Config& config);

inline constexpr std::pair<std::string_view, SuppressAction> suppress_words[]{
    {"reject", SuppressAction::Reject}, {"discard", SuppressAction::Discard}};

}  // namespace candor::policy
