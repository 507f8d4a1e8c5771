// What the log keeps beside the grounds comes first into the object of the explanation.
#include "cli/decision_json.h"

#include <nlohmann/json.hpp>

#include "policy/decision/decision_grounds.h"
#include "policy/decision/explain.h"
#include "policy/law/page_text.h"

namespace candor::cli {

std::string decision_as_json(const policy::KeptDecision& kept, std::string_view body) {
    const policy::DecisionRecord& record = kept.record;
    policy::Grounds grounds = policy::from_grounds(*record.grounds);
    nlohmann::ordered_json more{{"number", kept.number},
                                {"at", policy::moment_of(record.at)},
                                {"outcome", to_string(record.outcome)},
                                {"recipient", record.recipient.hex()},
                                {"campaign", record.campaign},
                                {"queue_id", record.queue_id},
                                {"obeyed", grounds.obeyed}};
    if (!body.empty()) more["body"] = body;
    grounds.decision.evidence_id = record.evidence;
    const std::string extra =
        more.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return policy::explain_as_json(grounds.decision, extra, -1);
}

}  // namespace candor::cli
