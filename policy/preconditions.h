// The checks for anything above `untracked`, one function each (design section 4, step 5).
// Each returns nothing when it holds, else the treatment it lowers to and why.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "policy/clock.h"
#include "policy/decide.h"
#include "policy/facts.h"

namespace candor::policy {

struct Shortfall {
    Treatment lowers_to = Treatment::Untracked;
    std::string word;  ///< stable reason word
    std::string text;  ///< what is missing and what the operator can do about it
};

/// What a precondition may look at.
struct PreconditionInput {
    const Facts& facts;
    const Policy& policy;
    const Row& row;
    Basis basis;
    Instant now;
};

using Precondition = std::optional<Shortfall> (*)(const PreconditionInput&);

/// In the order in which they are checked and named.
[[nodiscard]] std::span<const Precondition> preconditions();

/// The LIA that covers this person, stream's controller and `wanted`, or why none does.
struct LiaAnswer {
    const Lia* lia = nullptr;  ///< borrowed from the policy; null when none covers
    Shortfall why;             ///< set when null: "lia_missing", "lia_expired", "lia_not_approved" ...
};
[[nodiscard]] LiaAnswer find_lia(const Facts& facts, const Policy& policy, const Row& row,
                                 Treatment wanted, Instant now);

}  // namespace candor::policy
