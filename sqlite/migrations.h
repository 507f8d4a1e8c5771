// The schema of each kind of file as numbered steps. A released step is never edited: a change is a
// new step at the end of its list.
#pragma once

#include "policy/result.h"
#include "sqlite/database.h"

namespace candor::sqlite {

enum class FileKind { People, Campaigns, OptOuts, Totals, Events, Decisions };

/// The number of the last step this program knows for `kind`.
[[nodiscard]] std::int64_t current_schema(FileKind kind);

/// Brings `database` to current_schema(), each step in its own transaction.
/// Errors: as Database; Damaged also for a file of a newer program: it is left alone.
[[nodiscard]] Result<void> migrate(Database& database, FileKind kind);

}  // namespace candor::sqlite
