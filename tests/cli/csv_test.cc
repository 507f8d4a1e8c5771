#include "cli/csv.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/cli/temporary_file.h"

namespace candor::tests {
namespace {

using cli::CsvColumns;
using cli::CsvFile;
using cli::CsvRow;
const std::vector<std::string_view> known{"address", "class", "note"};

/// The rows behind the header; a faulty one is its fault.
std::vector<std::vector<std::string>> rows_of(CsvFile& file) {
    REQUIRE(file.header());
    std::vector<std::vector<std::string>> rows;
    CsvRow row;
    while (file.next(row).value()) {
        if (row.fault.empty()) {
            rows.push_back(row.fields);
        } else {
            rows.push_back({std::to_string(row.line) + ": " + std::string(row.fault)});
        }
    }
    return rows;
}
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
    const TemporaryFile on_disk(text);
    auto file = CsvFile::open(on_disk.path());
    REQUIRE(file);
    return rows_of(*file);
}
using Rows = std::vector<std::vector<std::string>>;

std::string header_fault(const std::string& text) {
    const TemporaryFile on_disk(text);
    return CsvFile::open(on_disk.path())->header().error().message;
}

}  // namespace

TEST_SUITE("cli/csv") {
    TEST_CASE("columns come in any order, with a BOM, quotes, line ends in fields and CRLF") {
        const TemporaryFile on_disk(
            "\xEF\xBB\xBFNote,Address\r\n\"a, \"\"b\"\"\r\nc\", x@y.example "
            "\r\n\r\n z,w@y.example\r\n");
        auto file = CsvFile::open(on_disk.path());
        REQUIRE(file);
        const auto columns = CsvColumns::match(file->header().value(), known, 1);
        REQUIRE(columns);
        CHECK(columns->has("note"));
        CHECK_FALSE(columns->has("class"));
        CsvRow row;
        REQUIRE(file->next(row).value());
        CHECK(row.line == 2);
        CHECK(columns->field(row, "note") == "a, \"b\"\r\nc");
        CHECK(columns->field(row, "address") == "x@y.example");
        CHECK(columns->field(row, "class").empty());
        REQUIRE(file->next(row).value());
        CHECK(row.line == 5);
        CHECK(columns->field(row, "note") == "z");
        CHECK_FALSE(file->next(row).value());
        CHECK(file->bytes_read() == file->bytes());
    }

    TEST_CASE("a file is read again from its start, as often as wanted") {
        const TemporaryFile on_disk("a,b\n1,2\n3,4");
        auto file = CsvFile::open(on_disk.path());
        REQUIRE(file);
        for (int twice = 0; twice < 2; ++twice)
            CHECK(rows_of(*file) == Rows{{"1", "2"}, {"3", "4"}});
    }

    TEST_CASE("rows are the same wherever the buffer ends") {
        std::string text = "a,b\r\n";
        Rows expected;
        for (int i = 0; i < 40000; ++i) {
            const std::string number = std::to_string(i);
            text += number + ",\"x\"\"\r\n" + number + "\"\r\n";
            expected.push_back({number, "x\"\r\n" + number});
        }
        REQUIRE(text.size() > 2 * (256U << 10));
        CHECK(rows_of(text) == expected);
    }

    TEST_CASE("an end without a line end, empty fields, a CR that ends nothing") {
        CHECK(rows_of("a,b\n,\r\n1,\n\"\",\"2\"") == Rows{{"", ""}, {"1", ""}, {"", "2"}});
        CHECK(rows_of("a,b\n1\r2,3\r") == Rows{{"1\r2", "3"}});
    }

    TEST_CASE("what is wrong with a row stands beside its line, and the next row is whole again") {
        CHECK(rows_of("a,b\n\"1\"x,2\n3,4\n") ==
              Rows{{"2: text behind a closing quote"}, {"3", "4"}});
        CHECK(rows_of("a,b\nM\xFCller,2\n3,4\n") == Rows{{"2: a field is not UTF-8"}, {"3", "4"}});
        CHECK(rows_of("a,b\n1,\"2\n3,4\n") == Rows{{"2: a quoted field is not closed"}});
        for (const char* text :
             {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xE0\x80\x80"}) {
            CAPTURE(text);
            CHECK(rows_of("a\n" + std::string(text) + "\n").front().front() ==
                  "2: a field is not UTF-8");
        }
        CHECK(rows_of("a\n\xE2\x82\xAC \xF0\x9F\x98\x80\n") ==
              Rows{{"\xE2\x82\xAC \xF0\x9F\x98\x80"}});
    }

    TEST_CASE("a row has a limit: an open quote does not swallow a file of any size") {
        const std::string text =
            "a\n\"" + std::string(3 * cli::max_csv_row_bytes, 'x') + "\nnext\n";
        const auto rows = rows_of(text);
        REQUIRE(rows.size() == 2);
        CHECK(rows[0][0].find("2: a field is longer than a row may be") == 0);
        CHECK(rows[1] == std::vector<std::string>{"next"});
    }

    TEST_CASE("every fault of a header row is named, and no person who stands there") {
        const auto columns = CsvColumns::match({"klass", "address", "address"}, known, 2);
        REQUIRE_FALSE(columns);
        CHECK(columns.error() ==
              std::vector<std::string>{"unknown column `klass`; known are address, class, note",
                                       "column `address` twice", "column `class` is missing"});
        const auto person = CsvColumns::match({"secret@leak.example", "anna-maria"}, known, 0);
        REQUIRE_FALSE(person);
        for (const std::string& fault : person.error()) {
            CHECK(fault.find("leak") == std::string::npos);
            CHECK(fault.find("anna") == std::string::npos);
        }
    }

    TEST_CASE("a file without a header row, or with another separator, says so") {
        for (const char* text : {"", "\n", "\xEF\xBB\xBF"}) {
            CAPTURE(text);
            CHECK(header_fault(text) == "no header row");
        }
        CHECK(header_fault("address;class\n") == "columns are separated by `;`, not `,`");
        CHECK(header_fault("address\tclass\n") == "columns are separated by tabs, not `,`");
        CHECK(header_fault("\"address\n") == "a quoted field is not closed");
        CHECK(CsvFile::open("/nowhere/at-all.csv").error().fault == Fault::Missing);
    }

    TEST_CASE("a field is quoted only where it must be") {
        CHECK(cli::csv_field("plain") == "plain");
        CHECK(cli::csv_field("a,b") == "\"a,b\"");
        CHECK(cli::csv_field("say \"x\"") == "\"say \"\"x\"\"\"");
        CHECK(cli::csv_field("a\nb") == "\"a\nb\"");
    }
}

}  // namespace candor::tests
