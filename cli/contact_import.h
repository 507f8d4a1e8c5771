// What the rows of a file of contacts, and of a file of domains, mean.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/csv.h"
#include "cli/people.h"
#include "cli/repeated_rows.h"
#include "cli/row_checks.h"
#include "policy/store.h"

namespace candor::cli {

/// Whom a row is about.
struct RowSubject {
    std::string address;              ///< normalised; empty where the file has only the id
    policy::RecipientId recipient{};  ///< where there is no address
};
/// `address`, or `recipient_id` where that is empty: an export has both, and the id of an address
/// may be another one here. The id comes later, for it costs more than all checks.
[[nodiscard]] std::optional<RowSubject> checked_subject(const CsvColumns& columns,
                                                        const CsvRow& row, RowFaults& faults);
/// A file about people names them.
void check_subject_column(const CsvColumns& columns, RowFaults& faults);
[[nodiscard]] policy::RecipientId id_of(const RowSubject& subject, const Identities& identities);

class ContactImport {
  public:
    using Row = policy::ContactRow;
    struct Checked {
        RowSubject subject;
        policy::Contact contact;
    };

    /// All must outlive this.
    ContactImport(policy::Store& store, const Identities& identities,
                  const std::set<std::string>& segments)
        : store_(store), identities_(identities), segments_(segments) {}

    [[nodiscard]] static std::vector<std::string_view> columns();
    [[nodiscard]] static std::size_t required() { return 0; }
    void begin(const CsvColumns& columns, RowFaults& faults);
    [[nodiscard]] std::optional<Checked> check(const CsvRow& row, RowFaults& faults) const;
    [[nodiscard]] Result<Row> row(Checked checked) const;
    [[nodiscard]] static policy::RecipientId key(const Row& row) { return row.recipient; }
    [[nodiscard]] Result<void> store(std::span<const Row> rows);
    /// How many had several rows, once all are stored.
    [[nodiscard]] std::size_t repeated() { return repeated_.count(); }

  private:
    policy::Store& store_;
    const Identities& identities_;
    const std::set<std::string>& segments_;
    CsvColumns columns_;
    policy::ContactColumns brought_;
    RepeatedRows repeated_;
};

class DomainImport {
  public:
    using Row = policy::DomainImport;
    using Checked = policy::DomainImport;

    DomainImport(policy::Store& store, policy::ControllerNumber controller)
        : store_(store), controller_(controller) {}

    [[nodiscard]] static std::vector<std::string_view> columns();
    [[nodiscard]] static std::size_t required() { return 1; }
    void begin(const CsvColumns& columns, RowFaults& faults);
    [[nodiscard]] std::optional<Checked> check(const CsvRow& row, RowFaults& faults) const;
    [[nodiscard]] static Result<Row> row(Checked checked) { return checked; }
    [[nodiscard]] static const std::string& key(const Row& row) { return row.domain; }
    [[nodiscard]] Result<void> store(std::span<const Row> rows);
    /// How many had several rows, once all are stored.
    [[nodiscard]] std::size_t repeated() { return repeated_.count(); }

  private:
    policy::Store& store_;
    const policy::ControllerNumber controller_;
    CsvColumns columns_;
    RepeatedRows repeated_;
};

}  // namespace candor::cli
