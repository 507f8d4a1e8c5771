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
                 "a|<script></script ",
                 "a|<style>b</style",
                 "a|<script></script t=\"",
                 "<p>|<b title='",
                 "<svg>a|<![CDATA[b",
                 "<svg><![CDATA[a]]>|<b c='",
                 "<svg><![CDATA[a]]>|<![CDATA[b]",
                 "a</>|",
             }) {
            CAPTURE(marked);
            const std::size_t place = marked.find('|');
            const std::string html =
                std::string(marked.substr(0, place)) + std::string(marked.substr(place + 1));
            CHECK(footer_place(html) == place);
        }
    }
    TEST_CASE("the body begins behind its tag, else before the first that is shown") {
        for (const std::string_view marked : {
                 "<!DOCTYPE html><html><head><title>a</title></head><BODY class='<b>'>|<p>b",
                 "<!-- <body> --><style>a{}</style>\n<body>|b</body><body>",
                 "<!--[if mso]><body id=m><![endif]--><!--[if !a]><!--><body>|<!--<![endif]-->",
                 "<!DOCTYPE html>\n<meta charset=utf-8><title>t</title><base href=/>|<table><tr>",
                 "<html><link rel=x><script>'<body>'</script></html>|x",
                 "\xEF\xBB\xBF<!DOCTYPE html><html>|<div>",
                 "\xEF\xBB\xBF |Hello <a href=x>",
                 "|&nbsp;<body>",
                 "|<noscript>a</noscript><body>",
             }) {
            CAPTURE(marked);
            const std::size_t place = marked.find('|');
            const std::string html =
                std::string(marked.substr(0, place)) + std::string(marked.substr(place + 1));
            CHECK(body_beginning(html) == place);
        }
        for (const std::string_view empty :
             {"", " \r\n", "\xEF\xBB\xBF", "<html><title>x</title></html>", "<!-- x", "<body"}) {
            CAPTURE(empty);
            CHECK_FALSE(body_beginning(empty));
        }
    }
    TEST_CASE("long texts of openers take no longer than others") {
        std::string html;
        for (int i = 0; i < 200000; ++i) html += "<!-- <a ";
        CHECK(footer_place(html) == 0);
    }
}
