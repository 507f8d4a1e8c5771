// The files of an operator that only the tracker reads: its theme, the networks of scanners, and
// the PEM files of `[[tracker.tls]]`.
#pragma once

#include <memory>
#include <vector>

#include "policy/config/config.h"
#include "policy/config/config_fault.h"
#include "tracker/ports.h"

namespace candor::cli {

/// What ships where a setting names no file. Errors: every fault of every file; a private
/// key that others can read is one.
[[nodiscard]] tl::expected<tracker::Settings, std::vector<policy::ConfigFault>> load_tracker_files(
    std::shared_ptr<const policy::Config> config);

}  // namespace candor::cli
