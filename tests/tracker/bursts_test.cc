// Several links of one message within moments, and what is remembered for it.
#include "tracker/bursts.h"

#include <doctest/doctest.h>

#include "tests/fakes.h"

namespace candor::tracker {
namespace {

using namespace std::chrono_literals;

const Bursts::Time start{1h};

policy::IndividualLink link_of(std::uint64_t person, std::uint16_t ordinal,
                               policy::Instant sealed_at = tests::noon) {
    return {0, 7, person, ordinal, sealed_at, 5, "https://acme.example/"};
}

TEST_SUITE_BEGIN("tracker/bursts");

TEST_CASE("the third different link of a message within two seconds is one of many") {
    Bursts bursts;
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 1), start));
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 1), start + 10ms));  // a double click
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 2), start + 20ms));
    CHECK_FALSE(bursts.is_one_of_many(link_of(2, 3), start + 30ms));  // somebody else
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 3, tests::noon + 2s), start + 30ms));  // next mail
    CHECK(bursts.is_one_of_many(link_of(1, 3), start + 30ms));
    CHECK(bursts.is_one_of_many(link_of(1, 4), start + 40ms));
    CHECK(bursts.is_one_of_many(link_of(1, 4), start + 40ms));
}

TEST_CASE("who takes his time is not") {
    Bursts bursts;
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 1), start));
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 2), start + 1s));
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 3), start + 2s));
    CHECK_FALSE(bursts.is_one_of_many(link_of(1, 4), start + 3s));
    CHECK(bursts.is_one_of_many(link_of(1, 5), start + 3s));
}

TEST_CASE("links of a campaign are told apart by client and program, or not at all") {
    Bursts bursts;
    const auto one = *ClientAddress::parse("192.0.2.1");
    const auto other = *ClientAddress::parse("2001:db8::1");
    for (std::uint16_t link = 1; link <= 2; ++link) {
        CHECK_FALSE(bursts.is_one_of_many(7, link, one, "Firefox", start));
        CHECK_FALSE(bursts.is_one_of_many(7, link, {}, "Firefox", start));
    }
    CHECK_FALSE(bursts.is_one_of_many(7, 3, {}, "Firefox", start));
    CHECK_FALSE(bursts.is_one_of_many(7, 3, other, "Firefox", start));
    CHECK_FALSE(bursts.is_one_of_many(7, 3, one, "Chrome", start));
    CHECK_FALSE(bursts.is_one_of_many(8, 3, one, "Firefox", start));
    CHECK(bursts.is_one_of_many(7, 3, one, "Firefox", start));
}

TEST_CASE("who followed a honeypot is known by address and campaign, for half a minute") {
    Bursts bursts;
    const auto one = *ClientAddress::parse("192.0.2.1");
    const auto other = *ClientAddress::parse("192.0.2.2");
    const ClientAddress nobody;
    CHECK_FALSE(bursts.has_followed({1, 7, one}, start));
    bursts.note_follower({1, 7, one}, start);
    bursts.note_follower({1, 7, nobody}, start);
    CHECK(bursts.has_followed({1, 7, one}, start));
    CHECK(bursts.has_followed({1, 7, one}, start + 29999ms));
    CHECK_FALSE(bursts.has_followed({1, 7, one}, start + 30s));
    CHECK_FALSE(bursts.has_followed({1, 7, other}, start));
    CHECK_FALSE(bursts.has_followed({1, 8, one}, start));
    CHECK_FALSE(bursts.has_followed({2, 7, one}, start));
    CHECK_FALSE(bursts.has_followed({1, 7, nobody}, start));
    bursts.forget(start + 29s);
    CHECK(bursts.size() == 1);
    CHECK(bursts.has_followed({1, 7, one}, start + 29s));
    bursts.forget(start + 30s);
    CHECK(bursts.size() == 0);
    CHECK_FALSE(bursts.has_followed({1, 7, one}, start));
}

TEST_CASE("it is forgotten in seconds, and never more than there is room for") {
    Bursts bursts({.messages = 64});
    for (std::uint64_t person = 0; person < 1000; ++person) {
        static_cast<void>(bursts.is_one_of_many(link_of(person, 1), start));
    }
    CHECK(bursts.size() <= 64);
    CHECK(bursts.size() > 32);
    bursts.forget(start + 1s);
    CHECK(bursts.size() > 32);
    bursts.forget(start + 2s);
    CHECK(bursts.size() == 0);

    Bursts followed({.followers = 16});
    const auto client = *ClientAddress::parse("192.0.2.1");
    for (policy::CampaignId campaign = 1; campaign <= 1000; ++campaign) {
        followed.note_follower({0, campaign, client}, start);
    }
    CHECK(followed.size() <= 16);
    CHECK(followed.has_followed({0, 1000, client}, start));
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
