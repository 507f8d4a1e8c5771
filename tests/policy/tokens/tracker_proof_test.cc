// A tracker that has our link key can answer, and nobody else.
#include "policy/tokens/tracker_proof.h"

#include <doctest/doctest.h>

#include "policy/tokens/base64url.h"
#include "tests/fakes.h"

using namespace candor;
using policy::prove_tracker;
using policy::verify_tracker;

namespace {

const std::string challenge(policy::challenge_bytes, 'c');

std::string request(int controller = 0) {
    return std::to_string(controller) + "/" + policy::to_base64url(challenge);
}

}  // namespace

TEST_SUITE("policy/tracker_proof") {
    TEST_CASE("the answer is the vector of docs/formats.md") {
        const auto ring = tests::FixedKeys().ring();
        CHECK(prove_tracker(*ring, request()).value() ==
              "1 rQ964Q3YCFSVI0e1ravTH7guK_MX3Jwn73JH6C1gv9o");
    }

    TEST_CASE("an answer holds for its controller, its challenge and its key") {
        policy::KeyRing ring = *tests::FixedKeys().ring();
        const std::string answer = prove_tracker(ring, request()).value();
        CHECK(int{verify_tracker(ring, 0, challenge, answer).value()} == 1);
        CHECK(verify_tracker(ring, 1, challenge, answer).error().fault == Fault::Malformed);
        CHECK(verify_tracker(ring, 0, std::string(32, 'd'), answer).error().fault ==
              Fault::Malformed);

        ring.add_link_key(0, 2, tests::counting_key<policy::LinkKey>(0x77));
        const std::string newer = prove_tracker(ring, request()).value();
        CHECK(int{verify_tracker(ring, 0, challenge, newer).value()} == 2);
        CHECK(int{verify_tracker(ring, 0, challenge, answer).value()} == 1);
        CHECK(verify_tracker(*tests::FixedKeys().ring(), 0, challenge, newer).error().fault ==
              Fault::Missing);
        CHECK(verify_tracker(ring, 0, challenge, "2" + answer.substr(1)).error().fault ==
              Fault::Malformed);
    }

    TEST_CASE("what is no challenge has no answer") {
        const auto ring = tests::FixedKeys().ring();
        const std::string good = policy::to_base64url(challenge);
        for (const std::string& bad :
             {std::string(), std::string("0"), std::string("/"), std::string("0/"), "/" + good,
              "00/" + good, "-1/" + good, "65536/" + good, "0x0/" + good, "0/" + good + "/",
              "0/" + good + "=", "0/" + good.substr(1), "7/" + good,
              "0/" + policy::to_base64url(challenge + "c")}) {
            CAPTURE(bad);
            CHECK_FALSE(prove_tracker(*ring, bad));
        }
    }

    TEST_CASE("what is no answer is refused") {
        const auto ring = tests::FixedKeys().ring();
        const std::string good = prove_tracker(*ring, request()).value();
        for (const std::string& bad :
             {std::string(), std::string("1"), std::string("1 "), good + "A", "0" + good,
              " " + good, good.substr(2), good + "\n"}) {
            CAPTURE(bad);
            CHECK(verify_tracker(*ring, 0, challenge, bad).error().fault == Fault::Malformed);
        }
    }
}
