// One look at each list.
#include "cli/person_records.h"

#include <cstdint>
#include <limits>

#include "policy/people/recipient_id.h"

namespace candor::cli {
namespace {

/// Where `lookup` answers, into `found`. Errors: those of the look-up.
template <class Value>
Result<void> keep(Result<Value> lookup, Value& found) {
    if (!lookup) return fail(lookup.error());
    found = *std::move(lookup);
    return {};
}

/// `keep` for a list of everybody's, of which the rows of one person are wanted.
template <class Row, class IsTheirs>
Result<void> keep_theirs(Result<std::vector<Row>> lookup, IsTheirs&& is_theirs,
                         std::vector<Row>& found) {
    if (!lookup) return fail(lookup.error());
    std::erase_if(*lookup, [&](const Row& row) { return !is_theirs(row); });
    found = *std::move(lookup);
    return {};
}

Result<void> keep_said(policy::Store& store, policy::ControllerNumber controller,
                       PersonRecords& records) {
    const auto is_theirs = [&](const auto& row) { return row.recipient == records.recipient; };
    // Of one person there are two at most, behind the place before their first.
    const policy::OptOutPlace before{records.recipient, policy::OptOutScope{}};
    auto kept =
        keep_theirs(store.opt_outs_after(controller, before, 2), is_theirs, records.opt_outs);
    if (!kept) return kept;
    kept = keep_theirs(
        store.undone_opt_outs(controller),
        [&](const policy::UndoneOptOut& undone) { return is_theirs(undone.opt_out); },
        records.undone_opt_outs);
    if (!kept) return kept;
    return keep_theirs(store.requests(controller), is_theirs, records.requests);
}

Result<void> keep_decisions(policy::Store& store, policy::ControllerNumber controller,
                            PersonRecords& records) {
    policy::DecisionQuery query;
    query.controller = controller;
    query.recipient = records.recipient;
    query.limit = std::numeric_limits<std::int64_t>::max();  // the greatest that a store can take
    return keep(store.decisions(query), records.decisions);
}

}  // namespace

Result<PersonRecords> records_of(policy::Store& store, const Identities& identities,
                                 std::string_view address) {
    const policy::ControllerNumber controller = identities.controller;
    PersonRecords records;
    records.address = address;
    records.recipient = identities.id_of_normal(address);
    auto kept = keep(store.person(controller, records.recipient, policy::domain_of(address)),
                     records.person);
    if (kept) kept = keep_said(store, controller, records);
    if (kept) {
        kept = keep(store.events_of_person(controller, records.recipient), records.events);
    }
    if (kept) kept = keep_decisions(store, controller, records);
    if (!kept) return fail(kept.error());
    if (records.person.contact && !records.person.contact->sealed_address.empty()) {
        auto unsealed = identities.unseal(records.person.contact->sealed_address);
        records.kept_address_is_unreadable = !unsealed;
        records.kept_address = std::move(unsealed).value_or(std::string{});
    }
    return records;
}

}  // namespace candor::cli
