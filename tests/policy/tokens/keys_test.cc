// The key ring: which key seals, which are found, which classes there are.
#include "policy/tokens/keys.h"

#include <doctest/doctest.h>

#include "policy/tokens/day_class_name.h"
#include "tests/fakes.h"

using namespace candor;

TEST_SUITE("policy/keys") {
    TEST_CASE("the greatest link key of a controller seals, the others stay for opening") {
        policy::KeyRing ring;
        CHECK_FALSE(ring.sealing_link_key_id(0));
        ring.add_link_key(1, 7, tests::test_link_key(1));
        CHECK_FALSE(ring.sealing_link_key_id(0));
        CHECK_FALSE(ring.sealing_link_key_id(2));
        ring.add_link_key(0, 1, tests::test_link_key(0));
        ring.add_link_key(0, 255, tests::test_link_key(0));
        CHECK(ring.sealing_link_key_id(0) == std::uint8_t{255});
        CHECK(ring.sealing_link_key_id(1) == std::uint8_t{7});
        CHECK(ring.link_key(0, 1) != nullptr);
        CHECK(ring.link_cipher(0, 1) != nullptr);
        CHECK(ring.link_key(0, 2) == nullptr);
        CHECK(ring.link_cipher(1, 1) == nullptr);
    }

    TEST_CASE("a copy of a ring outlives the ring") {
        auto first = std::make_unique<policy::KeyRing>(*tests::FixedKeys().ring());
        const policy::KeyRing copy(*first);
        first.reset();
        REQUIRE(copy.link_key(0, 1) != nullptr);
        CHECK(*copy.link_key(0, 1) == tests::test_link_key(0));
    }

    TEST_CASE("a daily key is found under controller, day and class only") {
        const auto ring = tests::FixedKeys().ring();
        const policy::Day today = policy::day_of(tests::noon);
        CHECK(ring->daily_key({0, today, 3}) != nullptr);
        CHECK(ring->daily_key({2, today, 3}) == nullptr);
        CHECK(ring->daily_key({0, today + 3, 3}) == nullptr);
        CHECK(ring->daily_key({0, today, 0}) == nullptr);
    }

    TEST_CASE("a retention in days falls to the longest class within it") {
        const std::pair<int, int> rows[] = {{0, 0},  {6, 0},   {7, 1},   {13, 1},  {30, 3},
                                            {89, 4}, {364, 6}, {365, 7}, {5000, 7}};
        for (const auto& row : rows) {
            CAPTURE(row.first);
            CHECK(int{policy::retention_class_of(row.first)} == row.second);
        }
    }

    TEST_CASE("a name of day and class is read back, and no other spelling is") {
        const policy::DayClass name{policy::day_of(tests::noon), 3};
        CHECK(policy::to_name(name) == "20261123-3");
        CHECK(policy::day_class_from("20261123-3") == name);
        for (const char* other : {"", "20261123-", "20261123-0", "20261123-16", "20261131-3",
                                  "2026112-33", "20261123-03", "+0261123-3", "20261123-3x"}) {
            CAPTURE(other);
            CHECK_FALSE(policy::day_class_from(other));
        }
    }
}
