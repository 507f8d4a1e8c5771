#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/links/links.h"

using namespace candor::rewriter;

namespace {

using Urls = std::vector<std::string>;

Urls urls_in(std::string_view text, SoftBreaks soft_breaks = SoftBreaks::Blank) {
    Urls urls;
    for (const TextLink& link : find_text_links(text, soft_breaks)) urls.push_back(link.url);
    return urls;
}

const std::string acme = "https://acme.example/x";

}  // namespace

TEST_SUITE("rewriter/links_of_text") {
    TEST_CASE("a URL ends where its sentence goes on") {
        struct Row {
            std::string_view text;
            Urls urls;
        };
        const std::vector<Row> rows{
            {"https://acme.example/x", {acme}},
            {"See https://acme.example/x.", {acme}},
            {"See https://acme.example/x, then", {acme}},
            {"https://acme.example/x; https://acme.example/x: https://acme.example/x",
             {acme, acme, acme}},
            {"https://acme.example/x|https://acme.example/y", {acme, "https://acme.example/y"}},
            {"https://acme.example/x,HTTP://acme.example/y", {acme, "HTTP://acme.example/y"}},
            {"https://acme.example/x;;https://acme.example/x.", {acme, acme}},
            {"https://acme.example/x\xC3\xA9,https://acme.example/x",
             {"https://acme.example/x\xC3\xA9", acme}},
            {"<https://acme.example/x,https://acme.example/y>",
             {"https://acme.example/x,https://acme.example/y"}},
            {"https://web.archive.org/web/2020/https://a.example/",
             {"https://web.archive.org/web/2020/https://a.example/"}},
            {"https://r.example/?u=https://a.example", {"https://r.example/?u=https://a.example"}},
            {"https://r.example/a,b;c|d,xhttps://a.example",
             {"https://r.example/a,b;c|d,xhttps://a.example"}},
            {"Really? https://acme.example/x?", {acme}},
            {"Now! https://acme.example/x!", {acme}},
            {"wait https://acme.example/x...", {acme}},
            {"(https://acme.example/x)", {acme}},
            {"(see https://acme.example/x.)", {acme}},
            {"(https://acme.example/x_(y))", {"https://acme.example/x_(y)"}},
            {"[https://acme.example/x]", {acme}},
            {"{https://acme.example/x}", {acme}},
            {"'https://acme.example/x'", {acme}},
            {"\"https://acme.example/x\"", {acme}},
            {"`https://acme.example/x`", {acme}},
            {"*https://acme.example/x*", {acme}},
            {"**https://acme.example/x**.", {acme}},
            {"_https://acme.example/x_", {acme}},
            {"https://acme.example/x_", {"https://acme.example/x_"}},
            {"[text](https://acme.example/x)", {acme}},
            {"[text](https://acme.example/x \"title\")", {acme}},
            {"[1]: https://acme.example/x", {acme}},
            {"text=https://acme.example/x", {acme}},
            {"a|https://acme.example/x| b", {acme}},
            {"https://acme.example/x\r\nnext", {acme}},
            {"https://acme.example/x\tnext", {acme}},
            {"> https://acme.example/x\r\n> > https://acme.example/x", {acme, acme}},
            {"https://acme.example/?a=1&b=2&amp;c", {"https://acme.example/?a=1&b=2&amp;c"}},
            {"HTTPS://Acme.example/?q=a@b,c;d&e=%20#f/!g",
             {"HTTPS://Acme.example/?q=a@b,c;d&e=%20#f/!g"}},
            {"https://acme.example:8443/x", {"https://acme.example:8443/x"}},
            {"https://[2001:db8::1]/x", {"https://[2001:db8::1]/x"}},
            {"https://acme.example/{{name}}.", {"https://acme.example/{{name}}"}},
            {"https://acme.example/a'b", {"https://acme.example/a'b"}},
            {"https:// https://... http:/x http:x", {}},
            {"candor:unsubscribe. candor: none, Candor:stop-tracking- ",
             {"candor:unsubscribe", "Candor:stop-tracking"}},
            {"shttp://no git+https://no mailto:x@y.example ftp://z www.acme.example", {}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            CHECK(urls_in(row.text) == row.urls);
        }
    }

    TEST_CASE("punctuation that is no ASCII ends a URL, letters do not") {
        struct Row {
            std::string_view text;
            Urls urls;
        };
        const std::vector<Row> rows{
            {"“https://acme.example/x”", {acme}},
            {"„https://acme.example/x“", {acme}},
            {"«https://acme.example/x»", {acme}},
            {"https://acme.example/x…", {acme}},
            {"https://acme.example/x — and", {acme}},
            {"https://acme.example/x—and", {acme}},
            {"https://acme.example/x\xC2\xA0next", {acme}},
            {"（https://acme.example/x）、", {acme}},
            {"「https://acme.example/x」。", {acme}},
            {"https://acme.example/x！", {acme}},
            {"https://acme.example/gr\xC3\xB6\xC3\x9F"
             "e",
             {"https://acme.example/gr\xC3\xB6\xC3\x9F"
              "e"}},
            {"\x93https://acme.example/x\x94", {acme}},  // windows-1252
            {"https://acme.example/\xE9t\xE9", {"https://acme.example/\xE9t\xE9"}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            CHECK(urls_in(row.text) == row.urls);
        }
    }

    TEST_CASE("a URL that runs into a script without blanks may end anywhere") {
        const auto links =
            find_text_links("https://acme.example/xをご覧ください https://acme.example/ö");
        REQUIRE(links.size() == 2);
        CHECK(links[0].ambiguous_end);
        CHECK(!links[1].ambiguous_end);
        CHECK(!find_text_links("<https://acme.example/日本>")[0].ambiguous_end);
    }

    TEST_CASE("in angle brackets everything belongs to the URL, and its line breaks do not") {
        struct Row {
            std::string_view text;
            Urls urls;
            std::string_view value;  // of the first
        };
        const std::vector<Row> rows{
            {"<https://acme.example/x>", {acme}, "https://acme.example/x"},
            {"<https://acme.example/x.>", {"https://acme.example/x."}, "https://acme.example/x."},
            {"<URL:https://acme.example/x>", {acme}, "https://acme.example/x"},
            {"<https://acme.\r\nexample/x>", {acme}, "https://acme.\r\nexample/x"},
            {"<https://acme. \r\n example/x>", {acme}, "https://acme. \r\n example/x"},
            {"> <https://acme.\r\n> example/x>", {acme}, "https://acme.\r\n> example/x"},
            {"<https://acme.example/x\r\n> next", {acme}, "https://acme.example/x"},
            {"<https://acme.example/x y>", {acme}, "https://acme.example/x"},
            {"<https://acme.example/x\r\n\r\ny>", {acme}, "https://acme.example/x"},
            {"<https://acme.example/x and more", {acme}, "https://acme.example/x"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            CHECK(urls_in(row.text) == row.urls);
            const Span value = find_text_links(row.text).at(0).value;
            CHECK(row.text.substr(value.begin, value.size()) == row.value);
        }
    }

    TEST_CASE("a soft line break ends a URL, unless the text says that its blank is deleted") {
        const std::string_view text = "https://acme.exam \r\nple/x and";
        CHECK(urls_in(text) == Urls{"https://acme.exam"});
        CHECK(urls_in(text, SoftBreaks::Nothing) == Urls{acme});
        CHECK(urls_in("https://acme.example/x  \r\nnext", SoftBreaks::Nothing) == Urls{acme});
        CHECK(urls_in("https://acme.example/x \r\n\r\nnext", SoftBreaks::Nothing) == Urls{acme});
        CHECK(urls_in("https://acme.exam \r\nple/x.", SoftBreaks::Nothing) == Urls{acme});
        CHECK(urls_in("https://acme.example/x. \r\n", SoftBreaks::Nothing) == Urls{acme});
        // Over more lines than are joined: what replaced the beginning would go on in the rest.
        std::string lines = "https://acme.example/x";
        for (int k = 0; k < 30; ++k) lines += " \r\nmore";
        CHECK(find_text_links(lines, SoftBreaks::Nothing).at(0).ambiguous_end);
        CHECK_FALSE(find_text_links(lines, SoftBreaks::Blank).at(0).ambiguous_end);
    }

    TEST_CASE("the words in front of a URL are its label") {
        struct Row {
            std::string_view text, label;
        };
        for (const Row& row : {
                 Row{"Unsubscribe: https://acme.example/x", "Unsubscribe"},
                 Row{"News. To leave, go to <https://acme.example/x>", "To leave, go to"},
                 Row{"Leave:\r\nhttps://acme.example/x", "Leave"},
                 Row{"> Leave:\r\n>\r\n> https://acme.example/x", "Leave"},
                 Row{"Leave\r\n\r\n\r\nhttps://acme.example/x", ""},
                 Row{"https://acme.example/x", ""},
             }) {
            CAPTURE(row.text);
            CHECK(find_text_links(row.text).at(0).label == row.label);
        }
        CHECK(find_text_links("a https://a.example b https://b.example").at(1).label == "b");
    }

    TEST_CASE("marks of text links are seen") {
        const auto links = find_text_links(
            "https://a.example[[data-msys-clicktrack=\"0\"]] https+notrack://b.example "
            "https://c.example http+notrack://d.example "
            "https://e.example[[data-msys-unsubscribe=\"1\"]]");
        REQUIRE(links.size() == 5);
        CHECK(links[3].url == "http+notrack://d.example");
        CHECK(links[3].marked_no_track);
        CHECK(links[4].marked_no_track);
        CHECK(links[0].url == "https://a.example");
        CHECK(links[0].marked_no_track);
        CHECK(links[1].marked_no_track);
        CHECK(!links[2].marked_no_track);
    }

    TEST_CASE("hostile texts take linear time") {
        const auto many = [](std::string_view piece) {
            std::string text;
            for (int i = 0; i < 50000; ++i) text += piece;
            return text;
        };
        CHECK(urls_in(many("candor:a:http:")).size() <= 50000);
        CHECK(urls_in(many("<https://a.example")).size() == 50000);
        CHECK(urls_in(many("<http://a \r\n"), SoftBreaks::Nothing).size() == 50000);
        CHECK(urls_in(many("http://a \r\n"), SoftBreaks::Nothing).size() <= 50000);
        CHECK(urls_in("<http://a" + many("\r\n")).size() == 1);
        CHECK(urls_in("http://" + many(")")).empty());
        CHECK(urls_in("http://a" + many("[")).size() == 1);
        CHECK(urls_in(many("http://a.example|")).size() == 50000);
    }
}
