// What `candor rewrite --explain` and `candor explain` say of one message: the decision, and what
// becomes of the message.
#pragma once

#include <string>

#include "milter/pipeline.h"
#include "policy/clock.h"
#include "policy/decision/facts.h"

namespace candor::cli {

struct Explained {
    const milter::Outcome* outcome = nullptr;  ///< borrowed; null when no stream treats the mail
    const policy::Policy& policy;              ///< borrowed: what it was decided by
    policy::Instant now;                       ///< when
    bool of_a_message = true;                  ///< false: of a stand-in, so nothing becomes of it
};

/// policy::explain_as_json with what became of the message (docs/formats.md).
[[nodiscard]] std::string as_json(const Explained& explained);

/// For a person. Several recipients: what the shared message obeys, then each by itself.
[[nodiscard]] std::string in_words(const Explained& explained);

}  // namespace candor::cli
