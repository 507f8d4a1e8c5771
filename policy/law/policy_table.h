// The policy in force as a table: for a person to read and sign, for a spreadsheet, for a machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/facts.h"
#include "policy/law/row_changes.h"

namespace candor::policy {

/// What the table shows; all borrowed for the call.
struct PolicySheet {
    const Policy& policy;
    Instant now;  ///< which overlays are in force, how old the facts are
    std::string_view config_file;
};

/// A row beside what its pack alone says.
struct SheetRow {
    const Row* row = nullptr;          ///< borrowed from the policy
    std::vector<Change> against_pack;  ///< by overlays and overrides
    std::string_view layer_mark;       ///< "", "overlay", "override"
    [[nodiscard]] const Change* change_of(std::string_view column) const;
};
[[nodiscard]] std::vector<SheetRow> sheet_rows(const PolicySheet& sheet);

/// One sentence each: the settings, overlays and warnings that a reader of the table has to know.
[[nodiscard]] std::vector<std::string> sheet_notes(const PolicySheet& sheet);

/// Aligned columns, then what is behind each row.
[[nodiscard]] std::string table_as_text(const PolicySheet& sheet);
/// RFC 4180, a header row, LF line ends.
[[nodiscard]] std::string table_as_csv(const PolicySheet& sheet);
/// docs/formats.md has the keys.
[[nodiscard]] std::string table_as_json(const PolicySheet& sheet);
/// One page of HTML without script or anything to fetch, made for A4 paper (policy_page.cc).
[[nodiscard]] std::string table_as_html(const PolicySheet& sheet);

}  // namespace candor::policy
