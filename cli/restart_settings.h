// Which settings a reload cannot change. Knows names and values; who says so is cmd_daemons.
#pragma once

#include <string>

#include "policy/config/config.h"

namespace candor::cli {

/// The names of the settings that are read once, when a daemon starts, and are not as they were:
/// "tracker.listen, log.to"; empty where all are. `state_is_given` on the command line, which
/// counts more than `state_dir`.
[[nodiscard]] std::string settings_for_restart(const policy::Config& before,
                                               const policy::Config& after, bool state_is_given);

}  // namespace candor::cli
