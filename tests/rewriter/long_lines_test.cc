#include "rewriter/long_lines.h"

#include <doctest/doctest.h>

#include "rewriter/links/links.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using candor::rewriter::test::longest_line;

namespace {

/// A part whose links are in the order given.
PartContent part_of(std::string html) {
    PartContent content{.part = 0, .bytes = std::move(html)};
    for (HtmlLink& link : find_html_links(content.bytes))
        content.links.push_back({link.value, link.quote, {}, link.conditional});
    return content;
}

std::optional<std::string> with_long_links(const PartContent& content, std::size_t size) {
    std::vector<Replacement> edits;
    for (const ContentLink& link : content.links)
        edits.push_back({link.value, std::string(size, 'T')});
    return splice_within_lines(content.bytes, edits, blanks_before_links(content));
}

}  // namespace

TEST_SUITE("rewriter/long_lines") {
    TEST_CASE("a line is broken before a link's attribute, as rarely as possible") {
        std::string html;
        for (int i = 0; i < 30; ++i)
            html += "<td><a class=x href = \"http://x.example/\">x</a></td>";
        const PartContent content = part_of(html);
        REQUIRE(blanks_before_links(content).size() == 30);
        const auto out = with_long_links(content, 300);
        REQUIRE(out);
        CHECK(longest_line(*out) <= 998);
        // Three links of 337 octets do not fit into one line, two do.
        std::size_t breaks = 0;
        for (auto at = out->find("\r\nhref"); at != std::string::npos;
             at = out->find("\r\nhref", at + 1))
            ++breaks;
        CHECK(breaks == 14);
        std::string joined = *out;
        for (auto at = joined.find("\r\n"); at != std::string::npos; at = joined.find("\r\n"))
            joined.replace(at, 2, " ");
        CHECK(joined.size() == html.size() + 30 * (300 - 17));
    }
    TEST_CASE("a line that fits is left alone, 998 octets are allowed") {
        const std::string tag = "<a href=\"u\">x</a>";
        for (const std::size_t size : {998U, 999U}) {
            CAPTURE(size);
            const PartContent content = part_of(tag + std::string(size - tag.size() - 99, 'y'));
            const auto out = with_long_links(content, 100);
            REQUIRE(out);
            CHECK((out->find("\r\n") == std::string::npos) == (size == 998));
        }
    }
    TEST_CASE("without a blank to break at it says so") {
        CHECK(with_long_links(part_of("<a/href=\"u\">x</a>" + std::string(950, 'y')), 100) ==
              std::nullopt);
        CHECK(with_long_links(part_of("<a href=\"u\">x</a>"), 1000) == std::nullopt);
        CHECK(with_long_links(part_of(std::string(2000, 'y') + "\r\n<a href=\"u\">x</a>"), 100)
                  .has_value());
    }
}
