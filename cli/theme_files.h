// The files of `tracker.theme_dir`: style.css, and page.html if there is one.
#pragma once

#include <memory>
#include <vector>

#include "policy/config.h"
#include "policy/config_fault.h"
#include "tracker/theme.h"

namespace candor::cli {

/// The theme that ships where no directory is set. Errors: every fault of both files.
[[nodiscard]] tl::expected<std::shared_ptr<const tracker::Theme>, std::vector<policy::ConfigFault>>
load_theme(const policy::TrackerSettings& settings);

}  // namespace candor::cli
