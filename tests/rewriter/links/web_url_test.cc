#include "rewriter/links/web_url.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace candor::rewriter;

TEST_SUITE("rewriter/web_url") {
    TEST_CASE(
        "a URL is trimmed as a client trims it, and copied only where something inside goes") {
        const std::string clean = " \x01 https://acme.example/a b \n";
        const TrimmedUrl view{clean};
        CHECK(view.text() == "https://acme.example/a b");
        CHECK(view.text().data() == clean.data() + 3);
        CHECK(TrimmedUrl{"\thttps://ac\r\nme.example/\ta\t"}.text() == "https://acme.example/a");
        CHECK(TrimmedUrl{" \n "}.text().empty());
        CHECK(TrimmedUrl{""}.text().empty());
    }

    TEST_CASE("a URL is cut where a client cuts it, its host left in the case it has") {
        struct Row {
            std::string_view url, host, user_info, path, query;
        };
        for (const Row& row : std::vector<Row>{
                 {"https://Acme.example", "Acme.example", "", "", ""},
                 {"HTTPS://acme.example:80/a/b?c=d?e#f?g", "acme.example", "", "/a/b", "c=d?e"},
                 {"http:\\\\acme.example\\a", "acme.example", "", "\\a", ""},
                 {"http://a@b@acme.example?x", "acme.example", "a@b", "", "x"},
                 {"https://[2001:db8::1]:8/x", "[2001:db8::1]", "", "/x", ""},
                 {"https:///x/y", "x", "", "/y", ""},
                 {"https:/x/y", "x", "", "/y", ""},
                 {"https:acme.example?c", "acme.example", "", "", "c"},
                 {"http:", "", "", "", ""},
                 {"https://acme.example#a/b?c", "acme.example", "", "", ""},
             }) {
            CAPTURE(row.url);
            const auto pieces = web_url(row.url);
            REQUIRE(pieces.has_value());
            CHECK(pieces->host == row.host);
            CHECK(pieces->user_info == row.user_info);
            CHECK(pieces->path == row.path);
            CHECK(pieces->query == row.query);
            CHECK(pieces->two_slashes ==
                  (row.url.substr(row.url.find(':') + 1).find_first_not_of("/\\") == 2));
        }
        for (const std::string_view other : {"", "http", "httpss://x", "ftp://x", "//x"}) {
            CAPTURE(other);
            CHECK_FALSE(web_url(other).has_value());
        }
        CHECK(has_web_scheme("hTTps:x"));
        CHECK_FALSE(has_web_scheme("https+notrack://x"));
    }

    TEST_CASE("escapes are undone, what is none stays") {
        CHECK(percent_decoded("%41b%7a%7A") == "Abzz");
        CHECK(percent_decoded("%4") == "%4");
        CHECK(percent_decoded("a%4g%zz%") == "a%4g%zz%");
        CHECK(percent_decoded("%%41") == "%A");
        CHECK(percent_decoded("%2541") == "%41");
        CHECK(percent_decoded("").empty());
    }
}
