// An address comes back under its key and controller only.
#include "policy/people/sealed_address.h"

#include <doctest/doctest.h>

#include "tests/fakes.h"

using namespace candor;

TEST_SUITE("policy/sealed_address") {
    TEST_CASE("a sealed address opens again and does not show itself") {
        const auto sealed = policy::seal_address(tests::test_address_key(), 0, "anna@example.com");
        REQUIRE(sealed);
        CHECK(sealed->size() == 16 + std::string("anna@example.com").size());
        CHECK(sealed->find("anna") == std::string::npos);
        CHECK(policy::unseal_address(tests::test_address_key(), 0, *sealed).value() ==
              "anna@example.com");
    }

    TEST_CASE("another key, another controller or any changed bit is refused") {
        const auto key = tests::test_address_key();
        const std::string sealed = policy::seal_address(key, 0, "anna@example.com").value();
        auto other = key;
        other[63] ^= 1;
        CHECK_FALSE(policy::unseal_address(other, 0, sealed));
        CHECK_FALSE(policy::unseal_address(key, 1, sealed));
        CHECK_FALSE(policy::unseal_address(key, 0, sealed.substr(0, 16)));
        CHECK_FALSE(policy::unseal_address(key, 0, ""));
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            std::string changed = sealed;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
            const auto opened = policy::unseal_address(key, 0, changed);
            REQUIRE_FALSE(opened);
            CHECK(opened.error().fault == Fault::Malformed);
        }
    }

    TEST_CASE("an empty address is not sealed") {
        CHECK_FALSE(policy::seal_address(tests::test_address_key(), 0, ""));
    }
}
