// Cells to contacts and domains; a column that is not there changes nothing that is on record.
#include "cli/contact_import.h"

#include <functional>

#include "policy/people/domains.h"

namespace candor::cli {

std::optional<RowSubject> checked_subject(const CsvColumns& columns, const CsvRow& row,
                                          RowFaults& faults) {
    const std::string_view address = columns.field(row, "address");
    const std::string_view id = columns.field(row, "recipient_id");
    if (address.empty() && !id.empty()) {
        if (const auto known = policy::RecipientId::from_hex(id)) return RowSubject{{}, *known};
        faults.add(row.line, "recipient_id is not 32 hex digits");
        return std::nullopt;
    }
    if (auto normal = policy::normalise_address(address)) {
        return RowSubject{*std::move(normal), {}};
    }
    faults.add(row.line, "not an e-mail address");
    return std::nullopt;
}

void check_subject_column(const CsvColumns& columns, RowFaults& faults) {
    if (!columns.has("address") && !columns.has("recipient_id")) {
        faults.add(1, "column `address` is missing");
    }
}

policy::RecipientId id_of(const RowSubject& subject, const Identities& identities) {
    return subject.address.empty() ? subject.recipient : identities.id_of_normal(subject.address);
}

std::vector<std::string_view> ContactImport::columns() {
    return {"address", "recipient_id", "jurisdiction", "subdivision",
            "class",   "segments",     "source",       "gpc"};
}

void ContactImport::begin(const CsvColumns& columns, RowFaults& faults) {
    check_subject_column(columns, faults);
    columns_ = columns;
    brought_ = {columns.has("jurisdiction") || columns.has("subdivision"), columns.has("class"),
                columns.has("segments"), columns.has("gpc"), columns.has("source")};
}

std::optional<ContactImport::Checked> ContactImport::check(const CsvRow& row,
                                                           RowFaults& faults) const {
    policy::Contact contact;
    contact.jurisdiction = checked_jurisdiction(
        columns_.field(row, "jurisdiction"), columns_.field(row, "subdivision"), row.line, faults);
    contact.recipient_class = checked_class(columns_.field(row, "class"), row.line, faults);
    contact.segments =
        checked_segments(columns_.field(row, "segments"), segments_, row.line, faults);
    contact.gpc = checked_yes_no(columns_.field(row, "gpc"), "gpc", row.line, faults);
    contact.source = checked_text(columns_.field(row, "source"), "source", row.line, faults);
    auto subject = checked_subject(columns_, row, faults);
    if (!subject) return std::nullopt;
    return Checked{*std::move(subject), std::move(contact)};
}

Result<policy::ContactRow> ContactImport::row(Checked checked) const {
    if (!checked.subject.address.empty()) {
        auto sealed = identities_.seal(checked.subject.address);
        if (!sealed) return fail(sealed.error());
        checked.contact.sealed_address = *std::move(sealed);
    }
    return policy::ContactRow{identities_.controller, id_of(checked.subject, identities_),
                              std::move(checked.contact)};
}

Result<void> ContactImport::store(std::span<const Row> rows) {
    for (const Row& row : rows) repeated_.add(row.recipient.prefix());
    return store_.put_contacts(rows, brought_);
}

std::vector<std::string_view> DomainImport::columns() {
    return {"domain", "jurisdiction", "subdivision", "class", "source"};
}

void DomainImport::begin(const CsvColumns& columns, RowFaults& /*faults*/) {
    columns_ = columns;
}

std::optional<policy::DomainImport> DomainImport::check(const CsvRow& row,
                                                        RowFaults& faults) const {
    auto domain = policy::to_ascii_domain(columns_.field(row, "domain"));
    if (!domain) faults.add(row.line, "not a domain");
    policy::DomainRow known;
    known.jurisdiction = checked_jurisdiction(columns_.field(row, "jurisdiction"),
                                              columns_.field(row, "subdivision"), row.line, faults);
    known.recipient_class = checked_class(columns_.field(row, "class"), row.line, faults);
    known.source = checked_text(columns_.field(row, "source"), "source", row.line, faults);
    if (!domain) return std::nullopt;
    return policy::DomainImport{controller_, *std::move(domain), std::move(known)};
}

Result<void> DomainImport::store(std::span<const Row> rows) {
    for (const Row& row : rows) repeated_.add(std::hash<std::string>{}(row.domain));
    return store_.put_domains(rows);
}

}  // namespace candor::cli
