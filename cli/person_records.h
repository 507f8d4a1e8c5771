// Everything that is on record about one person, out of all files of the store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/people.h"

namespace candor::cli {

struct PersonRecords {
    std::string address;  ///< as asked for, normalised
    policy::RecipientId recipient;
    policy::Person person;
    /// What the contact row keeps sealed; empty where it keeps none.
    std::string kept_address;
    bool kept_address_is_unreadable = false;  ///< sealed under another key
    std::vector<policy::OptOut> opt_outs;
    std::vector<policy::UndoneOptOut> undone_opt_outs;
    std::vector<policy::DataRequest> requests;
    /// Those of everybody whose id starts with the same 64 bits: the rows say no more.
    std::vector<policy::Event> events;
    std::vector<policy::KeptDecision> decisions;
};

/// `address` is a normalised one. Nothing on record is no error. Errors: Unavailable.
[[nodiscard]] Result<PersonRecords> records_of(policy::Store& store, const Identities& identities,
                                               std::string_view address);

}  // namespace candor::cli
