#include "rewriter/shipped_lists.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "rewriter/bytes/ascii.h"

using namespace candor::rewriter;

namespace {

/// The definition itself, without regard to its cost.
bool matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*') {
        return matches(pattern.substr(1), text) ||
               (!text.empty() && matches(pattern, text.substr(1)));
    }
    if (text.empty()) return false;
    const bool same = pattern[0] == '?' || ascii_lower(pattern[0]) == ascii_lower(text[0]);
    return same && matches(pattern.substr(1), text.substr(1));
}

std::string some_of(std::string_view bytes, std::size_t most, std::mt19937& random) {
    std::string text(random() % (most + 1), '\0');
    for (char& c : text) c = bytes[random() % bytes.size()];
    return text;
}

}  // namespace

TEST_SUITE("rewriter/shipped_lists") {
    TEST_CASE("a glob matches what its definition says") {
        const unsigned seed = 20261124;
        CAPTURE(seed);
        std::mt19937 random{seed};
        std::size_t matching = 0;
        for (int round = 0; round < 100'000; ++round) {
            const std::string pattern = some_of("ab.?*", 8, random);
            const std::string text = some_of("abA.", 9, random);
            CAPTURE(pattern);
            CAPTURE(text);
            const bool expected = matches(pattern, text);
            REQUIRE(matches_glob(pattern, text) == expected);
            matching += expected ? 1 : 0;
        }
        CHECK(matching > 1000);
    }
}
