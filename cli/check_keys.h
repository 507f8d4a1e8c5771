// candor check, the part about STATE/keys. Looks only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/check_findings.h"
#include "policy/config/config.h"

namespace candor::cli {

/// `keys` is STATE/keys.
void check_keys(const std::filesystem::path& keys, Findings& findings);

/// One line for each controller that has link keys and is not configured any more. Nothing where
/// they cannot be listed (a fault of check_keys()).
[[nodiscard]] std::vector<std::string> keys_left_behind(const policy::Config& config);

}  // namespace candor::cli
