#include "rewriter/mime/iso2022_jp.h"

#include <doctest/doctest.h>

#include "rewriter/mime/charset.h"

using namespace candor::rewriter;

TEST_SUITE("rewriter/iso2022_jp") {
    TEST_CASE("vendor characters and half-width katakana are read, and what stands behind them") {
        struct Row {
            const char *bytes, *text;
        };
        for (const Row& row : {
                 Row{"\x1B$B-!4t2q<R-j\x1B(B \x1B(I1234\x1B(Bz",
                     "\u2460\u5C90\u4F1A\u793E\u3231 \uFF71\uFF72\uFF73\uFF74z"},
                 Row{"\x1B$@F|\x1B(Ba", "\u65E5a"},
                 Row{"\x1B$B|b\x1B(B", "\u9AD9"},  // a name's kanji, of row 92
                 Row{"\x1B$B!A!]\x1B(B", "\uFF5E\uFF0D"},
                 Row{"\x1B(J\\1,000~\x1B(B\\~", "\u00A51,000\u203E\\~"},
                 Row{"\x1B(H\\\x1B(B", "\u00A5"},
                 Row{"\x1B$B)!F|\x1B(Bz", "\uFFFD\u65E5z"},  // an empty row
                 Row{"\x1B$BF|F\x1B(Bz", "\u65E5\uFFFDz"},
                 Row{"\x1B$BF", "\uFFFD"},
                 Row{"\x1B$BF|\r\n\x1B(Bz", "\u65E5\r\nz"},
                 Row{"\x1B(Ia\x1B(Bz", "\uFFFDz"},
                 Row{"a\x1B[mz", "a\uFFFD[mz"},
                 Row{"a\xE9\x0Ez\x1B", "a\uFFFD\uFFFDz\uFFFD"},
                 Row{"", ""},
             }) {
            CAPTURE(row.text);
            CHECK(iso2022_jp_to_utf8(row.bytes) == row.text);
            CHECK(to_utf8(row.bytes, "ISO-2022-JP") == row.text);
            CHECK(to_utf8(row.bytes, "csISO2022JP") == row.text);
        }
    }
    TEST_CASE("the sets of its sisters are left to iconv") {
        CHECK_FALSE(iso2022_jp_to_utf8("\x1B$(D0!\x1B(B").has_value());
        CHECK(to_utf8("\x1B$(D0!\x1B(Bz", "iso-2022-jp") == "\u4E02z");
        CHECK(to_utf8("\x1B$A0!\x1B(Bz", "iso-2022-jp-2") == "\u554Az");
        CHECK(is_iso2022_jp_label("iso-2022-jp-ms"));
        CHECK_FALSE(is_iso2022_jp_label("iso-2022-kr"));
        CHECK(to_utf8("\x1B$)C\x0E"
                      "0!\x0Fz",
                      "iso-2022-kr") == "\uAC00z");
    }
}
