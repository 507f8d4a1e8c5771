// Tokens as spans: the rules of a mail's HTML, the pitfalls that regular expressions fall into, and
// what must hold for any bytes.
#include "rewriter/html/html_tokens.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace candor::rewriter;

namespace {

std::vector<std::string> start_tags(std::string_view html) {
    std::vector<std::string> names;
    HtmlTokenizer tokens{html};
    while (tokens.next()) {
        if (tokens.token().kind != TokenKind::StartTag) continue;
        names.emplace_back(tokens.text(tokens.token().name));
    }
    return names;
}

}  // namespace

TEST_SUITE("rewriter/html_tokens") {
    TEST_CASE("the text of raw elements holds no tags, that of noscript does") {
        using Names = std::vector<std::string>;
        CHECK(start_tags("<style><a></style><b>") == Names{"style", "b"});
        CHECK(start_tags("<script><!--<script></script><a></script><i>--></script><b>") ==
              Names{"script", "i", "b"});
        CHECK(start_tags("<textarea><a></textare></TEXTAREA ><b>") == Names{"textarea", "b"});
        CHECK(start_tags("<noscript><a></noscript><b>") == Names{"noscript", "a", "b"});
        CHECK(start_tags("<plaintext></plaintext><a>") == Names{"plaintext"});
        CHECK(start_tags("<style/><a>") == Names{"style"});
    }

    TEST_CASE("a tag cut off by the end of the text does not exist") {
        for (const std::string_view html :
             {"<a href=x", "<a href='x>", "<a", "</a", "<a b =", "<a /"}) {
            CAPTURE(html);
            HtmlTokenizer tokens{html};
            CHECK(!tokens.next());
        }
    }

    TEST_CASE("attribute values are spans into the text, with the quotes they stand in") {
        const std::string_view html = "<a one = \"1\" two='2'three=3/ four five=>";
        HtmlTokenizer tokens{html};
        REQUIRE(tokens.next());
        REQUIRE(tokens.attributes().size() == 5);
        const auto check = [&](std::size_t i, std::string_view name, std::string_view value,
                               char quote, bool has_value) {
            CAPTURE(name);
            const Attribute& attribute = tokens.attributes()[i];
            CHECK(tokens.text(attribute.name) == name);
            CHECK(tokens.text(attribute.value) == value);
            CHECK(attribute.quote == quote);
            CHECK(attribute.has_value == has_value);
        };
        check(0, "one", "1", '"', true);
        check(1, "two", "2", '\'', true);
        check(2, "three", "3/", 0, true);
        check(3, "four", "", 0, false);
        check(4, "five", "", 0, true);
    }

    TEST_CASE("comments and declarations end where a browser ends them") {
        struct Row {
            std::string_view html;
            std::string_view comment;
            std::string_view behind;
        };
        const std::vector<Row> rows{
            {"<!-->x", "", "x"},
            {"<!--->x", "", "x"},
            {"<!-- a --!>x", " a ", "x"},
            {"<!-- a -- > b --->x", " a -- > b -", "x"},
            {"<!-- a ->b<!-- c -->x", " a ->b<!-- c ", "x"},
            {"<!-a-->x", "-a--", "x"},
            {"<![if !mso]>x", "[if !mso]", "x"},
            {"<?xml version='1.0' encoding=\">\"?>x", "?xml version='1.0' encoding=\"", "\"?>x"},
            {"</ a href='>'>x", " a href='", "'>x"},
            {"<![CDATA[<a>]]>x", "[CDATA[<a", "]]>x"},
            {"<%if a>x", "", "<%if a>x"},
            {"</>x", "", "x"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.html);
            HtmlTokenizer tokens{row.html};
            REQUIRE(tokens.next());
            const bool comment = tokens.token().kind == TokenKind::Comment;
            CHECK(comment == (row.html.starts_with("<!") || row.html.starts_with("<?") ||
                              row.html.starts_with("</ ")));
            if (comment) {
                CHECK(tokens.text(tokens.token().content) == row.comment);
                REQUIRE(tokens.next());
            }
            CHECK(tokens.text(tokens.token().content) == row.behind);
        }
        HtmlTokenizer tokens{"<!DOCTYPE html PUBLIC \"a>b\"><p>"};
        REQUIRE(tokens.next());
        CHECK(tokens.token().kind == TokenKind::Doctype);
        CHECK(tokens.token().whole.end == 25);
    }

    TEST_CASE("attributes are told apart as the standard tells them apart") {
        struct Row {
            std::string_view tag;
            std::vector<std::string_view> names_and_values;
        };
        const std::vector<Row> rows{
            {"<a/href=x>", {"href", "x"}},
            {"<a href=x/>", {"href", "x/"}},
            {"<a href = 'x' >", {"href", "x"}},
            {"<a =b=c>", {"=b", "c"}},
            {"<a href=>", {"href", ""}},
            {"<a href= =\"x>", {"href", "=\"x"}},
            {"<a href=a=\"b>\">", {"href", "a=\"b"}},
            {"<a\nhref\t=\r\nx>", {"href", "x"}},
            {"<a x=\"1\"y='2'z>", {"x", "1", "y", "2", "z", ""}},
            {"<a b\"c=d>", {"b\"c", "d"}},
            {"<a title='a\"b' href=\"it's\">", {"title", "a\"b", "href", "it's"}},
            {"<a x<y>", {"x<y", ""}},
            {"<a {{#if a}} b=\"{{c \">", {"{{#if", "", "a}}", "", "b", "{{c "}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.tag);
            HtmlTokenizer tokens{row.tag};
            REQUIRE(tokens.next());
            std::vector<std::string_view> got;
            for (const Attribute& attribute : tokens.attributes()) {
                got.push_back(tokens.text(attribute.name));
                got.push_back(tokens.text(attribute.value));
            }
            CHECK(got == row.names_and_values);
        }
    }

    TEST_CASE("a name counts in any case and of any length") {
        const std::string_view html = "<BlockQuote><IMG><v:RoundRect/><blockquotes><i!mg>";
        HtmlTokenizer tokens{html};
        for (const std::string_view name : {"blockquote", "img", "v:roundrect", "blockquotes"}) {
            CAPTURE(name);
            REQUIRE(tokens.next());
            CHECK(tokens.name_is(name));
            CHECK(!tokens.name_is("a"));
            CHECK(!tokens.name_is("blockquot"));
        }
        REQUIRE(tokens.next());
        CHECK(!tokens.name_is(""));
    }

    TEST_CASE("an attribute is found wherever the text ends behind it") {
        // Looking at many bytes at once must not look behind the text, nor change the answer.
        for (std::size_t length = 0; length < 150; ++length) {
            const std::string value(length, 'v');
            for (const std::string& tag :
                 {"<a href=\"" + value + "\">", "<a href='" + value + "' b>",
                  "<a h" + value + "=\"x\">", "<" + value + "a b=\"" + value + "\"c=d>"}) {
                CAPTURE(tag);
                const std::string exact{tag};  // its own allocation: ASan sees a step too far
                for (const std::size_t behind : {0U, 1U, 20U, 100U}) {
                    const std::string html = exact + std::string(behind, ' ');
                    HtmlTokenizer tokens{html};
                    REQUIRE(tokens.next());
                    CHECK(tokens.token().whole == Span{0, exact.size()});
                    REQUIRE(!tokens.attributes().empty());
                    CHECK(html[tokens.attributes()[0].name.end] == '=');
                    const std::size_t end = tokens.attributes()[0].value.end;
                    CHECK(html[end] == tokens.attributes()[0].quote);
                }
            }
        }
    }

    TEST_CASE("tokens tile any text: what no token covers is no markup a reader sees") {
        const std::uint32_t seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random{seed};
        const std::vector<std::string_view> pieces{
            "<a href=\"", "\"",       "'",     ">",      "<",         "</",  "<!--", "-->",   "--",
            "<style>",    "</style>", "<svg>", "</svg>", "<![CDATA[", "]]>", "=",    " ",     "/",
            "<script>",   "</script", "text",  "\0",     "\r\n",      "<?",  "<!",   "&amp;", "a"};
        for (int round = 0; round < 3000; ++round) {
            std::string html;
            for (int i = 0; i < 12; ++i) html += pieces[random() % pieces.size()];
            CAPTURE(html);
            HtmlTokenizer tokens{html};
            std::size_t done = 0;
            const auto gap = [&](std::size_t end) {
                std::string_view left = std::string_view{html}.substr(done, end - done);
                while (left.starts_with("</>")) left.remove_prefix(3);
                const bool none =
                    left.empty() || left == "<![CDATA[" || left == "]]>" || left == "<![CDATA[]]>";
                const bool cut_off = end == html.size() && left.starts_with('<');
                return none || cut_off || left.starts_with("]]>") || left.ends_with("<![CDATA[");
            };
            while (tokens.next()) {
                const Span whole = tokens.token().whole;
                REQUIRE(whole.begin >= done);
                REQUIRE(whole.end > whole.begin);
                CHECK(gap(whole.begin));
                done = whole.end;
            }
            REQUIRE(done <= html.size());
            CHECK(gap(html.size()));
        }
    }
}
