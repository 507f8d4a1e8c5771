// candor check, the part about the state directory: keys and store as they lie on disk.
// Looks only: it makes no directory, key or database.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "policy/config_fault.h"

namespace candor::cli {

struct StateFindings {
    std::vector<policy::ConfigFault> faults;  ///< every one, with the file it is about
    std::vector<std::string> notes;           ///< no fault, but worth a line
};

[[nodiscard]] StateFindings check_state(const std::filesystem::path& state_dir);

}  // namespace candor::cli
