// A clock is believed while it stands near what was done last; then an operator has to say so.
#include "cli/clock_guard.h"

#include <doctest/doctest.h>

#include "tests/cli/temporary_keys.h"

using namespace candor;
using cli::believe_clock;
using cli::ClockRecords;

namespace {

constexpr policy::Day today = tests::key_test_day;
constexpr policy::Instant now = policy::start_of(today) + std::chrono::hours{12};

policy::Instant after(int days) {
    return now + std::chrono::days{days};
}

}  // namespace

TEST_SUITE("cli/clock_guard") {
    TEST_CASE("near what was done last the clock is believed, far from all of it it is not") {
        struct Row {
            const char* what;
            ClockRecords records;
            int days;
            bool believed;
        };
        const std::vector<Row> rows{
            {"nothing is on record", {}, 3650, true},
            {"work of today", {{now}, {}}, 0, true},
            {"work of three days ago", {{now}, {}}, 2, true},
            {"a clock ahead", {{now, after(-1)}, {}}, 3650, false},
            {"a clock ahead, with keys too", {{now}, today - 1}, 3650, false},
            {"a clock ahead of keys alone", {{}, today - 1}, 3650, false},
            {"keys of three days ago", {{}, today - 3}, 0, true},
            {"keys of four days ago", {{}, today - 4}, 0, false},
            {"a clock that is behind", {{now}, {}}, -40, false},
            {"a clock that is behind, with keys of these days", {{now}, today - 41}, -40, false},
            {"a clock that is a little behind", {{now}, {}}, -7, true},
            {"a clock that is more behind", {{now}, {}}, -8, false},
            {"one record of a clock that was ahead", {{now, after(3650)}, {}}, 0, true},
            {"records of a restored store, keys of yesterday", {{after(-90)}, today - 1}, 0, true},
            {"a host that was off", {{after(-90)}, today - 88}, 0, false},
            {"a host that was off, and an operator's word",
             {{after(-90), now}, today - 88},
             0,
             true},
            {"all of a clock that was ahead", {{after(3650)}, {}}, 0, false},
            {"all of a clock that was ahead, and a word", {{after(3650), now}, {}}, 0, true},
        };
        for (const Row& row : rows) {
            CAPTURE(row.what);
            CHECK(believe_clock(row.records, after(row.days)).has_value() == row.believed);
        }
    }

    TEST_CASE("daily keys tell the time, and an operator's word goes before theirs") {
        const tests::TemporaryKeys folder;
        const auto state = folder.keys().parent_path();
        const auto files = folder.open().value();
        CHECK(believe_clock(state, files, now));
        REQUIRE(files.ensure_daily(today));
        CHECK(believe_clock(state, files, now));
        CHECK(believe_clock(state, files, after(5)));
        REQUIRE(files.ensure_daily(today + 400));  // the very clock that has jumped
        const auto doubted = believe_clock(state, files, after(400));
        REQUIRE_FALSE(doubted);
        CHECK(doubted.error().fault == Fault::Unavailable);
        CHECK(doubted.error().message.find("it says 2027-12-28, far from 2026-11-26") !=
              std::string::npos);
        REQUIRE(cli::confirm_clock(state, after(400)));
        CHECK(believe_clock(state, files, after(400)));
        CHECK(believe_clock(state, files, after(402)));
        CHECK_FALSE(believe_clock(state, files, after(500)));
        REQUIRE(cli::confirm_clock(state, after(500)));
        CHECK(believe_clock(state, files, after(500)));
    }

    TEST_CASE("a word that cannot be written is an error") {
        CHECK(cli::confirm_clock("/nonexistent/candor", now).error().fault == Fault::Unavailable);
    }
}
