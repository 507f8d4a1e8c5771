// A ring that follows the files.
#include "cli/live_keys.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/cli/temporary_keys.h"

using namespace candor;

namespace {
constexpr policy::Day today = tests::key_test_day;
}

TEST_SUITE("cli/live_keys") {
    TEST_CASE("a live ring changes with reload and stays as it was when reading fails") {
        const tests::TemporaryKeys folder;
        cli::LiveKeys live(folder.open().value());
        CHECK(live.ring()->link_key(0, 1) == nullptr);
        REQUIRE(live.reload());
        const auto held = live.ring();
        CHECK(held->daily_keys().empty());
        REQUIRE(live.files().ensure_daily(today));
        REQUIRE(live.reload());
        CHECK(live.ring()->daily_keys().size() == 42);
        CHECK(held->daily_keys().empty());
        std::filesystem::resize_file(folder.keys() / "0/link-001.key", 1);
        CHECK_FALSE(live.reload());
        CHECK(live.ring()->link_key(0, 1) != nullptr);
    }

    TEST_CASE("what was destroyed is forgotten also while another key cannot be read") {
        const tests::TemporaryKeys folder;
        cli::LiveKeys live(folder.open().value());
        REQUIRE(live.files().ensure_daily(today));
        REQUIRE(live.reload());
        std::filesystem::resize_file(folder.keys() / "0/link-001.key", 1);
        const auto& of_1 = live.files().folders().back();
        REQUIRE(of_1.shred({today, 3}, false));
        REQUIRE(of_1.shred({today, 4}, true));
        SUBCASE("as each second sees it") {
            CHECK_FALSE(live.reload_if_changed());
        }
        SUBCASE("by a marker alone, as where a backup brought the key back") {
            std::ofstream(folder.keys() / "1/daily/20261123-5.shredded") << "";
            CHECK_FALSE(live.reload());
            CHECK(live.ring()->daily_key({1, today, 5}) == nullptr);
        }
        CHECK(live.ring()->daily_key({1, today, 3}) == nullptr);
        CHECK(live.ring()->daily_cipher({1, today, 3}) == nullptr);
        CHECK(live.ring()->daily_key({1, today, 4}) == nullptr);
        CHECK(live.ring()->daily_key({1, today, 6}) != nullptr);
        CHECK(live.ring()->daily_key({0, today, 3}) != nullptr);
        CHECK(live.ring()->link_key(0, 1) != nullptr);
    }

    TEST_CASE("a key that is made or shredded is seen without being told") {
        const tests::TemporaryKeys folder;
        cli::LiveKeys live(folder.open().value());
        CHECK(live.reload_if_changed().value());
        CHECK_FALSE(live.reload_if_changed().value());
        REQUIRE(live.files().ensure_daily(today));
        CHECK(live.reload_if_changed().value());
        REQUIRE(live.ring()->daily_key({0, today, 3}) != nullptr);
        REQUIRE(live.files().folders().front().shred({today, 3}, false));
        CHECK(live.reload_if_changed().value());
        CHECK(live.ring()->daily_key({0, today, 3}) == nullptr);
        REQUIRE(live.files().folders().back().rotate());
        CHECK(live.reload_if_changed().value());
        CHECK(live.ring()->sealing_link_key_id(1) == std::uint8_t{2});
        CHECK(live.ring()->sealing_link_key_id(0) == std::uint8_t{1});
    }

    TEST_CASE("keys that cannot be read are complained of once, not every second") {
        const tests::TemporaryKeys folder;
        cli::LiveKeys live(folder.open().value());
        REQUIRE(live.reload());
        REQUIRE(live.files().ensure_daily(today));
        std::filesystem::resize_file(folder.keys() / "0/daily/20261123-3.key", 1);
        CHECK_FALSE(live.reload_if_changed());
        CHECK_FALSE(live.reload_if_changed().value());
    }
}
