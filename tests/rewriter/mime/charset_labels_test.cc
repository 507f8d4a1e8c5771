#include "rewriter/mime/charset_labels.h"

#include <doctest/doctest.h>

#include <sstream>

#include "rewriter/mime/charset.h"

using namespace candor::rewriter;

TEST_SUITE("rewriter/charset_labels") {
    TEST_CASE("a text is read by what the standard says of its label") {
        struct Row {
            const char *labels, *bytes, *text;
        };
        for (const Row& row : {
                 Row{"866 ibm866", "\xF0", "\u0401"},
                 Row{"l2 iso88592", "\xAF", "\u017B"},
                 Row{"l3 iso-ir-109", "\xA1", "\u0126"},
                 Row{"l4 iso_8859-4:1988", "\xAB", "\u0122"},
                 Row{"cyrillic iso88595", "\xBF\xE0", "\u041F\u0440"},
                 Row{"arabic iso-8859-6-i iso-8859-6-e csiso88596e", "\xE5\xD1", "\u0645\u0631"},
                 Row{"greek sun_eu_greek elot_928", "\xC3\xE5", "\u0393\u03B5"},
                 Row{"iso-8859-8-i iso-8859-8-e visual logical hebrew csiso88598i",
                     "\xF9\xEC\xE5\xED", "\u05E9\u05DC\u05D5\u05DD"},
                 Row{"l6 latin6", "\xDE\xB1", "\u00DE\u0105"},
                 Row{"iso885913", "\xD0\xF8", "\u0160\u0173"},
                 Row{"iso885914", "\xD0", "\u0174"},
                 Row{"l9 csisolatin9", "\xA4\xBC", "\u20AC\u0152"},
                 Row{"koi koi8_r koi8", "\xF0\xD2", "\u041F\u0440"},
                 Row{"koi8-u", "\xA7", "\u0457"},
                 Row{"x-mac-roman mac", "\x8E\xD2", "\u00E9\u201C"},
                 Row{"x-mac-cyrillic x-mac-ukrainian", "\x8F\xF0", "\u041F\u0440"},
                 Row{"iso8859-11 tis-620 dos-874", "\xCA\xC7", "\u0E2A\u0E27"},
                 Row{"x-cp1250", "\xAF\x93", "\u017B\u201C"},
                 Row{"x-cp1251 cp1251", "\xCF\x93", "\u041F\u201C"},
                 Row{"l1 latin1 iso8859-1 us-ascii iso_8859-1:1987 x-cp1252 cp819", "\x80 \xE9\x93",
                     "\u20AC \u00E9\u201C"},
                 Row{"x-cp1253", "\xC3\x93", "\u0393\u201C"},
                 Row{"latin5 l5 iso-8859-9 x-cp1254", "\xF0\x93", "\u011F\u201C"},
                 Row{"x-cp1255", "\xF9\x93", "\u05E9\u201C"},
                 Row{"x-cp1256", "\x81", "\u067E"},
                 Row{"x-cp1257", "\xD0\x93", "\u0160\u201C"},
                 Row{"x-cp1258", "\xF0\x93", "\u0111\u201C"},
                 Row{"chinese gb_2312 gb2312 csgb2312 x-gbk gb18030", "\xD6\xD0\xE9\x46",
                     "\u4E2D\u9555"},
                 Row{"x-x-big5 cn-big5 big5", "\xA4\xA4", "\u4E2D"},
                 Row{"x-euc-jp euc-jp", "\xC6\xFC\x8E\xB1", "\u65E5\uFF71"},
                 Row{"sjis shift-jis x-sjis windows-31j ms_kanji", "\x93\xFA\x87\x40\x81\x60",
                     "\u65E5\u2460\uFF5E"},
                 Row{"korean ks_c_5601-1987 ksc5601 windows-949 iso-ir-149", "\xBE\xC8\x8C\x63",
                     "\uC548\uB620"},
             }) {
            std::istringstream labels{row.labels};
            for (std::string label; labels >> label;) {
                CAPTURE(label);
                CHECK_FALSE(charset_meant_by(label).empty());
                CHECK(to_utf8(row.bytes, label) == row.text);
                CHECK(is_editable(label, "plain"));
            }
        }
    }
    TEST_CASE("the first and the last label are found, and nothing between two") {
        CHECK(charset_meant_by("866") == "ibm866");
        CHECK(charset_meant_by("x-x-big5") == "big5-hkscs");
        CHECK(charset_meant_by("unicode20utf8") == "utf-8");
        CHECK(is_utf8_label("X-Unicode20UTF8"));
        for (const char* unknown : {"", "iso-8859-12", "latin", "x-user-defined", "hz-gb-2312",
                                    "iso-2022-kr", "default_charset", "zzz", "0"}) {
            CAPTURE(unknown);
            CHECK(charset_meant_by(unknown).empty());
        }
    }
    TEST_CASE("what hides markup does so under every label") {
        for (const char* label : {"unicodefeff", "unicodefffe", "iso-10646-ucs-2", "csunicode"}) {
            CAPTURE(label);
            CHECK_FALSE(is_editable(label, "plain"));
        }
        CHECK(to_utf8(std::string_view("\0<", 2), "unicodefffe") == "<");
    }
}
