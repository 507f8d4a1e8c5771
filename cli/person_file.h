// What one person gets who asks what is on record about them (GDPR, Articles 15 and 20): one JSON
// document; docs/formats.md has its keys.
#pragma once

#include <string>

#include "cli/person_records.h"
#include "policy/config/config.h"

namespace candor::cli {

/// `controller` is whose records they are, `now` when they were read. Ends with a line break.
[[nodiscard]] std::string person_file(const PersonRecords& records,
                                      const policy::Controller& controller,
                                      const policy::DecisionSettings& decisions,
                                      policy::Instant now);

}  // namespace candor::cli
