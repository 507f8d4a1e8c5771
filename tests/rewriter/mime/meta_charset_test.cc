#include "rewriter/mime/meta_charset.h"

#include <doctest/doctest.h>

#include <string>

using namespace candor::rewriter;

TEST_SUITE("rewriter/meta_charset") {
    TEST_CASE("an HTML text may name its charset itself") {
        struct Row {
            std::string_view html, charset;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"<head><META CharSet='ISO-8859-2'>", "iso-8859-2"},
                 {"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=Big5\">", "big5"},
                 {"<meta http-equiv=content-type content='text/html;charset = \"koi8-r\" x'>",
                  "koi8-r"},
                 {"<meta name=x content='charset=big5'><meta charset=euc-jp>", "euc-jp"},
                 {"<!-- <meta charset=big5> --><p>", ""},
                 {"<meta charset=utf-16le>", "utf-8"},
                 {"<meta charset=utf-7>", ""},
                 {"<meta http-equiv=content-type content='text/html'>", ""},
                 {"<meta charset=", ""},
                 {"", ""},
             }) {
            CAPTURE(row.html);
            CHECK(charset_of_meta(row.html) == row.charset);
        }
    }
    TEST_CASE("what stands beyond the first 1024 bytes does not count") {
        CHECK(charset_of_meta(std::string(1100, ' ') + "<meta charset=big5>").empty());
    }
}
