// What is passed over quickly is what would not have been looked at anyway.
#include "rewriter/html/tag_skip.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/html/html_tokens.h"

using namespace candor::rewriter;

namespace {

constexpr std::array<std::uint64_t, 2> wanted{packed_name("a"), packed_name("area")};

bool is_wanted(const HtmlTokenizer& tokens) {
    return tokens.token().kind == TokenKind::Comment ||
           (tokens.token().kind == TokenKind::StartTag &&
            (tokens.name_is("a") || tokens.name_is("area")));
}

std::vector<std::size_t> wanted_places(std::string_view html, bool skipping) {
    std::vector<std::size_t> places;
    HtmlTokenizer tokens{html};
    while (true) {
        if (skipping) tokens.skip_tags_but(wanted);
        if (!tokens.next()) return places;
        if (!is_wanted(tokens)) continue;
        places.push_back(tokens.token().whole.begin);
        for (const Attribute& attribute : tokens.attributes()) {
            places.push_back(attribute.value.begin);
            places.push_back(attribute.value.end);
        }
    }
}

const std::string long_value(70, 'v');

const std::vector<std::string> pieces{
    "<td>",
    "</td>",
    "<a href=\"x\">",
    "<area href=y>",
    "<!-- <a> -->",
    "<td class=\"a > b\">",
    "<td style=\"" + long_value + "\" id=\"" + long_value + ">\" x>",
    "<td title='\"' a=\"'>\">",
    "<td =\"x>\">",
    "<td a=b=\"x>\">",
    "<td a= \"x>\">",
    "<td a =\"x>\">",
    "<td a==\"x>\">",
    "<td/=\"x>\">",
    "<td \"=\"x>\">",
    "<td a=\"b\"=\"x>\">",
    "<td a=\"b\"c=\"x>\">",
    "<td a\x01=\"x>\">",
    "<td\x01 a=\"x>\">",
    "<td\x01"
    "a=\"x>\">",
    "<td=\"x>\">",
    "<td\"a=\"x>\">",
    "<td a=\"b\"/>",
    "<td a=>",
    "<style>",
    "</style>",
    "<svg>",
    "</svg>",
    "<title>",
    "</title>",
    "<",
    "</>",
    "<?x>",
    "\"",
    "'",
    ">",
    "text text text",
    long_value,
    "=",
    " ",
    "<td ",
    "<TD A=\"B\"\n\tC=\"D\">"};

}  // namespace

TEST_SUITE("rewriter/tag_skip") {
    TEST_CASE("every odd way to write a tag is left to the tokenizer") {
        const std::string behind = "<a href=\"x\">" + std::string(200, ' ');
        for (const std::string& piece : pieces) {
            for (std::size_t before = 0; before < 70; ++before) {
                const std::string html =
                    std::string(before, 'x') + piece + behind + "\"><a href=z>";
                CAPTURE(html);
                REQUIRE(wanted_places(html, true) == wanted_places(html, false));
            }
        }
    }

    TEST_CASE("skipping or not, the same tags are found in random markup") {
        const std::uint32_t seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random{seed};
        for (int round = 0; round < 4000; ++round) {
            std::string html;
            for (int i = 0; i < 25; ++i) html += pieces[random() % pieces.size()];
            CAPTURE(html);
            REQUIRE(wanted_places(html, true) == wanted_places(html, false));
        }
    }

    TEST_CASE("plain tags are passed over, whatever stands in their quotes") {
        const std::string html =
            "<p class=\"x\"><td title=\"<a href='y'>\">text</td><a href=\"z\">" +
            std::string(80, ' ');
        const std::size_t at = skip_tags(html, 0, wanted);
        CHECK((at == html.find("<a href=\"z\">") || at == 0));  // 0 where bytes are read one by one
        CHECK(skip_tags("<p>", 3, wanted) == 3);
    }
}
