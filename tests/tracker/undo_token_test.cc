// The token of a confirmation page: what it opens, when, and what it does not.
#include "tracker/undo_token.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "policy/tokens/base64url.h"
#include "policy/tokens/token.h"
#include "tests/fakes.h"

namespace candor::tracker {
namespace {

using policy::OptOut;

const OptOut made{1,           tests::id_of("anna@example.com", 1), policy::OptOutScope::Tracking,
                  tests::noon, policy::OptOutSource::Page,          0xFEDCBA9876543210};

TEST_SUITE_BEGIN("tracker/undo_token");

TEST_CASE("it opens to what the page did, for a quarter of an hour") {
    const auto ring = tests::FixedKeys().ring();
    const std::string token = seal_undo(*ring, made).value();
    for (const auto after :
         {std::chrono::seconds{0}, std::chrono::seconds{900}, std::chrono::seconds{-5}}) {
        CHECK(open_undo(*ring, token, tests::noon + after).value() == made);
    }
    for (const auto after :
         {std::chrono::seconds{901}, std::chrono::seconds{86400}, std::chrono::seconds{-901}}) {
        CHECK(open_undo(*ring, token, tests::noon + after).error().fault == Fault::OverLimit);
    }
    CHECK(token.find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
}

TEST_CASE("the vector of docs/formats.md") {
    CHECK(seal_undo(*tests::FixedKeys().ring(), made).value() ==
          "AQEAAd6z0sEQkg0ir_-m1iXBZ9LlhiOUqn5ANzuVpmIQx3D8T-HwSejMaxJ5Gb1DMZBeaY8");
}

TEST_CASE("every single-bit flip and every other length is refused") {
    const auto ring = tests::FixedKeys().ring();
    const std::string bytes = policy::from_base64url(seal_undo(*ring, made).value()).value();
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        CHECK_FALSE(open_undo(*ring, policy::to_base64url(flipped), tests::noon));
    }
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CHECK_FALSE(open_undo(*ring, policy::to_base64url(bytes.substr(0, length)), tests::noon));
    }
    CHECK_FALSE(open_undo(*ring, policy::to_base64url(bytes + "x"), tests::noon));
    CHECK_FALSE(open_undo(*ring, "", tests::noon));
    CHECK_FALSE(open_undo(*ring, "not base64url!", tests::noon));
}

TEST_CASE("a token of one purpose is refused for every other, and of one controller for another") {
    const auto ring = tests::FixedKeys().ring();
    const policy::OptOutLink link{1, made.recipient, 7, policy::OptOutPage::Unsubscribe};
    CHECK_FALSE(open_undo(*ring, policy::seal(*ring, link).value(), tests::noon));
    CHECK_FALSE(policy::open(*ring, seal_undo(*ring, made).value(), tests::noon));

    std::string bytes = policy::from_base64url(seal_undo(*ring, made).value()).value();
    bytes[3] = 0;  // the other controller, whose key is in the ring as well
    CHECK(open_undo(*ring, policy::to_base64url(bytes), tests::noon).error().fault ==
          Fault::Malformed);
}

TEST_CASE("without its link key it neither opens nor is made") {
    tests::FixedKeys keys;
    const std::string token = seal_undo(*keys.ring(), made).value();
    keys.lose_link_keys();
    CHECK(open_undo(*keys.ring(), token, tests::noon).error().fault == Fault::Missing);
    CHECK(seal_undo(*keys.ring(), made).error().fault == Fault::Missing);
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
