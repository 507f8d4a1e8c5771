// What every command about people opens first: rules, controller, keys, store.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/state.h"
#include "policy/people/recipient_id.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

/// Addresses of one controller's people, and what stands for them in rows.
struct Identities {
    policy::ControllerNumber controller = 0;
    policy::RecipientKey recipient_key{};
    policy::AddressKey address_key{};
    policy::AddressRules rules;

    /// Errors: Malformed (not an address; the message does not repeat it).
    [[nodiscard]] Result<policy::RecipientId> id_of(std::string_view address) const;
    /// Of a normalised address.
    [[nodiscard]] policy::RecipientId id_of_normal(std::string_view address) const;
    /// Errors: Broken (OpenSSL refuses).
    [[nodiscard]] Result<std::string> seal(std::string_view normal_address) const;
    /// Errors: Malformed (sealed under another key).
    [[nodiscard]] Result<std::string> unseal(std::string_view sealed) const;
};

struct People {
    Loaded loaded;
    std::unique_ptr<State> state;  ///< null: reported already, exit with `exit_code`
    const policy::Controller* controller = nullptr;
    Identities identities;
    int exit_code = 0;

    [[nodiscard]] policy::Store& store() const { return state->store(); }
    /// The controllers that a command is about which takes all where none is named.
    [[nodiscard]] std::vector<const policy::Controller*> meant_by(const Command& command) const;
    /// `identities` for another controller.
    [[nodiscard]] Identities identities_at(const policy::Controller& other) const;
};

[[nodiscard]] People open_people(const Command& command);

/// One line on standard error where a person may be on record with other controllers, too, and the
/// command named none.
void mention_other_controllers(const People& people, const Command& command);

/// Adds a command `name` to `group` that takes one argument.
using ArgumentCommand = int (*)(const Command&, const std::string&);
void add_with_argument(CLI::App& group, Command& command, const char* name, const char* help,
                       const char* argument, ArgumentCommand what);

}  // namespace candor::cli
