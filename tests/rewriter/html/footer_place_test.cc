#include "rewriter/html/footer_place.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace candor::rewriter;

TEST_SUITE("rewriter/footer_place") {
    TEST_CASE("a footer stands where it is read as HTML, never inside something else") {
        for (const std::string_view marked : {
                 "<body>a|</BODY ></html>",
                 "<body>a</body>b|</body></html>",
                 "a|</html>",
                 "a|",
                 "|",
                 "<body>a|</body></html><!-- old </body> -->",
                 "<body>a|</body></html><!-- old </body>",
                 "<body>a|<!-- never closed </body></html>",
                 "a|<!--",
                 "a|<!-- x >",
                 "a<!-- x -->|",
                 "a|<!doctype",
                 "a|<style>b{} </body>",
                 "a|<style>",
                 "a|<script>'</body>'",
                 "<style></style>a|<title>x",
                 "a|<plaintext>b</body>",
                 "a|<textarea>b</body>",
                 "a|<a href=\"https://x.example/</body>",
                 "a|<a hre",
                 "<b>a</b><|",
                 "<b>a</b>|</",
                 "<p title='</body>'>a|</body>",
                 "<style>x</style>a|</body",
                 "<svg><![CDATA[</body>]]></svg>a|",
                 "a</>|",
             }) {
            CAPTURE(marked);
            const std::size_t place = marked.find('|');
            const std::string html =
                std::string(marked.substr(0, place)) + std::string(marked.substr(place + 1));
            CHECK(footer_place(html) == place);
        }
    }
    TEST_CASE("long texts of openers take no longer than others") {
        std::string html;
        for (int i = 0; i < 200000; ++i) html += "<!-- <a ";
        CHECK(footer_place(html) == 0);
    }
}
