// The SQL of campaigns.
#include "sqlite/campaign_rows.h"

#include "sqlite/row_values.h"

namespace candor::sqlite {

Result<std::optional<policy::CampaignId>> find_campaign(Database& campaigns,
                                                        policy::ControllerNumber controller,
                                                        std::string_view name) {
    auto query = campaigns.query("SELECT id FROM campaigns WHERE controller = ? AND name = ?");
    if (!query) return fail(query.error());
    const auto row = query->number(controller).blob(name).next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<policy::CampaignId>();
    return std::optional(static_cast<policy::CampaignId>(query->number_at(0)));
}

Result<policy::CampaignId> add_campaign(Database& campaigns, policy::ControllerNumber controller,
                                        std::string_view name, policy::Instant now) {
    // Another thread may have been quicker; an id is not spent on a name that has one.
    auto known = find_campaign(campaigns, controller, name);
    if (!known) return fail(known.error());
    if (*known) return **known;
    auto query =
        campaigns.query("INSERT INTO campaigns (controller, name, first_seen) VALUES (?, ?, ?)");
    if (!query) return fail(query.error());
    auto done = query->number(controller).blob(name).number(seconds_of(now)).run();
    if (!done) return fail(done.error());
    return static_cast<policy::CampaignId>(campaigns.last_row_id());
}

}  // namespace candor::sqlite
