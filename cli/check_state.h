// candor check, the part about the state directory: keys and store as they lie on disk.
// Looks only: it makes no directory, key or database.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/check_findings.h"
#include "policy/clock.h"
#include "policy/config/config.h"

namespace candor::cli {

[[nodiscard]] CheckFindings check_state(const std::filesystem::path& state_dir);

/// One line for each duty of the daemons that is not on record or too old, so that nothing of that
/// controller is tracked. Nothing before there is a store, or where it cannot be read (a fault of
/// check_state()).
[[nodiscard]] std::vector<std::string> neglected_duties(const policy::Config& config,
                                                        policy::Instant now);

}  // namespace candor::cli
