// The SQL of opt-outs that are taken back, by the page that made them or by an operator, and of
// people who ask for their data. All in optouts.db. Errors of all: as Database.
#pragma once

#include <vector>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

/// The row goes, and both moments stay as evidence, in one commit.
/// Errors: Missing too (`made.page` is 0, or not the page of the row).
[[nodiscard]] Result<void> undo_opt_out(Database& opt_outs, const policy::OptOut& made,
                                        policy::Instant now);
/// The same for an operator, whoever made it; of nobody's nothing stays. Errors: Missing too.
[[nodiscard]] Result<void> remove_opt_out(Database& opt_outs, policy::ControllerNumber controller,
                                          const policy::RecipientId& recipient,
                                          policy::OptOutScope scope, policy::Instant now);
[[nodiscard]] Result<std::vector<policy::UndoneOptOut>> list_undone_opt_outs(
    Database& opt_outs, policy::ControllerNumber controller);
[[nodiscard]] Result<std::size_t> count_undone(Database& opt_outs,
                                               policy::ControllerNumber controller,
                                               const policy::RecipientId& recipient,
                                               policy::OptOutScope scope);

/// One that is open already stays as it is. Whether there is a new one.
[[nodiscard]] Result<bool> write_request(Database& opt_outs, const policy::DataRequest& request);
[[nodiscard]] Result<std::vector<policy::DataRequest>> list_requests(
    Database& opt_outs, policy::ControllerNumber controller);
/// Errors: Missing too.
[[nodiscard]] Result<void> write_closed(Database& opt_outs, policy::ControllerNumber controller,
                                        const policy::RecipientId& recipient,
                                        policy::RequestKind kind, policy::Instant now);

}  // namespace candor::sqlite
