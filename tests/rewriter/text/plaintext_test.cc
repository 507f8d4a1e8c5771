#include "rewriter/text/plaintext.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace candor::rewriter;

TEST_SUITE("rewriter/plaintext") {
    TEST_CASE("HTML becomes text that reads like the mail") {
        struct Row {
            std::string_view html;
            std::string_view text;
        };
        const std::vector<Row> rows{
            {"", ""},
            {"<p>One\n  two</p><p>Three<br>four</p>", "One two\n\nThree\nfour\n"},
            {"<div>a</div><div>b</div>c", "a\nb\nc\n"},
            {"<h1>Title</h1><p>x", "Title\n=====\n\nx\n"},
            {"<h2>Two</h2><h3>Three</h3>x", "Two\n---\n\nThree\n\nx\n"},
            {"<ul><li>a<li>b<ol start=3><li>c</li><li>d</ol></ul>e",
             "- a\n- b\n  3. c\n  4. d\n\ne\n"},
            {"<blockquote><p>q</p><p>r</p></blockquote>s", "> q\n>\n> r\n\ns\n"},
            {"a<hr>b", "a\n\n----------------------------------------\n\nb\n"},
            {"<pre>a  b\n  c</pre>", "a  b\n  c\n"},
            {"x<br><br><br><br>y", "x\n\ny\n"},
            {"10&nbsp;&euro;&nbsp;", "10 \xE2\x82\xAC\n"},
            {"<style>p{}</style><script>x</script><title>t</title><!--[if mso]>m<![endif]-->v",
             "v\n"},
            {"<!--[if !mso]><!-->seen<!--<![endif]-->", "seen\n"},
            {"<div style='display:none'>pre <b>header</b></div>body", "body\n"},
            // A honeypot: neither its URL nor a footnote.
            {"<body><a href=\"https://go.acme.example/c/x\" style=\"display:none!important\" "
             "aria-hidden=\"true\" tabindex=\"-1\"></a>see <a "
             "href=\"https://acme.example/\">us</a>",
             "see us [1]\n\n[1] https://acme.example/\n"},
            {"<span hidden>x</span><p style=\"mso-hide:all\">shown</p>", "shown\n"},
            {"<td style='font-size:0'><div style='font-size:13px'>in</div>out", "in\n"},
            {"a&#8203;&#847;&zwnj;&shy;b &#8204;&#847;&nbsp;&#8204; c", "ab c\n"},
            {"<table role=presentation><tr><td><p>Left column with a long story that goes on and "
             "on still</p></td><td>Right</td></tr></table>",
             "Left column with a long story that goes on and on still\n\nRight\n"},
            {"<table><tr><th>Item<th>Price</tr><tr><td>Tea<td>3.00</tr><tr><td>Cake and "
             "more<td>12.50"
             "</table>",
             "Item           Price\nTea             3.00\nCake and more  12.50\n"},
            {"<table><tr><td><a href=http://a.example>A</a><td><a "
             "href=http://b.example>B</a></table>",
             "A [1] | B [2]\n\n[1] http://a.example\n[2] http://b.example\n"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.html);
            CHECK(html_to_text(row.html) == row.text);
        }
    }

    TEST_CASE("links become footnotes unless their words say it") {
        struct Row {
            std::string_view html;
            std::string_view text;
        };
        const std::vector<Row> rows{
            {"See <a href=\"https://a.example/?x=1&amp;y=2\">our shop</a>.",
             "See our shop [1].\n\n[1] https://a.example/?x=1&y=2\n"},
            {"<a href=http://a.example>x</a> <a href=http://a.example>y</a>",
             "x y [1]\n\n[1] http://a.example\n"},
            {"<a href=https://a.example/>https://a.example</a>", "https://a.example\n"},
            {"<a href=mailto:a@b.example>a@b.example</a> <a href=mailto:c@d.example>Carl</a>",
             "a@b.example | Carl (c@d.example)\n"},
            {"<a href='https://a.example/\"q\"<.'>a</a> <a href='https://a.example/x y'>b</a>",
             "a [1] | b [2]\n\n[1] https://a.example/%22q%22%3C%2E\n[2] https://a.example/x%20y\n"},
            {"<a href='https://a.example/\"q'>https://a.example/\"q</a>",
             "https://a.example/\"q [1]\n\n[1] https://a.example/%22q\n"},
            {"<a href=candor:unsubscribe>Stop</a>", "Stop [1]\n\n[1] candor:unsubscribe\n"},
            {"<a href=#top>Top</a> <a href=javascript:x()>js</a> <a href=\"\">e</a>",
             "Top | js | e\n"},
            {"<a href=http://a.example><img src=x alt=\"Buy now\"></a>",
             "Buy now [1]\n\n[1] http://a.example\n"},
            {"<a href=http://www.a.example/p><img src=x></a>",
             "a.example [1]\n\n[1] http://www.a.example/p\n"},
            {"<a href=http://a.example></a><a href=http://a.example><img src=x width=1 "
             "height=1></a>z",
             "z\n"},
            {"<a href=http://a.example><p>Big</p></a>after",
             "Big [1]\n\nafter\n\n[1] http://a.example\n"},
            {"<img src=x alt=\"logo.png\"><img src=x alt=Acme>", "[Acme]\n"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.html);
            CHECK(html_to_text(row.html) == row.text);
        }
    }

    TEST_CASE("lines wrap at 72 columns and URLs never break") {
        std::string html = "<p>";
        for (int i = 0; i < 60; ++i) html += "w\xC3\xB6rter ";
        const std::string url = "https://a.example/" + std::string(100, 'x');
        html += "<a href=" + url + ">" + url + "</a>";
        const std::string text = html_to_text(html);
        CHECK(text.find("\n" + url + "\n") != std::string::npos);
        std::size_t begin = 0;
        for (std::size_t end = text.find('\n'); end != std::string::npos;
             begin = end + 1, end = text.find('\n', begin)) {
            const std::string line = text.substr(begin, end - begin);
            CAPTURE(line);
            if (line != url) CHECK(line.size() <= 72 + 11);  // an umlaut is two bytes
            CHECK(!line.ends_with(' '));
        }
    }

    TEST_CASE("hostile HTML takes linear time and memory") {
        std::string nested;
        std::string closers;
        for (int i = 0; i < 20000; ++i) {
            nested += "<div><b>";
            closers += "</i></p>";
        }
        CHECK(html_to_text(nested + "x" + closers) == "x\n");
        std::string quotes;
        for (int i = 0; i < 5000; ++i) quotes += "<blockquote>a<ul><li>";
        CHECK(html_to_text(quotes).size() < 64 * quotes.size());
        std::string tables;
        for (int i = 0; i < 10000; ++i) tables += "<table><tr><td>a<td>b";
        CHECK(html_to_text(tables).size() < 64 * tables.size());
        std::string cell = "<table><tr><th>a<th>b<tr><td>1<td>x";
        for (int i = 0; i < 20000; ++i) {
            cell += "<br><a href=http://a" + std::to_string(i) + ".example><img src=x></a>";
        }
        CHECK(html_to_text(cell).size() < 2 * cell.size());
    }
}
