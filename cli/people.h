// What every command about people opens first: rules, controller, keys, store.
#pragma once

#include <memory>
#include <string_view>

#include "cli/command.h"
#include "cli/state.h"
#include "policy/keys.h"
#include "policy/recipient_id.h"

namespace candor::cli {

struct People {
    Loaded loaded;
    std::unique_ptr<State> state;  ///< null: reported already, exit with `exit_code`
    const policy::Controller* controller = nullptr;
    policy::RecipientKey recipient_key{};
    policy::AddressKey address_key{};
    int exit_code = 0;

    /// Errors: Malformed (not an address; the message does not repeat it).
    [[nodiscard]] Result<policy::RecipientId> id_of(std::string_view address) const;
};

[[nodiscard]] People open_people(const Command& command);

/// Faulty rows are the data's fault, not the configuration's: EX_DATAERR.
int reported_rows(const std::vector<policy::ConfigFault>& faults);

}  // namespace candor::cli
