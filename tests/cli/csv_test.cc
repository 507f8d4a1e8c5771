#include "cli/csv.h"

#include <doctest/doctest.h>

#include <string>

namespace candor::tests {
namespace {
using cli::CsvTable;
const std::vector<std::string> known{"address", "class", "note"};
}  // namespace

TEST_SUITE("cli/csv") {
    TEST_CASE("columns come in any order, with a BOM, quotes, line ends in fields and CRLF") {
        const auto table = CsvTable::parse(
            "\xEF\xBB\xBFNote,Address\r\n\"a, \"\"b\"\"\r\nc\", x@y.example "
            "\r\n\r\nz,w@y.example\r\n",
            "f.csv", known, 1);
        REQUIRE(table);
        REQUIRE(table->rows().size() == 2);
        CHECK(table->field(table->rows()[0], "note") == "a, \"b\"\r\nc");
        CHECK(table->field(table->rows()[0], "address") == "x@y.example");
        CHECK(table->field(table->rows()[0], "class").empty());
        CHECK(table->rows()[0].line == 2);
        CHECK(table->rows()[1].line == 5);
    }

    TEST_CASE("every fault is named with its line, and none of the rows is lost silently") {
        const auto table =
            CsvTable::parse("address,klass,address\nx,y\na,b,c,d\n", "f.csv", known, 2);
        REQUIRE(!table);
        std::string lines;
        for (const auto& fault : table.error()) lines += policy::to_line(fault) + "\n";
        CHECK(lines.find("f.csv:1: unknown column `klass`") != std::string::npos);
        CHECK(lines.find("f.csv:1: column `address` twice") != std::string::npos);
        CHECK(lines.find("f.csv:1: column `class` is missing") != std::string::npos);
        CHECK(lines.find("f.csv:2: 2 fields, the header row has 3") != std::string::npos);
        CHECK(lines.find("f.csv:3: 4 fields, the header row has 3") != std::string::npos);
    }

    TEST_CASE("a file without a header row does not bring its first person into the fault") {
        const auto table =
            CsvTable::parse("secret@leak.example,Anna-Maria\nx,y\n", "f.csv", known, 0);
        REQUIRE(!table);
        for (const auto& fault : table.error()) {
            CHECK(fault.line == 1);
            CHECK(fault.message.find("leak") == std::string::npos);
            CHECK(fault.message.find("anna") == std::string::npos);
        }
    }

    TEST_CASE("a quote that never closes is a fault, not the rest of the file") {
        const auto table = CsvTable::parse("address\n\"open\nx\n", "f.csv", known, 1);
        REQUIRE(!table);
        CHECK(table.error().front().line == 2);
    }

    TEST_CASE("an empty file has no header row") {
        REQUIRE(!CsvTable::parse("", "f.csv", known, 1));
    }

    TEST_CASE("a field is quoted only where it must be") {
        CHECK(cli::csv_field("plain") == "plain");
        CHECK(cli::csv_field("a,b") == "\"a,b\"");
        CHECK(cli::csv_field("say \"x\"") == "\"say \"\"x\"\"\"");
    }
}

}  // namespace candor::tests
