// Where words begin, and that 64 bytes at a time find what one byte at a time finds.
#include "rewriter/links/word_beginnings.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace candor::rewriter;

namespace {

WordBeginnings with(const std::vector<std::string_view>& words) {
    WordBeginnings beginnings;
    for (const std::string_view word : words) beginnings.add(word);
    return beginnings;
}

}  // namespace

TEST_SUITE("rewriter/word_beginnings") {
    TEST_CASE("a word begins behind a separator, in a hump, and where the search begins") {
        const WordBeginnings opt = with({"opt", "unsubscribe"});
        struct Row {
            std::string text;
            std::size_t from;
            std::size_t at;
        };
        for (const Row& row : std::vector<Row>{
                 {"opt-out", 0, 0},
                 {"/x/opt_out", 0, 3},
                 {"/doOptOut", 0, 3},
                 {"/DOOPT", 0, 6},         // no hump between capitals
                 {"/options", 0, 8},       // another word
                 {"/option", 1, 7},        //
                 {"/adopt", 0, 6},         //
                 {"/adopt", 3, 3},         // the search begins in the word
                 {"/UNSUBSCRIBED", 0, 1},  // may be one too many: only four letters are looked at
                 {"/opt", 2, 4},
                 {"", 0, 0},
             }) {
            CAPTURE(row.text);
            CAPTURE(row.from);
            CHECK(opt.find(row.text, row.from) == row.at);
        }
    }

    TEST_CASE("a word with other letters than ASCII among its first four may always be one") {
        const WordBeginnings none;
        CHECK(none.find("/a/d\xC3\xA9sinscrire", 0) == 3);
        CHECK(none.find("/a/plain", 0) == 8);
        CHECK(none.find("/a/plain\xC3\xA9", 0) == 10);
        CHECK(none.may_have("\xE9\x85\x8D"));
    }

    TEST_CASE("many bytes at a time find the same as one at a time, at every place of a window") {
        const unsigned seed = 20261124;
        CAPTURE(seed);
        std::mt19937 random{seed};
        const WordBeginnings beginnings = with({"opt", "unsubscribe", "i", "do", "view", "2fa"});
        const std::vector<std::string> bits{
            "opt", "Opt", "OPT", "x", "A",        "9",  "/", "-",    "_", "view", "viewing", "i",
            "do",  "Do",  "2fa", "=", "\xC3\xBC", "aZ", "%", "kkkk", "@", "`",    "[",       "{"};
        for (int round = 0; round < 4000; ++round) {
            std::string text(random() % 70, random() % 2 == 0 ? '/' : 'q');
            const auto pieces = random() % 60;
            for (unsigned k = 0; k < pieces; ++k) text += bits[random() % bits.size()];
            CAPTURE(text);
            for (std::size_t at = 0; at < text.size(); ++at) {
                const std::size_t found = beginnings.find(text, at);
                REQUIRE(found == beginnings.find_plain(text, at));
                if (random() % 4 == 0) at = found;
            }
        }
    }
}
