// One controller's keys: made ahead, rotated, destroyed in time or before it, and not brought back.
#include "cli/key_folder.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/cli/temporary_keys.h"

using namespace candor;
using cli::KeyFolder;

namespace {
constexpr policy::Day today = tests::key_test_day;
}

TEST_SUITE("cli/key_folder") {
    TEST_CASE("daily keys are made two days ahead for every class, and only once") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open();
        const auto made = files->ensure_daily(today).value();
        CHECK(made.made == 2 * 3 * 7);
        CHECK(made.lost == 0);
        CHECK(files->ensure_daily(today).value().made == 0);
        CHECK(files->ensure_daily(today + 1).value().made == 2 * 7);
        const auto ring = files->ring().value();
        CHECK(ring.daily_keys().size() == 2 * 4 * 7);
        CHECK(*ring.daily_key({0, today, 1}) != *ring.daily_key({0, today, 2}));
        CHECK(std::filesystem::exists(folder.keys() / "0/daily/20261123-3.key"));
    }

    TEST_CASE("a daily key that is lost is reported and not made again") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open();
        REQUIRE(files->ensure_daily(today));
        std::filesystem::remove(folder.keys() / "0/daily/20261123-3.key");
        const auto daily = files->ensure_daily(today).value();
        CHECK(daily.made == 0);
        CHECK(daily.lost == 1);
        CHECK(files->ring().value().daily_key({0, today, 3}) == nullptr);
    }

    TEST_CASE("a daily key goes the day after the last day of its class") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open();
        for (policy::Day day = today; day <= today + 8; ++day) REQUIRE(files->ensure_daily(day));
        CHECK(files->destroy_expired(today + 7).value() == 0);
        CHECK(files->destroy_expired(today + 8).value() == 2);
        const auto ring = files->ring().value();
        CHECK(ring.daily_key({0, today, 1}) == nullptr);
        CHECK(ring.daily_key({0, today, 2}) != nullptr);
        CHECK(ring.daily_key({0, today + 1, 1}) != nullptr);
    }

    TEST_CASE("keys of a clock that was far ahead keep none of the right days from being made") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open();
        REQUIRE(files->ensure_daily(today));
        REQUIRE(files->ensure_daily(today + 3650));
        const auto daily = files->ensure_daily(today + 3).value();
        CHECK(daily.made == 3 * 2 * 7);
        CHECK(daily.lost == 0);
    }

    TEST_CASE("a new link key seals, and the old ones stay") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open().value();
        const KeyFolder& keys = files.folders().front();
        const auto first = *files.ring().value().link_key(0, 1);
        CHECK(int{keys.rotate().value()} == 2);
        CHECK(int{keys.rotate().value()} == 3);
        const auto ring = files.ring().value();
        CHECK(ring.sealing_link_key_id(0) == std::uint8_t{3});
        CHECK(*ring.link_key(0, 1) == first);
        CHECK(*ring.link_key(0, 2) != *ring.link_key(0, 3));
        CHECK(ring.sealing_link_key_id(1) == std::uint8_t{1});
        REQUIRE(folder.open());  // a start makes no key beside them
        CHECK(keys.link_keys().value() == std::vector<std::uint8_t>{1, 2, 3});
    }

    TEST_CASE("there is nothing to rotate before the first key, nor after the last") {
        const tests::TemporaryKeys folder;
        const KeyFolder none(folder.keys() / "0", 0);
        CHECK(none.rotate().error().fault == Fault::Missing);
        const auto files = folder.open().value();
        std::filesystem::rename(folder.keys() / "0/link-001.key", folder.keys() / "0/link-255.key");
        CHECK(files.folders().front().rotate().error().fault == Fault::OverLimit);
    }

    TEST_CASE("what is shredded is not made again, not used again and not missed") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open().value();
        REQUIRE(files.ensure_daily(today));
        const auto file = folder.keys() / "0/daily/20261123-3.key";
        const auto copy = folder.keys() / "copy";
        std::filesystem::copy_file(file, copy);

        const KeyFolder& keys = files.folders().front();
        CHECK(keys.shred({today, 3}, false).value());
        CHECK_FALSE(keys.shred({today, 3}, false).value());
        CHECK_FALSE(std::filesystem::exists(file));
        CHECK(files.ring().value().daily_key({0, today, 3}) == nullptr);
        CHECK(files.ring().value().daily_key({0, today, 4}) != nullptr);
        CHECK(files.ring().value().daily_key({1, today, 3}) != nullptr);
        const auto again = files.ensure_daily(today).value();
        CHECK(again.made == 0);
        CHECK(again.lost == 0);
        const std::vector<policy::Epoch> shredded{{0, today, 3}};
        CHECK(files.shredded().value() == shredded);

        // A backup brings it back: neither used, nor there for long.
        std::filesystem::copy_file(copy, file);
        CHECK(files.ring().value().daily_key({0, today, 3}) == nullptr);
        CHECK(files.destroy_expired(today).value() == 1);
        CHECK_FALSE(std::filesystem::exists(file));
    }

    TEST_CASE("even the newest key is not made again once it is shredded") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open().value();
        REQUIRE(files.ensure_daily(today));
        REQUIRE(files.folders().front().shred({today + 2, 3}, false));
        CHECK(files.ensure_daily(today).value().made == 0);
        CHECK(files.ring().value().daily_key({0, today + 2, 3}) == nullptr);
    }

    TEST_CASE("the marker goes when its class ends, and a key that has ended leaves none") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open().value();
        for (policy::Day day = today; day <= today + 8; ++day) REQUIRE(files.ensure_daily(day));
        const KeyFolder& keys = files.folders().front();
        REQUIRE(keys.shred({today, 1}, false));
        CHECK(files.destroy_expired(today + 7).value() == 0);
        CHECK(keys.shredded().value().size() == 1);
        CHECK(keys.shred({today, 2}, true).value());
        CHECK(keys.shredded().value().size() == 1);
        CHECK(files.destroy_expired(today + 8).value() == 1);  // of the other controller
        CHECK(keys.shredded().value().empty());
    }

    TEST_CASE("old daily keys from a backup go at once") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open().value();
        REQUIRE(files.ensure_daily(today - 100));
        REQUIRE(files.ensure_daily(today - 1));
        CHECK(files.destroy_expired(today).value() > 0);
        const auto left = files.folders().front().daily_keys().value();
        CHECK(left.size() > 0);
        for (const auto& name : left) {
            CHECK(policy::last_day_of(name.day, name.retention) >= today);
        }
    }

    TEST_CASE("a clock that is behind destroys nothing") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open().value();
        REQUIRE(files.ensure_daily(today));
        const auto before = files.ring().value().daily_keys();
        CHECK(files.destroy_expired(today - 200).value() == 0);
        CHECK(files.ring().value().daily_keys() == before);
    }
}
