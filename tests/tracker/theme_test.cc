// Themes as operators write them, and as they should not.
#include "tracker/theme.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "tracker/theme_check.h"

namespace candor::tracker {
namespace {

std::string shipped(const std::string& name) {
    std::ifstream file(CANDOR_SOURCE_DIR "/tracker/theme/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<const Theme> themed(const std::string& css, const std::string& html = {}) {
    const ThemeFile page{"page.html", html};
    auto theme = Theme::parse({"style.css", css}, html.empty() ? nullptr : &page);
    REQUIRE(theme);
    return *theme;
}

const Texts& english() {
    return languages().front();
}

TEST_SUITE_BEGIN("tracker/theme");

TEST_CASE("a document is the page with its placeholders filled, and nothing is filled twice") {
    const auto theme = themed(
        "p{color:red}",
        "<!DOCTYPE html>\n<html lang=\"{{language}}\" dir=\"{{direction}}\"><head>"
        "<title>{{title}}</title><style>{{style}}</style></head><body><h1>{{title}}</h1>{{content}}"
        "</body></html>");
    CHECK(
        theme->document(english(), "A {{content}} {{ title", "<p>{{title}}</p>") ==
        "<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\"><head><title>A {{content}} {{ title</title>"
        "<style>p{color:red}</style></head><body><h1>A {{content}} {{ title</h1><p>{{title}}</p>"
        "</body></html>");
}

TEST_CASE("the policy names the digest of the style in use, as a browser computes it") {
    // printf 'p{color:red}' | openssl dgst -sha256 -binary | base64
    const std::string digest = "style-src 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64='";
    CHECK(themed("p{color:red}")->content_security_policy().find(digest) != std::string::npos);
    // A browser reads a line end as LF before it looks at the style.
    CHECK(themed("p{\r\n}\r")->content_security_policy() ==
          themed("p{\n}\n")->content_security_policy());
    CHECK(themed("p{\r\n}\r")->document(english(), "", "").find('\r') == std::string::npos);
    CHECK(themed("p{}")->content_security_policy() != Theme::shipped()->content_security_policy());
    CHECK(Theme::shipped()->content_security_policy().find("default-src 'none'") == 0);
}

TEST_CASE("the theme that ships passes its own check and is what an operator may start from") {
    const auto copy = themed(shipped("style.css"), shipped("page.html"));
    CHECK(copy->document(english(), "t", "c") == Theme::shipped()->document(english(), "t", "c"));
    CHECK(copy->content_security_policy() == Theme::shipped()->content_security_policy());
}

TEST_CASE("faults of both files come together") {
    const ThemeFile page{"page.html", "x"};
    const auto theme = Theme::parse({"style.css", "@import 'x';"}, &page);
    REQUIRE_FALSE(theme);
    CHECK(policy::to_line(theme.error().front()) ==
          "style.css:1: @import is not allowed: nothing is fetched");
    CHECK(theme.error().back().file == "page.html");
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
