// The files of the decision log by month, and the small file beside the store that remembers where
// the log ended. Leaves what stands in them to `decision_rows`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/decision_log.h"
#include "policy/result.h"

namespace candor::sqlite {

/// Months since year 0: 2026-11 is 2026 * 12 + 10.
using Month = std::int32_t;
[[nodiscard]] Month month_of(policy::Instant at);
/// "202611.db".
[[nodiscard]] std::string file_name_of(Month month);

struct DecisionFile {
    Month month = 0;
    std::filesystem::path file;
    std::uint64_t first = 0;  ///< number of its first row
};
/// The `YYYYMM.db` of `directory` in the order of the chain, which is that of the months but for
/// one that a clock far ahead began; nothing where there is no such directory.
/// Errors: Unavailable.
[[nodiscard]] Result<std::vector<DecisionFile>> decision_files(
    const std::filesystem::path& directory);

/// The head that the last writer left beside the store; nothing where there is none.
[[nodiscard]] std::optional<policy::DecisionHead> read_head_file(const std::filesystem::path& file);
/// Written behind each commit, so it can only be older than the log, never newer. No fsync: after a
/// power loss it is a little older. One that cannot be written is missed by nothing but `verify`.
void write_head_file(const std::filesystem::path& file, const policy::DecisionHead& head);

}  // namespace candor::sqlite
