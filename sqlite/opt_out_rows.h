// The SQL of optouts.db. Whoever calls has chosen, locked and opened the connection.
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

/// Of everybody whose id lies between `first` and `last`, both included.
[[nodiscard]] Result<policy::OptOuts> read_opt_outs(Database& opt_outs,
                                                    policy::ControllerNumber controller,
                                                    const policy::RecipientId& first,
                                                    const policy::RecipientId& last);
/// In one commit; one that is on record already stays as it is, one "so far" with its latest
/// moment.
[[nodiscard]] Result<void> write_opt_outs(Database& opt_outs, std::span<const policy::OptOut> rows);
/// The one on record of the same person and scope; nothing where there is none.
[[nodiscard]] Result<std::optional<policy::OptOut>> read_standing(Database& opt_outs,
                                                                  const policy::OptOut& opt_out);
/// Those "so far" of a moment before `until`.
[[nodiscard]] Result<void> forget_opt_outs_so_far(Database& opt_outs, policy::Instant until);
[[nodiscard]] Result<void> write_duty(Database& opt_outs, policy::ControllerNumber controller,
                                      policy::Duty duty, policy::Instant done_at);
[[nodiscard]] Result<policy::Duties> read_duties(Database& opt_outs,
                                                 policy::ControllerNumber controller);
/// A page, as policy::Store promises it.
[[nodiscard]] Result<std::vector<policy::OptOut>> read_opt_outs_after(
    Database& opt_outs, policy::ControllerNumber controller,
    const std::optional<policy::OptOutPlace>& after, std::size_t limit);

}  // namespace candor::sqlite
