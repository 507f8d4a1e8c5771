#include "rewriter/never_rewrite.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace candor::rewriter {
namespace {

std::string why(const std::string& url, const std::string& text = "words") {
    const std::vector<std::string> uris{"https://app.example/leave?id=1"};
    FoundLink link;
    link.url = url;
    link.text = text;
    return std::string{never_rewrite(link, {.header_uris = uris, .globs = {}}).value_or("")};
}

}  // namespace

TEST_SUITE("rewriter/never_rewrite") {
    TEST_CASE("what stays as it is, and why") {
        struct Row {
            const char* url;
            const char* text;
            const char* expected;
        };
        for (const Row& row : {
                 Row{"https://www.acme.example/a?b=c#d", "read on", ""},
                 Row{"HTTP://www.acme.example/", "read on", ""},
                 Row{"mailto:a@b.example", "write", "scheme"},
                 Row{"#top", "up", "scheme"},
                 Row{"//www.acme.example/", "x", "scheme"},
                 Row{"", "x", "scheme"},
                 Row{"https://{{host}}/x", "x", "merge_tag"},
                 Row{"https://user:pw@acme.example/", "x", "credentials"},
                 Row{"https://acme.example/day.ICS?x", "x", "app_file"},
                 Row{"https://app.example/leave?id=1", "x", "opt_out"},
                 Row{"https://acme.example/Unsubscribe?u=1", "x", "opt_out"},
                 Row{"https://www.acme.example/offer", "acme.example", "text_is_url"},
                 Row{"https://www.acme.example/offer", "https://www.acme.example/offer",
                     "text_is_url"},
                 Row{"https://www.acme.example/offer", "other.example", ""},
                 Row{"https://www.acme.example/offer", "Sale. Now", ""},
             }) {
            CAPTURE(row.url);
            CHECK(why(row.url, row.text) == row.expected);
        }
    }

    TEST_CASE("a template's mark, an unsure charset and the operator's globs count too") {
        FoundLink link;
        link.url = "https://www.acme.example/";
        link.marked_no_track = true;
        CHECK(never_rewrite(link, {}) == "marked");
        link.marked_no_track = false;
        link.ambiguous_charset = true;
        CHECK(never_rewrite(link, {}) == "charset");
        link.ambiguous_charset = false;
        const std::vector<std::string> globs{"anything"};
        CHECK(never_rewrite(link, {.header_uris = {},
                                   .globs = globs,
                                   .matches = [](std::string_view, std::string_view) {
                                       return true;
                                   }}) == "configured");
    }
}

}  // namespace candor::rewriter
