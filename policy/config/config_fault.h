// One thing that is wrong in a file an operator wrote.
#pragma once

#include <string>

namespace candor::policy {

struct ConfigFault {
    std::string file;
    int line = 0;  ///< from 1; 0 = the file as a whole
    std::string message;
};

/// `file:line: message`, the form editors jump to; `file: message` without a line.
[[nodiscard]] inline std::string to_line(const ConfigFault& fault) {
    if (fault.line == 0) return fault.file + ": " + fault.message;
    return fault.file + ":" + std::to_string(fault.line) + ": " + fault.message;
}

}  // namespace candor::policy
