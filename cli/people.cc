// Opened once, in the order in which a fault is easiest to understand.
#include "cli/people.h"

#include <fmt/ranges.h>
#include <sysexits.h>

#include "policy/people/sealed_address.h"

namespace candor::cli {

Result<policy::RecipientId> Identities::id_of(std::string_view address) const {
    const auto normal = policy::normalise_address(address);
    if (!normal) return fail(normal.error());
    return id_of_normal(*normal);
}

policy::RecipientId Identities::id_of_normal(std::string_view address) const {
    return policy::recipient_id(recipient_key, rules, controller, address);
}

Result<std::string> Identities::seal(std::string_view normal_address) const {
    return policy::seal_address(address_key, controller, normal_address);
}

Result<std::string> Identities::unseal(std::string_view sealed) const {
    return policy::unseal_address(address_key, controller, sealed);
}

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
    people.identities = {(*controller)->number, *recipient_key, *address_key,
                         people.loaded.rules->config.addresses};
    people.state = *std::move(state);
    return people;
}

std::vector<const policy::Controller*> People::meant_by(const Command& command) const {
    if (!command.controller.empty()) return {controller};
    std::vector<const policy::Controller*> all;
    for (const policy::Controller& one : loaded.rules->config.controllers) all.push_back(&one);
    return all;
}

Identities People::identities_at(const policy::Controller& other) const {
    Identities theirs = identities;
    theirs.controller = other.number;
    return theirs;
}

void mention_other_controllers(const People& people, const Command& command) {
    std::vector<std::string_view> others;
    for (const policy::Controller* one : people.meant_by(command)) {
        if (one != people.controller) others.push_back(one->name);
    }
    if (others.empty()) return;
    fmt::print(stderr, "candor: this was {} alone; --controller for {}\n", people.controller->name,
               fmt::join(others, ", "));
}

void add_with_argument(CLI::App& group, Command& command, const char* name, const char* help,
                       const char* argument, ArgumentCommand what) {
    CLI::App* sub = group.add_subcommand(name, help);
    auto* value = sub->add_option(argument)->required();
    sub->callback([&command, value, what] {
        command.run = [&command, value, what] { return what(command, value->as<std::string>()); };
    });
}

}  // namespace candor::cli
