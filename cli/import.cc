// Both passes over a file, and what is said at their end.
#include "cli/import.h"

#include <fmt/format.h>
#include <sysexits.h>

#include "cli/wiring.h"

namespace candor::cli {

Result<CsvColumns> columns_of(CsvFile& file, const std::vector<std::string_view>& known,
                              std::size_t required, RowFaults& faults) {
    const auto header = file.header();
    if (!header) {
        if (header.error().fault == Fault::Malformed) faults.add(1, header.error().message);
        return fail(header.error());
    }
    auto columns = CsvColumns::match(*header, known, required);
    if (columns) return *std::move(columns);
    for (const std::string& fault : columns.error()) faults.add(1, fault);
    return fail(Fault::Malformed, file.name() + " has a faulty header row");
}

Result<void> for_each_row(CsvFile& file, const CsvColumns& columns, std::string_view doing,
                          RowFaults& faults, Progress& progress,
                          const std::function<Result<void>(const CsvRow&)>& take) {
    CsvRow row;
    for (std::size_t rows = 0;; ++rows) {
        const auto found = file.next(row);
        if (!found) return fail(found.error());
        if (!*found) break;
        progress.show(doing, file.bytes_read(), file.bytes(), rows);
        if (!row.fault.empty()) {
            faults.add(row.line, std::string(row.fault));
        } else if (row.fields.size() != columns.count()) {
            faults.add(row.line, fmt::format("{} fields, the header row has {}", row.fields.size(),
                                             columns.count()));
        } else if (auto taken = take(row); !taken) {
            progress.clear();
            return taken;
        }
    }
    progress.clear();
    return {};
}

Error stopped(const Error& error, const CsvFile& file, std::size_t rows) {
    if (rows == 0) return error;
    return {error.fault, fmt::format("{}; {} rows are on record already: import {} again to "
                                     "complete it",
                                     error.message, rows, file.name())};
}

int reported_import(const Result<std::size_t>& imported, const RowFaults& faults,
                    std::string_view what) {
    if (!faults.none()) return reported_rows(faults);
    if (!imported) return report(imported.error());
    fmt::print("{} {}{} imported\n", *imported, what, *imported == 1 ? "" : "s");
    return EX_OK;
}

}  // namespace candor::cli
