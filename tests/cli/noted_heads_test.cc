// Heads are found in whatever a syslog makes of a line.
#include "cli/noted_heads.h"

#include <doctest/doctest.h>

#include "policy/tokens/digest.h"

using candor::cli::noted_heads;

TEST_SUITE("cli/noted_heads") {
    TEST_CASE("every head of a log, and nothing else") {
        const std::string link(64, 'a');
        const std::string log =
            "Nov 27 12:00:00 mx candor[7]: - decision_head number=17 link=" + link +
            "\n2026-11-27T13:00:00.123 info - decision_head number=99 link=" +
            std::string(64, '0') + "\nNov 27 13:00:00 mx candor[7]: - totals messages=3\n";
        const auto heads = noted_heads(log);
        REQUIRE(heads.size() == 2);
        CHECK(heads[0].number == 17);
        CHECK(candor::policy::to_hex(heads[0].link) == link);
        CHECK(heads[1].number == 99);
    }

    TEST_CASE("what is broken is no head") {
        for (const std::string& text :
             {std::string{}, std::string{"decision_head number="},
              std::string{"decision_head number=x link="},
              "decision_head number=1 link=" + std::string(63, 'a'),
              "decision_head number=1 link=" + std::string(64, 'g'),
              "decision_head number=99999999999999999999999 link=" + std::string(64, 'a')}) {
            CHECK(noted_heads(text).empty());
        }
    }
}
