// The files of an operator that only the tracker reads: its theme and the networks of scanners.
#pragma once

#include <memory>
#include <vector>

#include "policy/config.h"
#include "policy/config_fault.h"
#include "tracker/ports.h"

namespace candor::cli {

/// What ships where a setting names no file. Errors: every fault of every file.
[[nodiscard]] tl::expected<tracker::Settings, std::vector<policy::ConfigFault>> load_tracker_files(
    std::shared_ptr<const policy::Config> config);

}  // namespace candor::cli
