// Where two rows differ, and which of the two is the looser: overrides against their pack, a new
// configuration against the old one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/law/packs.h"

namespace candor::policy {

enum class Direction : std::uint8_t { Looser, Stricter, Other };
/// "looser", "stricter"; "other" where neither is.
[[nodiscard]] std::string_view to_string(Direction direction);
[[nodiscard]] std::string_view to_string(OpenPixel pixel);

struct Change {
    std::string_view column;  ///< as the pack files spell it: "with_consent"
    std::string from, to;
    Direction direction = Direction::Other;
};

/// Every column that decides and differs, in the order of the table.
[[nodiscard]] std::vector<Change> changes_between(const Row& before, const Row& after);

}  // namespace candor::policy
