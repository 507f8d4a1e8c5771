// Everything is known by now; nothing is looked up or decided here.
#include "milter/decision_records.h"

#include <algorithm>
#include <memory>

#include "policy/decision/decision_grounds.h"

namespace candor::milter {
namespace {

std::shared_ptr<const std::string> grounds(const policy::Decision& decision,
                                           std::string_view obeyed) {
    return std::make_shared<const std::string>(policy::to_grounds(decision, obeyed));
}

}  // namespace

std::string obeyed(const Outcome& outcome) {
    if (outcome.word == "untracked_incomplete") return outcome.word;
    if (outcome.unchanged) return "unchanged";
    return std::string{policy::to_string(outcome.shared.treatment)};
}

std::vector<policy::DecisionRecord> decision_records(const Envelope& envelope,
                                                     const Outcome& outcome, const Kept& kept) {
    const std::size_t staying = outcome.recipients.size() - outcome.suppressed.size();
    const std::string body_obeyed = obeyed(outcome);
    std::vector<policy::DecisionRecord> records;
    records.reserve(outcome.recipients.size());
    for (const RecipientDecision& recipient : outcome.recipients) {
        policy::DecisionRecord record;
        record.controller = kept.controller;
        record.recipient = recipient.id;
        record.campaign = outcome.campaign;
        record.at = kept.at;
        record.queue_id = envelope.queue_id;
        record.evidence = recipient.decision.evidence_id;
        if (recipient.decision.treatment == policy::Treatment::Suppressed) {
            record.outcome = kept.outcome == policy::DecisionOutcome::Observed
                                 ? kept.outcome
                                 : policy::DecisionOutcome::Suppressed;
            record.grounds = grounds(recipient.decision, "suppressed");
        } else {
            record.outcome = kept.outcome;
            record.body = kept.body;
            // Of one alone, the shared decision is theirs, with what was found after deciding.
            record.grounds =
                grounds(staying == 1 ? outcome.shared : recipient.decision, body_obeyed);
        }
        records.push_back(std::move(record));
    }
    return records;
}

policy::DecisionRecord refused_at_rcpt(const Envelope& envelope, const policy::Stream& stream,
                                       const policy::RecipientId& recipient,
                                       const std::string& policy_digest, const Kept& kept) {
    policy::Decision decision;
    decision.treatment = decision.ceiling = policy::Treatment::Suppressed;
    decision.stream = stream.name;
    decision.controller = stream.controller;
    decision.rule = "opt_out";
    decision.policy_digest = policy_digest;
    decision.reasons.push_back({"opt_out",
                                "The recipient opted out of this sender's marketing mail.",
                                policy::Treatment::Suppressed, true});
    policy::DecisionRecord record;
    record.controller = kept.controller;
    record.recipient = recipient;
    record.at = kept.at;
    record.outcome = policy::DecisionOutcome::Suppressed;
    record.queue_id = envelope.queue_id;
    record.grounds = grounds(decision, "suppressed");
    return record;
}

}  // namespace candor::milter
