#include "rewriter/message_text.h"

#include <doctest/doctest.h>

#include <string>

namespace candor::rewriter {
namespace {

std::string there_and_back(const std::string& file) {
    const auto split = split_message(file);
    return join_message(split.headers, split.body, split.line_ends, split.has_separator);
}

}  // namespace

TEST_SUITE("rewriter/message_text") {
    TEST_CASE("a message comes back byte for byte, with either line end") {
        for (const std::string file :
             {"A: 1\n\nbody\n", "A: 1\r\nB:\r\n folded\r\n\tagain\r\n\r\nbody\r\n.\r\n",
              "A:1\nB:odd\n\n", "A: 1\n\nbody without an end", "A: 1\n"}) {
            CAPTURE(file);
            CHECK(there_and_back(file) == file);
        }
    }

    TEST_CASE("fields keep their leading blank and get bare LF folds, the body CRLF") {
        const auto split = split_message("Subject:  two\n words\n\na\nb\n");
        REQUIRE(split.headers.size() == 1);
        CHECK(split.headers[0].name == "Subject");
        CHECK(split.headers[0].value == "  two\n words");
        CHECK(split.body == "a\r\nb\r\n");
        CHECK(split.line_ends == LineEnds::Lf);
    }

    TEST_CASE(
        "a line that is no field ends the header, and an added field does not run into the body") {
        const auto split = split_message("A: 1\nno field here\nB: 2\n");
        REQUIRE(split.headers.size() == 1);
        CHECK(split.body == "no field here\r\nB: 2\r\n");
        CHECK(join_message({{"X", " y"}}, split.body, split.line_ends, split.has_separator) ==
              "X: y\n\nno field here\nB: 2\n");
    }

    TEST_CASE("an mbox line in front is not a field") {
        const auto split = split_message("From x@y Mon Jan  1\nA: 1\n\nb\n");
        REQUIRE(split.headers.size() == 1);
        CHECK(split.headers[0].name == "A");
    }
}

}  // namespace candor::rewriter
