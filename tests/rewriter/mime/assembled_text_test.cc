#include "rewriter/mime/assembled_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace candor::rewriter;

TEST_SUITE("rewriter/assembled_text") {
    TEST_CASE("what stayed is no edit, and the edits make the text") {
        const std::string source = "0123456789";
        AssembledText text{"<"};
        text += Span{2, 4};
        text += Span{4, 6};
        text += "-";
        AssembledText rest{"+"};
        rest += Span{7, 8};
        text += rest;
        const auto edits = text.edits_of(source, {1, 9});
        REQUIRE(edits.size() == 3);
        CHECK(edits[0].where == Span{1, 2});
        CHECK(edits[1].where == Span{6, 7});
        CHECK(edits[1].with == "-+");
        CHECK(edits[2].where == Span{8, 9});
        CHECK(splice(source, edits) == "0<2345-+79");
    }
    TEST_CASE("a text that is the source has no edits") {
        AssembledText text;
        text += Span{0, 3};
        text += "3";
        text += Span{4, 6};
        CHECK(text.edits_of("012345", {0, 6}).empty());
        CHECK(AssembledText{}.edits_of("", {0, 0}).empty());
    }
    TEST_CASE("spans out of order are words") {
        AssembledText text;
        text += Span{4, 6};
        text += Span{0, 2};
        CHECK(splice("012345", text.edits_of("012345", {0, 6})) == "4501");
    }
}
