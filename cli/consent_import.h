// What the rows of a file of consents mean.
#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include "cli/contact_import.h"

namespace candor::cli {

class ConsentImport {
  public:
    using Row = policy::ConsentRow;
    struct Checked {
        RowSubject subject;
        policy::Consent consent;
    };

    /// Both must outlive this. Nobody consents after `now`.
    ConsentImport(policy::Store& store, const Identities& identities, policy::Instant now)
        : store_(store), identities_(identities), now_(now) {}

    [[nodiscard]] static std::vector<std::string_view> columns();
    [[nodiscard]] static std::size_t required() { return 5; }
    void begin(const CsvColumns& columns, RowFaults& faults);
    [[nodiscard]] std::optional<Checked> check(const CsvRow& row, RowFaults& faults) const;
    [[nodiscard]] Result<Row> row(Checked checked) const;
    [[nodiscard]] static policy::ConsentPlace key(const Row& row) {
        return {row.recipient, row.consent.purpose, row.consent.given_at};
    }
    [[nodiscard]] Result<void> store(std::span<const Row> rows);

  private:
    policy::Store& store_;
    const Identities& identities_;
    const policy::Instant now_;
    CsvColumns columns_;
};

}  // namespace candor::cli
