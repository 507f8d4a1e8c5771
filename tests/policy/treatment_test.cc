// The five treatments: their order and their words.
#include "policy/treatment.h"

#include <doctest/doctest.h>

#include <array>

using namespace candor::policy;

namespace {
constexpr std::array all{Treatment::Individual, Treatment::Aggregate, Treatment::Untracked,
                         Treatment::Plaintext, Treatment::Suppressed};
}  // namespace

TEST_SUITE_BEGIN("policy/treatment");

TEST_CASE("the stricter of two is the later one in the list, whatever the order of asking") {
    for (std::size_t a = 0; a < all.size(); ++a) {
        for (std::size_t b = 0; b < all.size(); ++b) {
            CHECK(stricter_of(all[a], all[b]) == all[a < b ? b : a]);
        }
    }
}

TEST_CASE("only individual and aggregate write something new into a message") {
    CHECK(adds_tracking(Treatment::Individual));
    CHECK(adds_tracking(Treatment::Aggregate));
    CHECK_FALSE(adds_tracking(Treatment::Untracked));
    CHECK_FALSE(adds_tracking(Treatment::Plaintext));
    CHECK_FALSE(adds_tracking(Treatment::Suppressed));
}

TEST_CASE("every treatment is read back from its own word, and nothing else is read") {
    for (const Treatment treatment : all) CHECK(treatment_from(to_string(treatment)) == treatment);
    for (const auto* word : {"", "Individual", "none", "plain", "untracked ", "suppress"}) {
        CAPTURE(word);
        CHECK_FALSE(treatment_from(word).has_value());
    }
}

TEST_SUITE_END();
