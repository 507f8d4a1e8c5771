// Addresses and networks: what is one, and what lies in which.
#include "policy/config/network.h"

#include <doctest/doctest.h>

namespace candor::policy {

TEST_SUITE("policy/network") {
    TEST_CASE("a network contains its addresses, IPv4 and IPv6") {
        struct Row {
            std::string_view network, address;
            bool contains;
        };
        for (const Row& row : {Row{"10.0.0.0/8", "10.255.0.1", true},
                               {"10.0.0.0/8", "11.0.0.0", false},
                               {"192.0.2.7", "192.0.2.7", true},
                               {"192.0.2.7", "192.0.2.8", false},
                               {"0.0.0.0/0", "203.0.113.9", true},
                               {"0.0.0.0/0", "::1", false},
                               {"2001:db8::/33", "2001:db8:7fff::1", true},
                               {"2001:db8::/33", "2001:db8:8000::1", false},
                               {"10.0.0.0/8", "::ffff:10.1.2.3", true},
                               {"::1", "::1", true},
                               {"::ffff:10.0.0.0/104", "10.1.2.3", true},
                               {"::ffff:10.0.0.0/104", "11.1.2.3", false},
                               {"::/0", "10.1.2.3", false},
                               {"10.0.0.0/8", "unknown", false},
                               {"10.0.0.0/8", std::string_view("10.0.0.1\0x", 10), false},
                               {"nonsense", "10.0.0.1", false},
                               {"::/0", "", false}}) {
            CAPTURE(row.network);
            CAPTURE(row.address);
            const auto network = Network::parse(row.network);
            const auto address = IpAddress::parse(row.address);
            CHECK((network && address && network->contains(*address)) == row.contains);
        }
        for (const std::string_view wrong :
             {"", "/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "10.1.0.0/8",
              "10.0.0", "::/129", "a.example"}) {
            CAPTURE(wrong);
            CHECK_FALSE(Network::parse(wrong));
        }
    }

    TEST_CASE("an IPv4 client on a dual-stack socket is the same address") {
        const auto plain = IpAddress::parse("192.0.2.7");
        REQUIRE(plain);
        CHECK(plain == IpAddress::parse("::ffff:192.0.2.7"));
        CHECK(plain == IpAddress::of_ipv4({192, 0, 2, 7}));
        CHECK(plain->is_ipv4());
        CHECK(plain->is_known());
        CHECK_FALSE(IpAddress::parse("2001:db8::1")->is_ipv4());
        CHECK_FALSE(IpAddress{}.is_known());
    }

    TEST_CASE("the prefix of an address is the first of its network, whatever the length") {
        const IpAddress v6 = *IpAddress::parse("2001:db8:1:2:ffff::9");
        CHECK(v6.prefix(64) == *IpAddress::parse("2001:db8:1:2::"));
        CHECK(v6.prefix(31) == IpAddress::parse("2001:db8::")->prefix(31));
        CHECK(v6.prefix(128) == v6);
        CHECK(v6.prefix(200) == v6);
        CHECK(v6.prefix(0) == IpAddress{});
        const auto network = Network::parse("2001:db8:1::/48");
        REQUIRE(network);
        CHECK(network->first() == v6.prefix(48));
        CHECK(network->prefix_bits() == 48);
        CHECK(Network::parse("10.0.0.0/8")->prefix_bits() == 104);
    }
}

}  // namespace candor::policy
