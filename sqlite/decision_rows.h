// The SQL of one file of the decision log: a month of rows and the grounds they share. Leaves which
// file it is to `decisions`, and whether the chain holds to `decision_chain`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decision/audit.h"
#include "policy/decision/decision_log.h"
#include "sqlite/database.h"

namespace candor::sqlite {

/// Where a file begins: the number of its first row and the link of the row before it.
struct ChainStart {
    std::uint64_t first = 1;
    policy::Sha256 previous{};
};

// Errors of all: Unavailable.

/// Nothing in a file that was made and not begun.
[[nodiscard]] Result<std::optional<ChainStart>> read_chain_start(Database& database);
[[nodiscard]] Result<void> write_chain_start(Database& database, const ChainStart& start);
/// The last row, or what lies before the first where there is none.
[[nodiscard]] Result<policy::DecisionHead> read_head(Database& database);

/// The latest moment in any row, none later than `until`.
[[nodiscard]] Result<std::optional<policy::Instant>> newest_row_until(Database& database,
                                                                      policy::Instant until);

/// What the writer puts beside the fields of a row.
struct Sealed {
    std::uint64_t number = 0;
    policy::AuditSalt salt{};
    policy::Sha256 commitment{}, link{};
};
[[nodiscard]] Result<void> write_decision(Database& database, const policy::DecisionRecord& record,
                                          std::int64_t grounds, const Sealed& sealed);
[[nodiscard]] Result<void> write_note(Database& database, policy::AuditKind kind,
                                      policy::Instant at, std::string_view note,
                                      const Sealed& sealed);
/// The id of `text` among the grounds of this file, added on first use.
[[nodiscard]] Result<std::int64_t> grounds_id(Database& database, std::string_view text,
                                              const policy::Sha256& digest);

/// The newest `query.limit` rows that fit, oldest first.
[[nodiscard]] Result<std::vector<policy::KeptDecision>> read_decisions(
    Database& database, const policy::DecisionQuery& query);
/// The numbers of the rows about one person, ascending.
[[nodiscard]] Result<std::vector<std::uint64_t>> numbers_of(Database& database,
                                                            policy::ControllerNumber controller,
                                                            const policy::RecipientId& recipient);
/// Blanks them; gone from the file and its WAL when it returns.
[[nodiscard]] Result<void> blank_rows(Database& database, policy::ControllerNumber controller,
                                      const policy::RecipientId& recipient);

/// A row as an auditor reads it.
struct AuditedRow {
    std::uint64_t number = 0;
    policy::AuditKind kind{};
    bool blank = false;    ///< no field and no salt is left
    bool partial = false;  ///< some are: nothing this program does
    policy::AuditSalt salt{};
    policy::Sha256 commitment{}, link{};
    std::string fields;  ///< audited_fields() of what stands there; empty when blank or partial
    std::string note;
};
/// Every row in order.
[[nodiscard]] Result<void> read_chain(Database& database,
                                      const std::function<void(const AuditedRow&)>& take);

}  // namespace candor::sqlite
