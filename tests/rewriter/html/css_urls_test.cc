#include "rewriter/html/css_urls.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace candor::rewriter;

namespace {

/// `use url` of each, joined by `|`.
std::string seen(const std::vector<CssUrl>& urls) {
    std::string text;
    for (const CssUrl& url : urls) {
        text += text.empty() ? "" : "|";
        text += url.use == CssUse::Image ? "image " : url.use == CssUse::Font ? "font " : "import ";
        text += url.url;
    }
    return text;
}

}  // namespace

TEST_SUITE("rewriter/css_urls") {
    TEST_CASE("every spelling of a URL that CSS fetches is found") {
        struct Row {
            std::string_view css;
            std::string_view wanted;
        };
        const std::vector<Row> rows{
            {"a{background:url(x.png)}", "image x.png"},
            {"a{background:#fff URL( 'x.png' ) no-repeat}", "image x.png"},
            {"a{background:url(\"x).png\")}", "image x).png"},
            {"a{background:u\\72l(x.png)}", "image x.png"},
            {"a{background:url(\\68 ttps://a/b)}", "image https://a/b"},
            {"a{background:image-set('x.png' 1x, url(y.png) 2x)}", "image x.png|image y.png"},
            {"a{background:-webkit-image-set(url(x) 1x)}", "image x"},
            {"li{list-style-image:url(x)}i{cursor:url(y),auto}b::after{content:url(z)}",
             "image x|image y|image z"},
            {"@import 'x.css' screen;a{b:'c'}", "import x.css"},
            {"@import url(x.css);@import url('y.css');a{b:url(z)}",
             "import x.css|import y.css|image z"},
            {"@font-face{font-family:'F';src:local('F'),url(f.woff) format('woff')}a{b:url(x)}",
             "font f.woff|image x"},
            {"@media print{#t{background:url(x)}}", "image x"},
            {"<!-- a{b:url(x)} -->", "image x"},
            {"/* url(x) */ a{content:'url(y)'}", ""},
            {"a{b:url()}c{d:url(x y'z)}e{f:hurl(x)}", ""},
            {"a{b:url(x", "image x"},
            {"a{b:url('x", "image x"},
            {"a{b:rgb(1,2,3) url(x)}", "image x"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.css);
            CHECK(seen(find_css_urls(row.css)) == row.wanted);
        }
    }

    TEST_CASE("the span holds the URL and nothing else") {
        for (const std::string_view css :
             {"a{b:url( x.png )}", "a{b:url('x.png')}", "@import \"x.png\"", "a{b:url(x.png"}) {
            CAPTURE(css);
            const auto found = find_css_urls(css);
            REQUIRE(found.size() == 1);
            CHECK(css.substr(found[0].value.begin, found[0].value.size()) == "x.png");
        }
    }

    TEST_CASE("in a style attribute references are undone and spans stay in what was written") {
        struct Row {
            std::string_view raw;
            std::string_view url;
            std::string_view value;
        };
        const std::vector<Row> rows{
            {"background:url(x?a=1&amp;b=2)", "x?a=1&b=2", "x?a=1&amp;b=2"},
            {"background:url(&quot;x?a&amp;b&#34;)", "x?a&b", "x?a&amp;b"},
            {"background:url(x?a=1&copy=2)", "x?a=1&copy=2", "x?a=1&copy=2"},
            {"background:url&#40;x&rpar;;a:b", "x", "x"},
            {"font-family:&quot;A&quot;;background:url('x')", "x", "x"},
            {"background:url(x&semi;y)", "x;y", "x&semi;y"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.raw);
            const auto found = find_css_urls_in_attribute(row.raw);
            REQUIRE(found.size() == 1);
            CHECK(found[0].url == row.url);
            CHECK(row.raw.substr(found[0].value.begin, found[0].value.size()) == row.value);
        }
    }
}
