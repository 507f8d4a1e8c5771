#include "rewriter/contents.h"

#include <doctest/doctest.h>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

FoundLink only_link(std::string_view type, std::string_view content) {
    const Mail mail{"MIME-Version: 1.0\nContent-Type: " + std::string(type) +
                    "\nContent-Transfer-Encoding: 8bit\n\n" + std::string(content) + "\n"};
    const Message message = mail.parsed();
    REQUIRE(message.contents().parts.size() == 1);
    REQUIRE(message.contents().parts[0].links.size() == 1);
    return message.contents().parts[0].links[0].found;
}

}  // namespace

TEST_SUITE("rewriter/contents") {
    TEST_CASE("a URL is read in the charset that the label means") {
        const FoundLink hebrew =
            only_link("text/html; charset=iso-8859-8-i",
                      "<a href=\"https://shop.example/\xF9\xEC\xE5\xED\">x</a>");
        CHECK(hebrew.url == "https://shop.example/\u05E9\u05DC\u05D5\u05DD");
        CHECK_FALSE(hebrew.ambiguous_charset);
        const FoundLink japanese =
            only_link("text/html; charset=sjis", "<a href=\"https://shop.example/\x87\x40\">x</a>");
        CHECK(japanese.url == "https://shop.example/\u2460");
        CHECK_FALSE(japanese.ambiguous_charset);
        CHECK(only_link("text/plain; charset=koi", "see <https://shop.example/\xD0>").url ==
              "https://shop.example/\u043F");
        CHECK(only_link("text/html; charset=iso-2022-jp",
                        "<a href=\"https://shop.example/\x1B$B-!\x1B(B\">x</a>")
                  .url == "https://shop.example/\u2460");
    }
    TEST_CASE("where a URL of a text ends is not sure beside characters of two bytes") {
        const std::string japanese = "text/plain; charset=shift_jis";
        CHECK(only_link(japanese, "https://shop.example/\x87\x40 x").ambiguous_charset);
        CHECK(only_link(japanese, "https://shop.example/a\x93\xFA\x96{").ambiguous_charset);
        CHECK(only_link("text/plain; charset=gb2312", "https://shop.example/\xD6\xD0\xCE\xC4 x")
                  .ambiguous_charset);
        CHECK_FALSE(only_link(japanese, "https://shop.example/a \x93\xFA").ambiguous_charset);
        CHECK_FALSE(only_link("text/plain; charset=gb2312", "<https://shop.example/\xD6\xD0>")
                        .ambiguous_charset);
        CHECK_FALSE(only_link("text/plain; charset=windows-1252", "https://shop.example/a\x94 x")
                        .ambiguous_charset);
    }
    TEST_CASE("what a program opens is not sure where a character of the URL cannot be read") {
        struct Row {
            const char *charset, *url;
        };
        for (const Row& row : {
                 Row{"shift_jis", "https://shop.example/\xEB\xFC"},
                 Row{"utf-8", "https://shop.example/caf\xE9"},
                 Row{"windows-1253", "https://shop.example/\xD2"},
                 Row{"gb18030", "https://shop.example/\xFF\xFF"},
             }) {
            CAPTURE(row.charset);
            const std::string charset = row.charset;
            const std::string url = row.url;
            CHECK(only_link("text/html; charset=" + charset, "<a href=\"" + url + "\">x</a>")
                      .ambiguous_charset);
            CHECK(
                only_link("text/plain; charset=" + charset, "see <" + url + ">").ambiguous_charset);
        }
        CHECK_FALSE(
            only_link("text/html; charset=utf-8", "<a href=\"https://shop.example/\">\xE9</a>")
                .ambiguous_charset);
    }
}
