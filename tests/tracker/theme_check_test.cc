// What may not be in a theme, each with its line.
#include "tracker/theme_check.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tracker/theme.h"

namespace candor::tracker {
namespace {

const std::string head =
    "<!DOCTYPE html>\n"
    "<html lang=\"{{language}}\" dir='{{direction}}'>\n"
    "<head><meta charset=\"utf-8\"/><title>{{title}}</title><style>{{style}}</style></head>\n"
    "<body>\n";
const std::string foot = "\n{{content}}\n</body>\n</html>\n";

std::string lines(const std::vector<policy::ConfigFault>& faults) {
    std::string all;
    for (const auto& fault : faults) all += policy::to_line(fault) + "\n";
    return all;
}
std::string page_with(const std::string& inside) {
    return lines(faults_of_page(head + inside + foot, "page.html"));
}
std::string style(const std::string& css) {
    return lines(faults_of_style(css, "style.css"));
}

TEST_SUITE_BEGIN("tracker/theme_check");

TEST_CASE("a page may have headings, links, a logo inside it, and comments") {
    CHECK(page_with("") == "");
    CHECK(page_with(
              "<!-- <script> in a comment --><header role=\"banner\"><IMG alt=\"Acme\" "
              "src=\"data:image/png;base64,AAAA\">\n<svg viewBox='0 0 1 1' aria-hidden=\"true\">"
              "<path d=\"M0 0\"/></svg><a href=\"https://acme.example/imprint?a=1\">Imprint</a>"
              "<a href=\"mailto:dpo@acme.example\" >DPO</a><br><hr/></header><h2>{{title}}</h2>") ==
          "");
}

TEST_CASE("what a page may not hold is named with its line") {
    struct Row {
        std::string inside, fault;
    };
    for (const Row& row : std::vector<Row>{
             {"\n<script>x</script>", "page.html:6: <script> is not allowed in a page\n"},
             {"<ScRiPt src=\"data:image/x\"></ScRiPt>", "<ScRiPt> is not allowed"},
             {"<p onclick=\"x\"></p>",
              "page.html:5: the attribute onclick is not allowed in a page\n"},
             {"<p style=\"color:red\"></p>", "the attribute style is not allowed"},
             {"<img alt=\"\" src=\"https://acme.example/logo.png\">",
              "a picture is written into the"},
             {"<img alt=\"\" src=\"//acme.example/logo.png\">",
              "a picture is written into the page"},
             {"<img alt=\"\" srcset=\"x\">", "the attribute srcset is not allowed"},
             {"<link rel=\"stylesheet\">", "<link> is not allowed"},
             {"<iframe></iframe>", "<iframe> is not allowed"},
             {"<form></form>", "<form> is not allowed"},
             {"<base href=\"https://x\">", "<base> is not allowed"},
             {"<meta http-equiv=\"refresh\" content=\"0\">",
              "the attribute http-equiv is not allowed"},
             {"<a href=\"javascript:x\">x</a>", "href is for <a>, and leads to https:"},
             {"<a href=\"http://x\">x</a>", "href is for <a>"},
             {"<a href=\" https://x\">x</a>", "href is for <a>"},
             {"<p href=\"https://x\">x</p>", "href is for <a>"},
             {"<style>p{}</style>", "<style> holds {{style}} and nothing else"},
             {"<style>{{style}}</style>", "{{style}} stands here again"},
             {"<p class=x></p>", "the attribute class has no value in quotes"},
             {"<p class></p>", "the attribute class has no value in quotes"},
             {"<p", "is not written as HTML"},
             {"<p class=\"x", "an attribute without an end"},
             {"<p class=\"{{title}}\"></p>", "a placeholder in the attribute class of <p>"},
             {"<p lang=\"{{language}}\"></p>", "a placeholder in the attribute lang of <p>"},
             {"{{content}}", "{{content}} stands here again"},
             {"{{style}}", "{{style}} does not belong here"},
             {"{{language}}", "{{language}} does not belong here"},
             {"{{name}}", "`{{` begins no placeholder"},
             {"{{title", "`{{` begins no placeholder"},
             {"1 < 2", "a `<` that opens no element"},
             {"<p>", "closes what is not open here"},
             {"</p>", "</p> closes what is not open here"},
             {"<p></p x>", "</p> does not end with >"},
             {"<!-- x", "a comment without an end"},
             {"\x01", "page.html:5: a control character"},
             {"<!--" + std::string(max_theme_bytes, 'x') + "-->", "has more than 262144 bytes"},
         }) {
        CAPTURE(row.inside.substr(0, 80));
        const std::string faults = page_with(row.inside);
        CAPTURE(faults.substr(0, 300));
        CHECK(faults.find(row.fault) != std::string::npos);
    }
}

TEST_CASE("a placeholder that is missing is named") {
    const std::string faults = lines(faults_of_page("<!DOCTYPE html><html></html>", "p"));
    for (const char* name : {"language", "direction", "title", "style", "content"}) {
        CHECK(faults.find(std::string("p:1: the placeholder {{") + name + "}} is missing\n") !=
              std::string::npos);
    }
    CHECK(lines(faults_of_page("<html>", "p")).find("p:1: does not begin with <!DOCTYPE html>") ==
          0);
    // In <head> only a title may stand, and a body is needed for the content.
    CHECK(lines(faults_of_page("<!DOCTYPE html>{{content}}{{title}}", "p"))
              .find("{{content}} does not belong here") != std::string::npos);
}

TEST_CASE("a style sheet may use what CSS has, as long as nothing is fetched") {
    CHECK(
        style(
            "/* url(https://x) @import */ a::after { content: \"\\201C @import url(\"; }\n"
            "@media (400px <= width < 600px) { p { background: url(data:image/png;base64,AA) } }\n"
            "@font-face { src: url( \"data:font/woff2;base64,AA\" ) }\n"
            "b { filter: url(#f); color: rgb(1 2 3 / .5); width: calc(1px + 2px) }") == "");
}

TEST_CASE("what a style sheet may not hold is named with its line") {
    struct Row {
        std::string css, fault;
    };
    for (const Row& row : std::vector<Row>{
             {"p{}\n@import 'x.css';", "style.css:2: @import is not allowed: nothing is fetched\n"},
             {"@IMPORT url(data:image/x);", "@IMPORT is not allowed"},
             {"p{background:url(https://x/y.png)}", "url() holds what it shows"},
             {"p{background:URL( '//x' )}", "url() holds what it shows"},
             {"p{background:url(data:text/html,x)}", "url() holds what it shows"},
             {"p{background:image-set('x' 1x)}", "image-set() is not allowed"},
             {"p{background:-webkit-image-set('x' 1x)}", "image-set() is not allowed"},
             {"p{background:u\\72l(x)}", "a backslash outside of quotes"},
             {"p{}</style><script>", "`</` and `<!--` would end the style sheet"},
             {"/* </style> */", "`</` and `<!--` would end the style sheet"},
             {"p::after{content:'</style>'}", "`</` and `<!--` would end the style sheet"},
             {"p{background:url(data:image/png,</style>)}",
              "`</` and `<!--` would end the style sheet"},
             {"<!-- p{} -->", "`</` and `<!--` would end the style sheet"},
             {"/* x", "a comment without an end"},
             {"p::after{content:'x\n'}", "style.css:1: a text in quotes without an end"},
             {"p::after{content:'x", "a text in quotes without an end"},
             {std::string("p{}\0", 4), "a control character"},
         }) {
        CAPTURE(row.css);
        const std::string faults = style(row.css);
        CAPTURE(faults);
        CHECK(faults.find(row.fault) != std::string::npos);
    }
}

TEST_CASE("text of the greatest length is read in one go, whatever is in it") {
    for (const char* piece : {"<", "<a", "{{", "<!--", "</", "&", "\"", "<p class=\"", "<p>"}) {
        std::string text = "<!DOCTYPE html>";
        while (text.size() < 20000) text += piece;
        CHECK_FALSE(faults_of_page(text, "p").empty());
    }
    for (const char* piece : {"url(", "/*", "'", "\\", "@", "a(", "url('"}) {
        std::string text;
        while (text.size() < 20000) text += piece;
        (void)faults_of_style(text, "p");
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
