#include "rewriter/links/text_url.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace candor::rewriter;

TEST_SUITE("rewriter/text_url") {
    TEST_CASE("what would end a URL in a text is percent-encoded, all else stays") {
        struct Row {
            std::string_view url;
            std::string_view written;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"https://a.example/?x=1&y=(2)#z", "https://a.example/?x=1&y=(2)#z"},
                 {"https://a.example/\xC3\xA9", "https://a.example/\xC3\xA9"},
                 {"https://a.example/%22a%22", "https://a.example/%22a%22"},
                 {"https://a.example/\"q\"<x>`", "https://a.example/%22q%22%3Cx%3E%60"},
                 {"https://a.example/two words\x01", "https://a.example/two%20words%01"},
                 {"https://a.example/a.", "https://a.example/a%2E"},
                 {"https://a.example/a...", "https://a.example/a..%2E"},
                 {"https://a.example/a)", "https://a.example/a%29"},
                 {"https://a.example/x,https://b.example/",
                  "https://a.example/x%2Chttps://b.example/"},
                 {"https://a.example/\xC2\xA0x\xE2\x80\x93", "https://a.example/%C2%A0x%E2%80%93"},
                 {"https://a.example/\xFFx", "https://a.example/\xFFx"},
                 {"https://a.example/x[[data-msys-clicktrack=\"0\"]]",
                  "https://a.example/x%5B[data-msys-clicktrack=%220%22]%5D"},
                 {"", ""},
             }) {
            CAPTURE(row.url);
            const std::string written = whole_text_url(row.url);
            CHECK(written == row.written);
            CHECK(whole_text_url(written) == written);
            const std::string list = "[1] " + written + "\n";
            CHECK(text_url_at(list, 4, 4, SoftBreaks::Blank).url == written);
        }
    }
}
