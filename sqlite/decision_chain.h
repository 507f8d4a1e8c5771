// Whether the decision log is what was written: every row in its place, none changed, none dropped,
// none cut off at the end, none blanked that nobody announced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "policy/decision/audit.h"
#include "policy/decision/decision_log.h"
#include "policy/result.h"

namespace candor::sqlite {

struct ChainReport {
    std::uint64_t first = 0, last = 0;  ///< numbers of the rows that are there; 0 = none
    std::uint64_t decisions = 0, erased = 0;
    std::uint64_t retired = 0;  ///< rows before `first` whose time was over
    policy::DecisionHead head;
    std::size_t heads_seen = 0;       ///< of those given, how many lie within the log
    std::vector<std::string> faults;  ///< one line each; the first 100
    std::size_t fault_count = 0;
    [[nodiscard]] bool whole() const { return fault_count == 0; }
};

/// Reads the log of `directory` from end to end. `heads` are ends of the chain that were noted
/// elsewhere (syslog, the head file). Errors: Unavailable (a file cannot be read).
[[nodiscard]] Result<ChainReport> verify_decisions(const std::filesystem::path& directory,
                                                   const policy::AuditKey& key,
                                                   std::span<const policy::DecisionHead> heads);

}  // namespace candor::sqlite
