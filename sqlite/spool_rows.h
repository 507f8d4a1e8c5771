// How far each spool of events was taken, in the database of the totals: a count and its position
// are one commit.
#pragma once

#include <cstdint>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

/// 0 when nothing was taken from that spool. Errors: Unavailable.
[[nodiscard]] Result<std::uint64_t> read_taken(Database& totals, std::uint64_t spool);
/// Within the transaction that counts the batch. Errors: Unavailable.
[[nodiscard]] Result<void> write_taken(Database& totals, const policy::SpoolPosition& position);

}  // namespace candor::sqlite
