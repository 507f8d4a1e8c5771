// Consents that a change of people.db is going to end, as opt-outs "so far": those are on record
// before the change is, so that old links never name somebody whose consent is gone.
#pragma once

#include <span>
#include <vector>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

/// What mail already sent has to obey because of withdrawals, or of earlier ends, in `rows` that
/// are not on record yet.
[[nodiscard]] Result<std::vector<policy::OptOut>> ended_by_news(
    Database& people, std::span<const policy::ConsentRow> rows, policy::Instant now);
/// The same where a contact is going to be erased with its consents.
[[nodiscard]] Result<std::vector<policy::OptOut>> ended_by_deletion(
    Database& people, policy::ControllerNumber controller, const policy::RecipientId& recipient,
    policy::Instant now);

}  // namespace candor::sqlite
