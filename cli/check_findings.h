// What a look at the state directory found, and the looks that the parts of candor check share.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "policy/config/config_fault.h"

namespace candor::cli {

struct CheckFindings {
    std::vector<policy::ConfigFault> faults;  ///< every one, with the file it is about
    std::vector<std::string> notes;           ///< no fault, but worth a line
};

class Findings {
  public:
    void fault(const std::filesystem::path& file, std::string message);
    /// `why` is an errno.
    void unreadable(const std::filesystem::path& file, int why);
    CheckFindings findings;
};

/// What lies in `directory`, sorted; nothing when it is not there.
[[nodiscard]] std::vector<std::filesystem::path> entries_of(const std::filesystem::path& directory,
                                                            Findings& findings);

/// Its mode and size, or a fault when it cannot be looked at. False also where it is not there.
[[nodiscard]] bool look_at(const std::filesystem::path& file, struct stat& known,
                           Findings& findings);

}  // namespace candor::cli
