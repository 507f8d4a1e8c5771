// Ends of the decision log as syslog has noted them.
#pragma once

#include <string_view>
#include <vector>

#include "policy/decision/decision_log.h"

namespace candor::cli {

/// Those of every `decision_head number=N link=HEX` in `log`, whatever stands around them.
[[nodiscard]] std::vector<policy::DecisionHead> noted_heads(std::string_view log);

}  // namespace candor::cli
