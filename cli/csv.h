// Comma-separated values (RFC 4180): header row, any column order, quoted fields, UTF-8 BOM.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config_fault.h"
#include "policy/result.h"

namespace candor::cli {

struct CsvRow {
    int line = 0;  ///< on which the row begins, from 1
    std::vector<std::string> fields;
};

class CsvTable {
  public:
    /// `known` are the columns a file may have; the first `required` of them must be there. Names
    /// are compared without case. Every fault at once, with its line.
    [[nodiscard]] static tl::expected<CsvTable, std::vector<policy::ConfigFault>> parse(
        std::string_view text, std::string_view file, const std::vector<std::string>& known,
        std::size_t required);

    [[nodiscard]] const std::vector<CsvRow>& rows() const { return rows_; }
    /// Trimmed; empty when the file has no such column.
    [[nodiscard]] std::string_view field(const CsvRow& row, std::string_view column) const;

  private:
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::vector<CsvRow> rows_;
};

/// One field as it must be written: quoted where it holds a comma, quote or line end.
[[nodiscard]] std::string csv_field(std::string_view value);

}  // namespace candor::cli
