// What one message leaves in the decision log: a record for each of its recipients.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "milter/pipeline.h"
#include "milter/transaction.h"
#include "policy/decision/decision_log.h"

namespace candor::milter {

/// The treatment that the body got, or the word for less than that.
[[nodiscard]] std::string obeyed(const Outcome& outcome);

struct Kept {
    policy::ControllerNumber controller = 0;
    policy::Instant at{};
    policy::DecisionOutcome outcome = policy::DecisionOutcome::Delivered;  ///< of who stayed
    std::optional<policy::BodyDigest> body;                                ///< what they were sent
};
[[nodiscard]] std::vector<policy::DecisionRecord> decision_records(const Envelope& envelope,
                                                                   const Outcome& outcome,
                                                                   const Kept& kept);

/// A recipient who was refused at RCPT, before there was a message.
[[nodiscard]] policy::DecisionRecord refused_at_rcpt(const Envelope& envelope,
                                                     const policy::Stream& stream,
                                                     const policy::RecipientId& recipient,
                                                     const std::string& policy_digest,
                                                     const Kept& kept);

}  // namespace candor::milter
