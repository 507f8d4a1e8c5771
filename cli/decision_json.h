// A decision of the log as JSON, for whoever writes one: `candor decisions show --json`, and the
// file of one person.
#pragma once

#include <string>
#include <string_view>

#include "policy/decision/decision_log.h"

namespace candor::cli {

/// One object on one line; docs/formats.md has its keys. `body` is what a comparison with a message
/// found; empty where none was made.
[[nodiscard]] std::string decision_as_json(const policy::KeptDecision& kept,
                                           std::string_view body = {});

}  // namespace candor::cli
