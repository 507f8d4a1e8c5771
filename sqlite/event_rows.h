// The SQL of one file of events, and of the totals. Which file, and in which order, is `events`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "policy/store.h"
#include "policy/tokens/day_class_name.h"
#include "sqlite/database.h"

namespace candor::sqlite {

/// Which rows are meant: all of a controller, or of those the ones for which what is set holds.
struct EventFilter {
    policy::ControllerNumber controller = 0;
    std::optional<policy::CampaignId> campaign;
    std::optional<std::uint64_t> recipient_prefix;  ///< RecipientId::prefix()
};

/// In one commit. Every event names somebody; one that is there already stays. Errors of all below:
/// Unavailable.
[[nodiscard]] Result<void> write_event_rows(Database& database,
                                            std::span<const policy::Event* const> events);
/// Takes them out of the file and its WAL before it returns. Returns how many there were.
[[nodiscard]] Result<std::size_t> delete_event_rows(Database& database, const EventFilter& filter);
[[nodiscard]] Result<std::size_t> count_event_rows(Database& database, const EventFilter& filter);
/// Appends to `found` those in the file `name`, by time.
[[nodiscard]] Result<void> read_event_rows(Database& database, const policy::DayClass& name,
                                           const EventFilter& filter,
                                           std::vector<policy::Event>& found);

/// Adds the events to the totals; the caller has a transaction open.
[[nodiscard]] Result<void> count_events(Database& totals, std::span<const policy::Event> events);
[[nodiscard]] Result<std::vector<policy::Total>> read_totals(Database& totals,
                                                             policy::ControllerNumber controller,
                                                             policy::CampaignId campaign);

}  // namespace candor::sqlite
