#include "cli/row_checks.h"

#include <doctest/doctest.h>

#include <string>

namespace candor::tests {
namespace {

using cli::RowFaults;
const std::set<std::string> segments{"high-sensitivity", "press"};

std::string lines_of(const RowFaults& faults) {
    std::string lines;
    for (const auto& fault : faults.shown()) lines += policy::to_line(fault) + "\n";
    return lines;
}

}  // namespace

TEST_SUITE("cli/row_checks") {
    TEST_CASE("yes and no are understood in any case, and nothing else passes as either") {
        for (const char* yes : {"yes", "TRUE", "True", "1", "Y"}) {
            CAPTURE(yes);
            RowFaults faults{"f.csv"};
            CHECK(cli::checked_yes_no(yes, "gpc", 2, faults));
            CHECK(faults.none());
        }
        for (const char* no : {"", "no", "FALSE", "0", "N"}) {
            CAPTURE(no);
            RowFaults faults{"f.csv"};
            CHECK(!cli::checked_yes_no(no, "gpc", 2, faults));
            CHECK(faults.none());
        }
        for (const char* neither : {"x", "ja", "2", "yes!"}) {
            CAPTURE(neither);
            RowFaults faults{"f.csv"};
            CHECK(!cli::checked_yes_no(neither, "gpc", 7, faults));
            CHECK(lines_of(faults) == "f.csv:7: gpc is neither yes nor no\n");
        }
    }

    TEST_CASE("a mistyped segment stops the import and names what was probably meant") {
        RowFaults faults{"f.csv"};
        CHECK(cli::checked_segments("press;high-sensitivity", segments, 2, faults).size() == 2);
        CHECK(faults.none());
        static_cast<void>(cli::checked_segments("high-sensitivty", segments, 3, faults));
        CHECK(lines_of(faults).find("f.csv:3:") == 0);
        CHECK(lines_of(faults).find("`high-sensitivity`") != std::string::npos);
    }

    TEST_CASE("the segments of the configuration and of its streams are known") {
        policy::Config config;
        config.streams.emplace_back().segments = {"press"};
        CHECK(cli::known_segments(config) == segments);
    }

    TEST_CASE("no fault repeats the cell it is about") {
        const std::string person = "secret@leak.example";
        RowFaults faults{"f.csv"};
        static_cast<void>(cli::checked_jurisdiction(person, 1, faults));
        static_cast<void>(cli::checked_class(person, 1, faults));
        static_cast<void>(cli::checked_yes_no(person, "gpc", 1, faults));
        static_cast<void>(cli::checked_segments(person, segments, 1, faults));
        static_cast<void>(cli::checked_instant(person, "at", 1, faults));
        CHECK(faults.shown().size() == 5);
        CHECK(lines_of(faults).find("leak") == std::string::npos);
    }

    TEST_CASE("a moment is a day or a second in UTC, and consent is not given tomorrow") {
        RowFaults faults{"f.csv"};
        const auto day = cli::checked_instant("2026-11-23", "at", 1, faults);
        const auto second = cli::checked_instant("2026-11-23T00:00:01Z", "at", 1, faults);
        REQUIRE(day);
        REQUIRE(second);
        CHECK(*second - *day == std::chrono::seconds{1});
        CHECK(cli::checked_past_instant("2026-11-23", "at", *day, 1, faults));
        CHECK(faults.none());
        static_cast<void>(cli::checked_past_instant("2026-11-24", "given_at", *day, 4, faults));
        CHECK(lines_of(faults) == "f.csv:4: given_at is in the future\n");
        for (const char* wrong :
             {"2026-13-01", "23.11.2026", "2026-11-23T25:00:00Z", "2026-11-23T10:00:00+02:00"}) {
            CAPTURE(wrong);
            RowFaults one{"f.csv"};
            CHECK(!cli::checked_instant(wrong, "at", 1, one));
            CHECK(!one.none());
        }
    }
}

}  // namespace candor::tests
