// What an operator's page and style may hold: markup that shows something, no script, and nothing
// that is fetched from anywhere. A list of what is allowed, so that what is new is refused.
#pragma once

#include <string_view>
#include <vector>

#include "policy/config/config_fault.h"

namespace candor::tracker {

/// Every fault, in the order of the lines. Line ends are LF. Linear in the text.
[[nodiscard]] std::vector<policy::ConfigFault> faults_of_page(std::string_view html,
                                                              std::string_view file);
[[nodiscard]] std::vector<policy::ConfigFault> faults_of_style(std::string_view css,
                                                               std::string_view file);

}  // namespace candor::tracker
