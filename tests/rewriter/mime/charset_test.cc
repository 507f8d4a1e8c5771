#include "rewriter/mime/charset.h"

#include <doctest/doctest.h>

using namespace candor::rewriter;

TEST_SUITE("rewriter/charset") {
    TEST_CASE("charsets whose bytes may hide markup are not edited in place") {
        CHECK(is_ascii_compatible("utf-8", "caf\xC3\xA9"));
        CHECK(is_ascii_compatible("", "plain"));
        CHECK(is_ascii_compatible("Shift_JIS", "\x83\x65"));
        CHECK(is_ascii_compatible("default_charset", "plain"));
        CHECK_FALSE(is_ascii_compatible("utf-16le", "a"));
        CHECK_FALSE(is_ascii_compatible("UTF-7", "a"));
        CHECK_FALSE(is_ascii_compatible("iso-2022-jp", "\x1B$B$3\x1B(B"));
        CHECK(is_ascii_compatible("iso-2022-jp", "no escape at all"));
        CHECK_FALSE(is_ascii_compatible("us-ascii", "\x1B$B$3\x1B(B"));
        CHECK_FALSE(is_ascii_compatible("", std::string_view("<\0a\0>\0", 6)));
        CHECK_FALSE(is_ascii_compatible("utf-8", std::string_view("\xFF\xFE<\0a\0>\0", 8)));
        CHECK_FALSE(is_ascii_compatible("utf-8", std::string_view("<\0a\0>\0", 6)));
        CHECK(is_ascii_compatible("utf-8", std::string(200, 'x') + '\0'));
    }
    TEST_CASE("dirty labels are read for what they mean, unknown ones as ASCII-compatible") {
        struct Row {
            std::string_view label;
            bool utf8, editable;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"utf-8\r\n <div dir=3d\"ltr\">", true, true},
                 {"\"u\"tf-8", true, true},
                 {" UTF8 ", true, true},
                 {"default_charset", false, true},
                 {"%charset%", false, true},
                 {"x-mac-roman", false, true},
                 {"koi8-r", false, true},
                 {"euc-jp", false, true},
                 {"gb18030", false, true},
                 {"big5", false, true},
                 {"utf-16", false, false},
                 {"unicode", false, false},
                 {"ucs-2be", false, false},
                 {"utf-32be", false, false},
                 {"unicode-1-1-utf-7", false, false},
                 {"hz-gb-2312", false, false},
                 {"ibm037", false, false},
                 {"ebcdic-us", false, false},
             }) {
            CAPTURE(row.label);
            CHECK(is_utf8_label(row.label) == row.utf8);
            CHECK(is_editable(row.label, "plain") == row.editable);
        }
    }
    TEST_CASE("text in ISO-2022 is edited by its shadow") {
        CHECK(is_editable("ISO-2022-JP", "\x1B$B$3\x1B(B"));
        CHECK_FALSE(is_editable("iso-2022-jp", "\x1B$B$3"));
        CHECK_FALSE(is_editable("iso-8859-1", "\x1B$B$3\x1B(B"));
        CHECK_FALSE(is_editable("iso-2022-own", "\x1B$B$3\x1B(B"));
        CHECK(is_editable("iso-2022-own", "plain"));
        CHECK(markup_shadow("iso-2022-jp", "a\x1B$B\"<\x1B(Bz") ==
              "a\x1B\x80\x80\x80\x80\x1B\x80\x80z");
        CHECK(markup_shadow("utf-8", "a") == std::nullopt);
    }
    TEST_CASE("text is read as a mail program would read it") {
        CHECK(to_utf8("caf\xE9", "iso-8859-1") == "caf\xC3\xA9");
        CHECK(to_utf8("\x93quoted\x94", "us-ascii") == "\xE2\x80\x9Cquoted\xE2\x80\x9D");
        CHECK(to_utf8("caf\xC3\xA9", "") == "caf\xC3\xA9");
        CHECK(to_utf8("caf\xE9", "no-such-charset") == "caf\xC3\xA9");
        CHECK(to_utf8("a\xFF z", "utf-8") == "a\xEF\xBF\xBD z");
        CHECK(to_utf8("\x83\x65", "Shift_JIS") == "\xE3\x83\x86");
        CHECK(to_utf8("\x1B$B$F\x1B(B", "iso-2022-jp") == "\xE3\x81\xA6");
        CHECK(to_utf8(std::string_view("<\0a\0", 4), "utf-16le") == "<a");
        CHECK(to_utf8(std::string(10000, '\xE9'), "latin1").size() == 20000);
    }
    TEST_CASE("text goes back only where the charset has the characters") {
        CHECK(from_utf8("caf\xC3\xA9", "iso-8859-1") == "caf\xE9");
        CHECK(from_utf8("caf\xC3\xA9", "utf-8") == "caf\xC3\xA9");
        CHECK(from_utf8("caf\xC3\xA9", "us-ascii") == std::nullopt);
        CHECK(from_utf8("caf\xC3\xA9", "") == std::nullopt);
        CHECK(from_utf8("\xE3\x83\x86", "iso-8859-1") == std::nullopt);
        CHECK(from_utf8("\xE3\x83\x86", "iso-2022-jp") == "\x1B$B%F\x1B(B");
        CHECK(from_utf8("\xE3\x83\x86", "utf-7") == std::nullopt);
        CHECK(from_utf8("\xE3\x83\x86", "utf-16le") == std::nullopt);
        CHECK(from_utf8("plain", "") == "plain");
    }
    TEST_CASE("what a charset lacks is spelled in ASCII") {
        CHECK(to_ascii("caf\xC3\xA9") == "cafe");
        CHECK(to_ascii_html("caf\xC3\xA9 <b>") == "caf&#233; <b>");
    }
}
