// Cells to opt-outs.
#include "cli/opt_out_import.h"

#include "cli/people_words.h"

namespace candor::cli {

std::vector<std::string_view> OptOutImport::columns() {
    return {"address", "recipient_id", "scope", "at", "source"};
}

void OptOutImport::begin(const CsvColumns& columns, RowFaults& faults) {
    check_subject_column(columns, faults);
    columns_ = columns;
}

std::optional<OptOutImport::Checked> OptOutImport::check(const CsvRow& row,
                                                         RowFaults& faults) const {
    const auto scope = scope_from(columns_.field(row, "scope"));
    if (!scope) faults.add(row.line, "scope is not all or tracking");
    policy::OptOut opt_out;
    opt_out.controller = identities_.controller;
    opt_out.scope = scope.value_or(policy::OptOutScope::All);
    opt_out.at = checked_past_instant(columns_.field(row, "at"), "at", now_, row.line, faults)
                     .value_or(now_);
    // Our own export says where an opt-out came from; what another system calls so is its import.
    opt_out.source =
        opt_out_source_from(columns_.field(row, "source")).value_or(policy::OptOutSource::Import);
    auto subject = checked_subject(columns_, row, faults);
    if (!subject) return std::nullopt;
    return Checked{*std::move(subject), opt_out};
}

Result<policy::OptOut> OptOutImport::row(Checked checked) const {
    checked.opt_out.recipient = id_of(checked.subject, identities_);
    return checked.opt_out;
}

Result<void> OptOutImport::store(std::span<const Row> rows) {
    return store_.add_opt_outs(rows);
}

}  // namespace candor::cli
