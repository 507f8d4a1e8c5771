// One CSV file into the store: looked at as a whole first, then written in batches. Neither pass
// holds more than one batch, whatever the size of the file.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "cli/csv.h"
#include "cli/progress.h"
#include "cli/row_checks.h"

namespace candor::cli {

/// Rows of one commit. Larger ones meet more rows on each page of the table; this many are some
/// 20 MB.
inline constexpr std::size_t import_batch = 50000;

/// The columns of `file`, or its faults. Errors: those of the file; Malformed (see `faults`).
[[nodiscard]] Result<CsvColumns> columns_of(CsvFile& file,
                                            const std::vector<std::string_view>& known,
                                            std::size_t required, RowFaults& faults);
/// Every row behind the header to `take`, until it fails. A row that is faulty as such goes to
/// `faults`. Errors: those of the file and of `take`.
[[nodiscard]] Result<void> for_each_row(CsvFile& file, const CsvColumns& columns,
                                        std::string_view doing, RowFaults& faults,
                                        Progress& progress,
                                        const std::function<Result<void>(const CsvRow&)>& take);
/// What a person has to know when an import stops after `rows` were written.
[[nodiscard]] Error stopped(const Error& error, const CsvFile& file, std::size_t rows);

/// Imports `file`: all its rows, or none where one is faulty (`faults` has them, and the answer is
/// Malformed). A fault of the store after some batches leaves those on record; the same import
/// again completes it. Returns the number of rows.
///
/// `Kind` says what rows mean: `Row`, `Checked`; `columns()`, `required()`, `begin(CsvColumns,
/// RowFaults&)`; `check(CsvRow, RowFaults&)`, which must be quick, for it runs twice;
/// `row(Checked)` with the cryptography; `key(Row)`, the order of the table; `store(rows)`.
template <class Kind>
[[nodiscard]] Result<std::size_t> import_rows(CsvFile& file, Kind& kind, RowFaults& faults,
                                              Progress& progress) {
    auto columns = columns_of(file, kind.columns(), kind.required(), faults);
    if (!columns) return fail(columns.error());
    kind.begin(*columns, faults);
    auto checked = for_each_row(file, *columns, "checking", faults, progress,
                                [&](const CsvRow& row) -> Result<void> {
                                    static_cast<void>(kind.check(row, faults));
                                    return {};
                                });
    if (!checked) return fail(checked.error());
    if (!faults.none()) return fail(Fault::Malformed, file.name() + " has faulty lines");

    std::size_t written = 0;
    std::vector<typename Kind::Row> batch;
    const auto flush = [&]() -> Result<void> {
        // In the order of the table: neighbours share a page. Stable: of two the later one counts.
        std::ranges::stable_sort(batch, {}, [&](const auto& row) { return kind.key(row); });
        if (auto stored = kind.store(batch); !stored) return stored;
        written += batch.size();
        batch.clear();
        return {};
    };
    if (auto again = file.header(); !again) return fail(again.error());
    auto done = for_each_row(
        file, *columns, "importing", faults, progress, [&](const CsvRow& row) -> Result<void> {
            auto one = kind.check(row, faults);
            if (!one || !faults.none()) {
                return fail(Fault::Unavailable, file.name() + " changes while it is read");
            }
            auto made = kind.row(*std::move(one));
            if (!made) return fail(made.error());
            batch.push_back(*std::move(made));
            return batch.size() < import_batch ? Result<void>{} : flush();
        });
    if (done) done = flush();
    if (!done) return fail(stopped(done.error(), file, written));
    return written;
}

/// Says how an import went: `3 contacts imported`, or why it did not. The exit code.
int reported_import(const Result<std::size_t>& imported, const RowFaults& faults,
                    std::string_view what);

}  // namespace candor::cli
