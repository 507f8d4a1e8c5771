// Comma-separated values (RFC 4180): header row, any column order, quoted fields with line ends,
// UTF-8 with or without a BOM, CRLF or LF. Read row by row, so that the size of a file does not
// matter.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/result.h"

namespace candor::cli {

/// One row may hold so many bytes: a quote that is never closed must not fill the memory.
inline constexpr std::size_t max_csv_row_bytes = std::size_t{1} << 20;

/// A row, read into the same storage again and again.
struct CsvRow {
    int line = 0;  ///< on which the row begins, from 1
    std::vector<std::string> fields;
    std::string_view fault;  ///< what is wrong with the row as such; empty = nothing
};

class CsvFile {
  public:
    /// `-` is standard input. What can be read only once is kept in memory, for an import reads
    /// twice. Errors: Missing, Unavailable; the message names the file.
    [[nodiscard]] static Result<CsvFile> open(const std::string& path);

    /// The names of the header row, trimmed and in lower case; begins at the start of the file.
    /// Errors: Malformed (no or a broken header row), Unavailable.
    [[nodiscard]] Result<std::vector<std::string>> header();
    /// The next row that is not blank; false at the end. Errors: Unavailable.
    [[nodiscard]] Result<bool> next(CsvRow& row);

    /// As messages name it.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    using File = std::unique_ptr<std::FILE, Close>;

    CsvFile(std::string name, File file, std::uint64_t bytes);
    /// The next byte, or -1 at the end.
    [[nodiscard]] int peek();
    int take();
    [[nodiscard]] bool read_row(CsvRow& row);
    void read_field(CsvRow& row, std::string& field);
    void read_quoted(CsvRow& row, std::string& field);

    std::string name_;
    File file_;
    std::uint64_t bytes_ = 0, bytes_read_ = 0;
    std::string buffer_;
    std::size_t at_ = 0;
    int line_ = 1;
};

/// Which column of a file stands where.
class CsvColumns {
  public:
    /// `known` are the columns a file may have; the first `required` of them must be there. Every
    /// fault at once. Errors: the sentences, without a name that may be a person's.
    [[nodiscard]] static tl::expected<CsvColumns, std::vector<std::string>> match(
        const std::vector<std::string>& header, const std::vector<std::string_view>& known,
        std::size_t required);

    [[nodiscard]] bool has(std::string_view column) const;
    [[nodiscard]] std::size_t count() const { return count_; }
    /// Trimmed; empty when the file has no such column.
    [[nodiscard]] std::string_view field(const CsvRow& row, std::string_view column) const;

  private:
    std::vector<std::pair<std::string_view, std::size_t>> places_;  // few: searched in order
    std::size_t count_ = 0;
};

/// One field as it must be written: quoted where it holds a comma, quote or line end.
[[nodiscard]] std::string csv_field(std::string_view value);

}  // namespace candor::cli
