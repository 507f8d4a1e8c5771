// Opened once, in the order in which a fault is easiest to understand.
#include "cli/people.h"

#include <sysexits.h>

namespace candor::cli {

People open_people(const Command& command) {
    People people;
    people.loaded = load_for(command);
    if (!people.loaded.rules) {
        people.exit_code = people.loaded.exit_code;
        return people;
    }
    const auto refused = [&people](const Error& error) {
        people.exit_code = report(error);
        return std::move(people);
    };
    const auto controller = chosen_controller(command, *people.loaded.rules);
    if (!controller) return refused(controller.error());
    auto state = State::open(*people.loaded.rules, StateRole::Command);
    if (!state) return refused(state.error());
    const auto recipient_key = (*state)->recipient_key();
    if (!recipient_key) return refused(recipient_key.error());
    const auto address_key = (*state)->address_key();
    if (!address_key) return refused(address_key.error());
    people.controller = *controller;
    people.recipient_key = *recipient_key;
    people.address_key = *address_key;
    people.state = *std::move(state);
    return people;
}

Result<policy::RecipientId> People::id_of(std::string_view address) const {
    const auto normal = policy::normalise_address(address);
    if (!normal) return fail(normal.error());
    return policy::recipient_id(recipient_key, controller->number, *normal);
}

int reported_rows(const std::vector<policy::ConfigFault>& faults) {
    report(faults);
    return EX_DATAERR;
}

}  // namespace candor::cli
