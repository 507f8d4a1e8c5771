// Whose address counts, behind which proxies, and that nobody can forge it.
#include "tracker/client_address.h"

#include <doctest/doctest.h>

namespace candor::tracker {
namespace {

ClientAddress address(std::string_view text) {
    const auto parsed = ClientAddress::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

TrustedProxies proxies() {
    return TrustedProxies(std::vector<std::string>{"10.0.0.0/8", "2001:db8:1::/48"});
}

Peer peer(std::string_view text) {
    return {address(text), proxies().contains(address(text))};
}

}  // namespace

TEST_SUITE("tracker/client_address") {
    TEST_CASE("behind a trusted proxy the rightmost address that is no proxy of ours counts") {
        struct Row {
            std::string_view peer, forwarded_for, client;
        };
        for (const Row& row : {
                 Row{"10.0.0.1", "", "10.0.0.1"},
                 {"10.0.0.1", "203.0.113.9", "203.0.113.9"},
                 {"10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"},
                 {"10.0.0.1", "198.51.100.1, 203.0.113.9,10.0.0.2 ,\t2001:db8:1::7", "203.0.113.9"},
                 {"10.0.0.1", "203.0.113.9:4711", "203.0.113.9"},
                 {"10.0.0.1", "[2001:db8:9::1]:443, 10.0.0.3", "2001:db8:9::1"},
                 {"10.0.0.1", "2001:db8:9::1", "2001:db8:9::1"},
                 {"10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"},
                 {"10.0.0.1", ", 203.0.113.9, ,", "203.0.113.9"},
                 {"10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"},
                 {"2001:db8:1::2", "198.51.100.7", "198.51.100.7"},
             }) {
            CAPTURE(row.forwarded_for);
            CHECK(client_of(peer(row.peer), row.forwarded_for, proxies()) == address(row.client));
        }
    }

    TEST_CASE("a forged X-Forwarded-For of an untrusted peer is ignored") {
        for (const std::string_view forged : {"198.51.100.1", "10.0.0.1", "nonsense", "::1,::2"}) {
            CAPTURE(forged);
            CHECK(client_of(peer("203.0.113.9"), forged, proxies()) == address("203.0.113.9"));
        }
    }

    TEST_CASE("what a client writes in front of its own address does not count") {
        CHECK(client_of(peer("10.0.0.1"), "not an address, 10.0.0.9, 203.0.113.9", proxies()) ==
              address("203.0.113.9"));
    }

    TEST_CASE("an entry that is no address hides the client, and does not become the proxy") {
        for (const std::string_view entry :
             {"unknown", "_hidden", "203.0.113.9, for=1.2.3.4", "[::1", "999.1.1.1", "1.2.3.4/8"}) {
            CAPTURE(entry);
            CHECK_FALSE(client_of(peer("10.0.0.1"), entry, proxies()).is_known());
        }
    }

    TEST_CASE("a unix socket is trusted and has no address of its own") {
        const Peer local{{}, true};
        CHECK_FALSE(client_of(local, "", proxies()).is_known());
        CHECK(client_of(local, "198.51.100.1, 203.0.113.9", {}) == address("203.0.113.9"));
    }
}

}  // namespace candor::tracker
