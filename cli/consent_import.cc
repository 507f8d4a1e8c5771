// Cells to consents: one purpose a row, each with what proves it.
#include "cli/consent_import.h"

#include "cli/people_words.h"
#include "cli/wiring.h"

namespace candor::cli {

std::vector<std::string_view> ConsentImport::columns() {
    return {"purpose", "given_at", "method",     "source",       "text_version",
            "address", "proof",    "expires_at", "withdrawn_at", "recipient_id"};
}

void ConsentImport::begin(const CsvColumns& columns, RowFaults& faults) {
    check_subject_column(columns, faults);
    columns_ = columns;
}

std::optional<ConsentImport::Checked> ConsentImport::check(const CsvRow& row,
                                                           RowFaults& faults) const {
    const auto instant = [&](std::string_view column) {
        return checked_instant(columns_.field(row, column), column, row.line, faults);
    };
    const auto text = [&](std::string_view column) {
        return checked_text(columns_.field(row, column), column, row.line, faults);
    };
    policy::Consent consent;
    const auto purpose = purpose_from(columns_.field(row, "purpose"));
    if (!purpose) faults.add(row.line, "purpose is not click, open or profile");
    consent.purpose = purpose.value_or(policy::ConsentPurpose::Click);
    const std::string_view given = columns_.field(row, "given_at");
    if (given.empty()) faults.add(row.line, "given_at is empty");
    consent.given_at =
        checked_past_instant(given, "given_at", now_, row.line, faults).value_or(policy::Instant{});
    consent.expires_at = instant("expires_at");
    consent.withdrawn_at = instant("withdrawn_at");
    consent.method = text("method");
    consent.source = text("source");
    consent.text_version = text("text_version");
    consent.proof = text("proof");
    auto subject = checked_subject(columns_, row, faults);
    if (!subject) return std::nullopt;
    return Checked{*std::move(subject), std::move(consent)};
}

Result<policy::ConsentRow> ConsentImport::row(Checked checked) const {
    return policy::ConsentRow{identities_.controller, id_of(checked.subject, identities_),
                              std::move(checked.consent)};
}

Result<void> ConsentImport::store(std::span<const Row> rows) {
    return store_.put_consents(rows, SystemClock{}.now());
}

}  // namespace candor::cli
