#include "rewriter/mime/charset_reading.h"

#include <doctest/doctest.h>

using namespace candor::rewriter;

namespace {

std::string read(std::string_view bytes, const std::string& charset) {
    std::string out;
    REQUIRE(read_charset(bytes, charset, out));
    return out;
}

}  // namespace

TEST_SUITE("rewriter/charset_reading") {
    TEST_CASE("an unreadable pair costs one character, and the ASCII behind half of one stays") {
        CHECK(read("a\xEB\xFC z", "cp932") == "a\uFFFD z");
        CHECK(read("\x83<b>", "cp932") == "\uFFFD<b>");
        CHECK(read("\xFF\x83\x65", "cp932") == "\uFFFD\u30C6");
        CHECK(read("\xC9\xFF\xB0\xA1", "cp949") == "\uFFFD\uAC00");
        CHECK(read("\x8F\xA1\xA1\xC6\xFC", "euc-jp-ms") == "\uFFFD\u65E5");
        CHECK(read("\x98z", "windows-1251") == "\uFFFDz");
        CHECK(read("\x98\xCF", "windows-1251") == "\uFFFD\u041F");
        CHECK(read("\xC6", "cp932") == "\uFF86");
        CHECK(read("\x83", "cp932") == "\uFFFD");
    }
    TEST_CASE("what glibc's tables lack is read") {
        CHECK(read("\xA1\xFE\xA4\xA4\xA3\xE1", "big5-hkscs") == "\uFF0F\u4E2D\u20AC");
        CHECK(read("\x80 5", "gb18030") == "\u20AC 5");
    }
    TEST_CASE("a letter and its mark stay two characters") {
        CHECK(read("a\xF9\xD1z", "windows-1255") == "a\u05E9\u05C1z");
        CHECK(read("\xC8", "windows-1255") == "\u05B8");
        CHECK(read("Vi\xEA\xF2t e\xEC", "windows-1258") == "Vi\u00EA\u0323t e\u0301");
    }
    TEST_CASE("what iconv does not know leaves the text alone") {
        std::string out = "kept";
        CHECK_FALSE(read_charset("x", "no-such-charset", out));
        CHECK(out == "kept");
        CHECK(read("", "koi8-r").empty());
    }
}
