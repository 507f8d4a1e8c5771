// candor check, the part about who owns what: a command that root ran before the first start leaves
// folders that the daemons read and never write. Looks only.
#pragma once

#include <filesystem>
#include <vector>

#include "policy/config/config_fault.h"

namespace candor::cli {

/// Every folder of the state directory that is another user's, or that the user who asks cannot
/// write, with what mends it. Root asks for the user to whom the state directory belongs.
[[nodiscard]] std::vector<policy::ConfigFault> folders_of_others(
    const std::filesystem::path& state_dir);

}  // namespace candor::cli
