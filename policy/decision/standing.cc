#include "policy/decision/standing.h"

#include <utility>

#include "policy/decision/preconditions.h"

namespace candor::policy {

std::vector<Shortfall> standing_shortfalls(const Controller& controller, const Policy& policy,
                                           Instant at) {
    Facts facts;
    facts.controller = &controller;
    facts.message.has_campaign = true;
    facts.message.visible_opt_out = true;
    facts.message.tracking_aligned = true;
    facts.message.opt_out_tested = facts.message.purge_on_time = true;  // the daemons' part
    // A row that asks for nothing of its own: what one country asks for more stops that one alone.
    const Row row;
    const PreconditionInput input{facts, policy, policy.in_force(at), row, nullptr, {},
                                  at,    {},     Treatment::Aggregate};
    std::vector<Shortfall> found;
    for (const Precondition check : preconditions()) {
        if (auto shortfall = check(input)) found.push_back(*std::move(shortfall));
    }
    return found;
}

}  // namespace candor::policy
