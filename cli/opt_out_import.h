// What the rows of a file of opt-outs mean.
#pragma once

#include <optional>
#include <vector>

#include "cli/contact_import.h"

namespace candor::cli {

class OptOutImport {
  public:
    using Row = policy::OptOut;
    struct Checked {
        RowSubject subject;
        policy::OptOut opt_out;
    };

    /// Both must outlive this. A row without `at` is of `now`.
    OptOutImport(policy::Store& store, const Identities& identities, policy::Instant now)
        : store_(store), identities_(identities), now_(now) {}

    [[nodiscard]] static std::vector<std::string_view> columns();
    [[nodiscard]] static std::size_t required() { return 0; }
    void begin(const CsvColumns& columns, RowFaults& faults);
    [[nodiscard]] std::optional<Checked> check(const CsvRow& row, RowFaults& faults) const;
    [[nodiscard]] Result<Row> row(Checked checked) const;
    [[nodiscard]] static policy::OptOutPlace key(const Row& row) {
        return {row.recipient, row.scope};
    }
    [[nodiscard]] Result<void> store(std::span<const Row> rows);

  private:
    policy::Store& store_;
    const Identities& identities_;
    const policy::Instant now_;
    CsvColumns columns_;
};

}  // namespace candor::cli
