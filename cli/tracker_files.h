// The operator's files that only the tracker reads: `tracker.theme_dir` (style.css, and page.html
// if there is one) and the PEM files of `[[tracker.tls]]`.
#pragma once

#include <memory>
#include <vector>

#include "policy/config.h"
#include "policy/config_fault.h"
#include "tracker/certificates.h"
#include "tracker/theme.h"

namespace candor::cli {

struct TrackerFiles {
    std::shared_ptr<const tracker::Theme> theme;                ///< the one that ships by default
    std::shared_ptr<const tracker::Certificates> certificates;  ///< null where none is configured
};

/// Errors: every fault of all files; a private key that others can read is one.
[[nodiscard]] tl::expected<TrackerFiles, std::vector<policy::ConfigFault>> load_tracker_files(
    const policy::TrackerSettings& settings);

}  // namespace candor::cli
