// Bursts, refilling, who shares a bucket, and who never meets a limit.
#include "tracker/rate_limiter.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace candor::tracker {
namespace {

using namespace std::chrono_literals;

constexpr RateLimiter::Time noon{std::chrono::hours{12}};

ClientAddress address(const std::string& text) {
    const auto parsed = ClientAddress::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

/// How many of `count` requests at one moment are admitted.
int admitted(RateLimiter& limiter, const std::string& client, int count, RateLimiter::Time now) {
    int number = 0;
    for (int i = 0; i < count; ++i) number += limiter.admits(address(client), now) ? 1 : 0;
    return number;
}

RateLimits ten_a_second() {
    return {.per_second = 10, .burst = 30, .exempt = {"192.0.2.0/24"}};
}

}  // namespace

TEST_SUITE("tracker/rate_limiter") {
    TEST_CASE("a burst is admitted, then the rate, and a pause fills the bucket again") {
        RateLimiter limiter(ten_a_second());
        CHECK(admitted(limiter, "203.0.113.9", 100, noon) == 30);
        CHECK(admitted(limiter, "203.0.113.9", 100, noon + 1s) == 10);
        CHECK(admitted(limiter, "203.0.113.9", 100, noon + 1100ms) == 1);
        CHECK(admitted(limiter, "203.0.113.9", 100, noon + 1h) == 30);
    }

    TEST_CASE("each IPv4 address and each IPv6 /64 has a bucket of its own") {
        RateLimiter limiter(ten_a_second());
        CHECK(admitted(limiter, "203.0.113.9", 100, noon) == 30);
        CHECK(admitted(limiter, "203.0.113.8", 100, noon) == 30);
        CHECK(admitted(limiter, "2001:db8:0:1::1", 100, noon) == 30);
        CHECK(admitted(limiter, "2001:db8:0:1:ffff::2", 100, noon) == 0);
        CHECK(admitted(limiter, "2001:db8:0:2::1", 100, noon) == 30);
    }

    TEST_CASE(
        "proxies of many mailboxes, loopback, exempt networks and the unknown have no limit") {
        RateLimiter limiter(ten_a_second());
        for (const char* client : {"66.249.84.1", "127.0.0.1", "::1", "192.0.2.77", "10.0.0.5"}) {
            CAPTURE(client);
            CHECK(admitted(limiter, client, 1000, noon) == 1000);
        }
        for (int i = 0; i < 1000; ++i) CHECK(limiter.admits(ClientAddress{}, noon));
        RateLimiter off({.per_second = 0, .burst = 1, .exempt = {}});
        CHECK(admitted(off, "203.0.113.9", 1000, noon) == 1000);
    }

    TEST_CASE("a flood of addresses takes no memory, and lets no busy one forget its limit") {
        RateLimiter limiter(ten_a_second());
        CHECK(admitted(limiter, "203.0.113.9", 100, noon) == 30);
        // Each for once: their buckets are fuller than the one that is used up.
        for (int i = 0; i < 300000; ++i) {
            const ClientAddress other = ClientAddress::of_ipv4(
                {100, static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                 static_cast<std::uint8_t>(i)});
            CHECK(limiter.admits(other, noon));
        }
        CHECK(admitted(limiter, "203.0.113.9", 100, noon) == 0);
    }

    TEST_CASE("every exempt network that ships is one") {
        for (const std::string_view text : rate_exempt_networks()) {
            CAPTURE(text);
            CHECK(policy::Network::parse(text));
        }
    }
}

}  // namespace candor::tracker
