#include "rewriter/bytes/splice.h"

#include <doctest/doctest.h>

#include <vector>

using namespace candor::rewriter;

TEST_SUITE("rewriter/splice") {
    TEST_CASE("nothing to replace gives the same bytes") {
        CHECK(splice("a\0b", {}) == "a");  // up to the NUL: a literal
        CHECK(splice(std::string_view("a\0b", 3), {}) == std::string("a\0b", 3));
        CHECK(splice("", {}).empty());
    }
    TEST_CASE("replacements may insert, delete, touch each other and stand at both ends") {
        const std::vector<Replacement> edits = {
            {{0, 0}, "<"}, {{0, 2}, "AB"}, {{2, 3}, ""}, {{6, 6}, ">"}};
        CHECK(splice("abcdef", edits) == "<ABdef>");
        SplicedPieces pieces("abcdef", edits);
        for (const char* expected : {"<", "AB", "def", ">"}) CHECK(pieces.next() == expected);
        CHECK(pieces.next() == std::nullopt);
    }
}
