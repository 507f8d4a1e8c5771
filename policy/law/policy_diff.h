// What another policy would change: which jurisdictions, from what to what, looser or stricter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/law/packs.h"
#include "policy/law/row_changes.h"

namespace candor::policy {

struct PolicySettings;

/// One side of the comparison; borrowed for the call.
struct DiffSide {
    std::string_view name;  ///< the file, or the shipped pack
    const EffectivePolicy& effective;
    const PolicySettings* settings = nullptr;  ///< null: a pack alone has none
};

struct JurisdictionChange {
    std::string code, name;
    std::vector<Change> changes;
};

struct PolicyDiff {
    std::vector<Change> settings;  ///< compared only where both sides have them
    /// By code: every jurisdiction that has a row on either side and is treated differently. One
    /// without a row of its own is compared by the row that governs it.
    std::vector<JurisdictionChange> jurisdictions;
};

[[nodiscard]] PolicyDiff diff_of(const DiffSide& before, const DiffSide& after);

/// For a person, with a line of totals at the end.
[[nodiscard]] std::string diff_as_text(const DiffSide& before, const DiffSide& after);
/// docs/formats.md has the keys.
[[nodiscard]] std::string diff_as_json(const DiffSide& before, const DiffSide& after);

/// Whether `text` is a pack or overlay rather than a configuration; false when it is no TOML.
[[nodiscard]] bool is_pack_text(std::string_view text);

}  // namespace candor::policy
