// The SQL of campaigns.db. Whoever calls has chosen, locked and opened the connection.
// Errors of all: Unavailable.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

[[nodiscard]] Result<std::optional<policy::CampaignId>> find_campaign(
    Database& campaigns, policy::ControllerNumber controller, std::string_view name);
[[nodiscard]] Result<policy::CampaignId> add_campaign(Database& campaigns,
                                                      policy::ControllerNumber controller,
                                                      std::string_view name, policy::Instant now);

}  // namespace candor::sqlite
