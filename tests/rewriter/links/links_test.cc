#include "rewriter/links/links.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/html/character_references.h"

using namespace candor::rewriter;

namespace {

std::vector<std::string> text_urls(std::string_view text) {
    std::vector<std::string> urls;
    for (const TextLink& link : find_text_links(text)) {
        CHECK(text.substr(link.value.begin, link.value.size()) == link.url);
        urls.push_back(link.url);
    }
    return urls;
}

}  // namespace

TEST_SUITE("rewriter/links") {
    TEST_CASE("a link is the first href of a or area, in any spelling of the tag") {
        struct Row {
            std::string_view html;
            std::vector<std::string> decoded;
        };
        const std::vector<Row> rows{
            {"<a href=\"https://x.example/?a=1&amp;b=2\">", {"https://x.example/?a=1&b=2"}},
            {"<A\nHREF = 'https://x.example/' href=y>", {"https://x.example/"}},
            {"<a href=https://x.example/>", {"https://x.example/"}},
            {"<a/href=x>", {"x"}},
            {"<area shape=rect href=map>", {"map"}},
            {"<a href=\"mailto:a@b.example\"><a href=#top>", {"mailto:a@b.example", "#top"}},
            {"<a name=x><a href>", {}},
            {"<a data-href=x xlink:href=y>", {}},
            // Nobody follows these, or a program does that wants to see them as they are.
            {"<a ping=x data-saferedirecturl=x><img longdesc=x usemap=x><q cite=x>", {}},
            {"<form action=x><button formaction=x><iframe src=x><base href=x>", {}},
            {"<link itemprop=url href=x><meta itemprop=target content=x><span itemscope itemid=x>",
             {}},
            {"<script type=application/ld+json>{\"target\":\"<a href=x>\"}</script>", {}},
            {"<link href=x><!-- <a href=x> --><style><a href=x></style>", {}},
            {"<a href=\"cut off", {}},
            {"<noscript><a href=x></noscript>", {"x"}},
            {"<a href=\"https://x.example/a b@c,d!\">", {"https://x.example/a b@c,d!"}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.html);
            std::vector<std::string> decoded;
            for (const HtmlLink& link : find_html_links(row.html)) decoded.push_back(link.decoded);
            CHECK(decoded == row.decoded);
        }
    }

    TEST_CASE("placeholders are found in any case, in forms and in conditional comments") {
        struct Row {
            std::string_view html;
            std::vector<std::string> decoded;
        };
        const std::vector<Row> rows{
            {"<a href=\"Candor:Unsubscribe\">", {"Candor:Unsubscribe"}},
            {"<a href=\"&#99;andor:x\">", {"candor:x"}},
            {"<form action='CANDOR:x'><form action=https://x.example/>", {"CANDOR:x"}},
            {"<button formaction='candor:x'><input formaction=candor:y><p formaction=candor:z>",
             {"candor:x", "candor:y"}},
            {"<svg><a xlink:href='candor:x'><a xlink:href='http://x.example/'></svg>",
             {"candor:x"}},
            {"<svg><a xlink:href='candor:x' href='candor:y'></svg>", {"candor:y"}},
            {"<!--[if mso]><o:p href=\"candor:x\"><o:p href=http://y.example/><![endif]-->"
             "<a href=z>",
             {"candor:x", "z"}},
            {"<a href=1>t<!--[IF gte mso 9]><a href=candor:x><![endif]--></a><a href=2>",
             {"1", "candor:x", "2"}},
            {"<!-- <a href=candor:x> -->", {}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.html);
            std::vector<std::string> decoded;
            for (const HtmlLink& link : find_html_links(row.html)) {
                decoded.push_back(link.decoded);
                const std::string_view raw = row.html.substr(link.value.begin, link.value.size());
                CHECK(decode_character_references(raw, ReferencePlace::Attribute) == link.decoded);
            }
            CHECK(decoded == row.decoded);
        }
        CHECK(text_urls("go to Candor:Unsubscribe now") ==
              std::vector<std::string>{"Candor:Unsubscribe"});
    }

    TEST_CASE("conditional comments are read by the same rules, and VML with them") {
        struct Row {
            std::string_view html;
            std::vector<std::string_view> plain;
            std::vector<std::string_view> conditional;
        };
        const std::vector<Row> rows{
            {"<!--[if mso]><a href=\"o\">x</a><![endif]--><a href=h>", {"h"}, {"o"}},
            {"<!--[if mso | ie]><v:roundrect href='o' arcsize=\"8%\"><w:anchorlock/>"
             "<center>Buy</center></v:roundrect><![endif]-->",
             {},
             {"o"}},
            {"<!--[if =\nmso | IE]><V:RECT HREF=o><v:image href=i /><![endif]-->", {}, {"o", "i"}},
            {"<!--[if (gte mso 9)|(IE)]><area href=o><o:p href=n><![endif]-->", {}, {"o"}},
            // To a browser all is comment up to the arrow, whatever the author forgot.
            {"<!--[if mso]><a href=o><p>no end--><a href=h>", {"h"}, {"o"}},
            {"<!--[if mso]><a href=o><![endif]--", {}, {"o"}},
            // An ordinary comment, and live HTML behind it.
            {"<!--[if !mso]><!--><a href=h><!--<![endif]-->", {"h"}, {}},
            {"<!--[if !mso]> --><a href=h><!-- <![endif]-->", {"h"}, {}},
            {"<![if !mso]><a href=h><![endif]>", {"h"}, {}},
            {"<!-- [if mso]><a href=n><![endif]--><!-- <a href=n> -->", {}, {}},
            // Inside, raw text is raw text and a cut-off tag is none.
            {"<!--[if mso]><style><a href=n></style><a href=o><xml><a href=\"n<![endif]-->",
             {},
             {"o"}},
            {"<!--[if mso]><!--[if mso]><a href=o>--><a href=h>", {"h"}, {}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.html);
            std::vector<std::string_view> plain;
            std::vector<std::string_view> conditional;
            for (const HtmlLink& link : find_html_links(row.html)) {
                (link.conditional ? conditional : plain)
                    .push_back(row.html.substr(link.value.begin, link.value.size()));
            }
            CHECK(plain == row.plain);
            CHECK(conditional == row.conditional);
        }
        const auto links = find_html_links(
            "<a href=1>outer <!--[if mso]><v:rect href=2>Buy "
            "<b>now</b></v:rect>x<![endif]-->text</a>");
        REQUIRE(links.size() == 2);
        CHECK(links[0].text == "outer text");
        CHECK(links[1].text == "Buy now");
    }

    TEST_CASE("what is written into a comment never ends it, and reads back the same") {
        for (const std::string_view url :
             {"https://x.example/a--b", "https://x.example/--", "https://x.example/-",
              "https://---", "https://x.example/--!?a=1&b=2", "https://x.example/a-b-c"}) {
            for (const char quote : {'"', '\'', '\0'}) {
                CAPTURE(url);
                CAPTURE(quote);
                std::string value = escape_attribute(url, quote, AttributePlace::Comment);
                CHECK(value.find("--") == std::string::npos);
                if (quote != 0) value = quote + value + quote;
                const std::string html =
                    "<!--[if mso]><a href=" + value + "><![endif]--><a href=h>";
                const auto links = find_html_links(html);
                REQUIRE(links.size() == 2);
                CHECK(links[0].conditional);
                CHECK(links[0].decoded == url);
                CHECK(links[1].decoded == "h");
            }
        }
    }

    TEST_CASE("values keep every byte that a client would use") {
        struct Row {
            std::string_view value;
            std::string_view decoded;
        };
        const std::vector<Row> rows{
            {"?a=1&amp;b=2&#38;c=3&#x26;d", "?a=1&b=2&c=3&d"},
            {"?a&copy=1&copy;&copy", "?a&copy=1\xC2\xA9\xC2\xA9"},
            {"?x=&#128;&#0;", "?x=\xE2\x82\xAC\xEF\xBF\xBD"},
            {" h\nttps://x\t", " h\nttps://x\t"},
            {"{{url}}*|X|*%%u%%[[v]]<%= w %>${x}", "{{url}}*|X|*%%u%%[[v]]<%= w %>${x}"},
            {"\xFFhttps://x", "\xFFhttps://x"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.value);
            const auto links = find_html_links("<a href=\"" + std::string{row.value} + "\">");
            REQUIRE(links.size() == 1);
            CHECK(links[0].decoded == row.decoded);
        }
        CHECK(find_html_links("<base href=b><a href=r>").size() == 1);
        CHECK(find_html_links("<svg><a xlink:href=x><style><a href=y>").size() == 1);
    }

    TEST_CASE("the value's span and quote say what to replace") {
        const std::string_view html = "<a href='one'><a href=two><a href=\"three\">";
        const auto links = find_html_links(html);
        REQUIRE(links.size() == 3);
        CHECK(html.substr(links[0].value.begin, links[0].value.size()) == "one");
        CHECK(links[0].quote == '\'');
        CHECK(html.substr(links[1].value.begin, links[1].value.size()) == "two");
        CHECK(links[1].quote == 0);
        CHECK(html.substr(links[2].value.begin, links[2].value.size()) == "three");
        CHECK(links[2].quote == '"');
    }

    TEST_CASE("the text of a link is what a reader sees, folded and of bounded size") {
        const auto links = find_html_links(
            "<a href=1> <b>Buy</b>\n now&amp;here </a>rest<a href=2>outer<a href=3>inner</a>"
            "<a href=4><p>one</p><p>two</p></a><a href=5>" +
            std::string(500, 'x') + "</a><a href=6>" +
            [] {
                std::string umlauts;
                for (int i = 0; i < 150; ++i) umlauts += "\xC3\xA4";
                return umlauts;
            }() +
            "</a>");
        REQUIRE(links.size() == 6);
        CHECK(links[0].text == "Buy now&here");
        CHECK(links[1].text == "outer");
        CHECK(links[2].text == "inner");
        CHECK(links[3].text == "one two");
        CHECK(links[4].text == std::string(200, 'x'));
        CHECK(links[5].text.size() == 200);
        CHECK(links[5].text.ends_with("\xC3\xA4"));
    }

    TEST_CASE("every vendor's do-not-track mark on a link is honoured") {
        struct Row {
            std::string_view attributes;
            bool marked;
        };
        const std::vector<Row> rows{
            {"clicktracking=off", true},
            {"clicktracking=\"OFF\"", true},
            {"clicktracking=on", false},
            {"ses:no-track", true},
            {"data-pm-no-track", true},
            {"disable-tracking=true", true},
            {"disable-tracking=false", false},
            {"disable-tracking", true},
            {"mc:disable-tracking", true},
            {"data-msys-clicktrack=0", true},
            {"data-msys-clicktrack=1", false},
            {"data-msys-unsubscribe=1", true},
            {"data-msys-unsubscribe=0", false},
            {"data-msys-sublink=footer ses:tags=\"a:b;\"", false},  // names, no refusals
            {"mautic:disable-tracking", true},
            {"tracking=\"off\"", true},
            {"data-no-track", true},
            {"data-skip-click=\"true\"", true},
            {"data-track=off", true},
            {"no_jumpurl=1", true},
            {"DATA-PH-NO-TRACK", true},
            {"class=x", false},
            {"class=\"data-no-track\" title='clicktracking=off'", false},
        };
        for (const Row& row : rows) {
            CAPTURE(row.attributes);
            const auto links =
                find_html_links("<a " + std::string{row.attributes} + " href=https://x.example>");
            REQUIRE(links.size() == 1);
            CHECK(links[0].marked_no_track == row.marked);
        }
        CHECK(find_html_links("<a href=' HTTPS+notrack://x.example'>")[0].marked_no_track);
    }

    TEST_CASE("an escaped URL reads back the same in every kind of quotes") {
        for (const char quote : {'"', '\'', '\0'}) {
            for (const std::string_view url :
                 {"https://x.example/?a=1&b=2", "a\"b'c`d=e f<g>h", "&amp;&copy;&copy=1"}) {
                CAPTURE(quote);
                CAPTURE(url);
                const std::string attribute = quote == 0
                                                  ? escape_attribute(url, quote)
                                                  : quote + escape_attribute(url, quote) + quote;
                const auto links = find_html_links("<a href=" + attribute + " title=x>");
                REQUIRE(links.size() == 1);
                CHECK(links[0].decoded == url);
            }
        }
    }

    TEST_CASE("schemes are read as a browser reads them") {
        CHECK(trim_url(" \x01https://x\n.exa\tmple/ ") == "https://x.example/");
        CHECK(scheme_of("HTTPS://x") == "https");
        CHECK(scheme_of("https+notrack://x") == "https+notrack");
        CHECK(scheme_of("//x").empty());
        CHECK(scheme_of("a/b:c").empty());
        CHECK(scheme_of("?a:b").empty());
        CHECK(scheme_of("1a:b").empty());
        CHECK(scheme_of("").empty());
        for (const std::string_view value :
             {" HTTPS:x", "h\nt\ttps://x", "\x01\nhttp:x\n", "mail to:x", "", " ", "a\r:b", "x"}) {
            CAPTURE(value);
            CHECK(scheme_in(value) == scheme_of(trim_url(value)));
        }
    }

    TEST_CASE("what may be linked to where no link is found is listed apart") {
        using Urls = std::vector<std::string>;
        const auto unread = [](std::string_view html) {
            UnreadLinks found;
            const auto links = find_html_links(html, &found);
            CHECK(links.size() == find_html_links(html).size());
            CHECK(!found.too_many);
            return found.urls;
        };
        const std::string unclear = "<a href=x>y</a><svg><desc></svg>";
        CHECK(unread("<a href=x>y</a>").empty());
        CHECK(unread(unclear + "<p>href is not = a link").empty());
        CHECK(unread(unclear + "<a href=\"https://a.example/?a=1&amp;b=2\">z</a>") ==
              Urls{"https://a.example/?a=1&b=2"});
        // Whatever a client takes for raw text, a comment, or the value of something else.
        for (const char* around : {"<style>*</style>", "<!-- * -->", "<title>*</title>",
                                   "<![CDATA[*]]>", "<p title='*'>", "<p title=*>"}) {
            std::string html = around;
            html.replace(html.find('*'), 1, "<A\nHREF = \"u\" id=a/href=v >");
            CAPTURE(html);
            CHECK(unread(unclear + html) == Urls{"u", "v"});
        }
        CHECK(unread(unclear + "<p title=\"href=x/\"href=y>") == Urls{"x/\"href=y", "y"});
        CHECK(unread(unclear + "<form action=candor:unsubscribe><form action=https://a/>") ==
              Urls{"candor:unsubscribe"});
        CHECK(unread(unclear + "<button formaction=candor:x><a xlink:href='candor:y'>"
                               "<a xlink:href=z>") == Urls{"candor:x", "candor:y"});
        CHECK(unread(unclear + "<a xhref=u nohref = v href w=x><a href=\"cut off") == Urls{});
        CHECK(unread("<!--[if mso]>" + unclear + "<a href=u><![endif]--><a href=v>") == Urls{"u"});
        const std::string blanks(40'000, ' ');
        CHECK(unread("<a href='" + blanks + "candor:unsubscribe'>x</a><a href=y>z</a>") ==
              Urls{blanks + "candor:unsubscribe"});
        CHECK(unread("<form action='" + blanks + "x'>").empty());
    }

    TEST_CASE("hostile texts take linear time") {
        std::string values = "<svg><desc></svg>";
        for (int i = 0; i < 100'000; ++i) values += "/href=";
        UnreadLinks within;
        CHECK(find_html_links(values + ">", &within).empty());
        CHECK(within.too_many);
        UnreadLinks cut_off;
        CHECK(find_html_links(values, &cut_off).empty());
        CHECK(cut_off.too_many);
        std::string quotes = "<svg><desc></svg>";
        for (int i = 0; i < 50'000; ++i) quotes += " href=\" href='";
        CHECK(find_html_links(quotes, &within).empty());
        std::string many;
        for (int i = 0; i < 50000; ++i) many += "<a href=\"";
        CHECK(find_html_links(many).size() <= 1);
        std::string nested;
        for (int i = 0; i < 30000; ++i) nested += "<a href=x>y";
        CHECK(find_html_links(nested).size() == 30000);
        std::string colons;
        for (int i = 0; i < 50000; ++i) colons += "candor:a:http:";
        CHECK(find_text_links(colons).size() <= 50000);
        std::string attributes = "<a";
        for (int i = 0; i < 20000; ++i) attributes += " a" + std::to_string(i);
        CHECK(find_html_links(attributes + " href=x>").size() == 1);
    }
}
