// The five treatments, strictest last: what is done to one recipient's copy.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace candor::policy {

/// The order is the meaning: a greater value is stricter.
enum class Treatment : std::uint8_t { Individual, Aggregate, Untracked, Plaintext, Suppressed };

[[nodiscard]] constexpr Treatment stricter_of(Treatment a, Treatment b) {
    return a < b ? b : a;
}

/// Whether the treatment writes anything new into a message (tokens); the others only take out.
[[nodiscard]] constexpr bool adds_tracking(Treatment treatment) {
    return treatment == Treatment::Individual || treatment == Treatment::Aggregate;
}

[[nodiscard]] constexpr std::string_view to_string(Treatment treatment) {
    switch (treatment) {
        case Treatment::Individual: return "individual";
        case Treatment::Aggregate: return "aggregate";
        case Treatment::Untracked: return "untracked";
        case Treatment::Plaintext: return "plaintext";
        case Treatment::Suppressed: return "suppressed";
    }
    return "suppressed";  // a value outside the enum: the strictest is the safe answer
}

[[nodiscard]] constexpr std::optional<Treatment> treatment_from(std::string_view word) {
    for (const Treatment treatment :
         {Treatment::Individual, Treatment::Aggregate, Treatment::Untracked, Treatment::Plaintext,
          Treatment::Suppressed}) {
        if (to_string(treatment) == word) return treatment;
    }
    return std::nullopt;
}

}  // namespace candor::policy
