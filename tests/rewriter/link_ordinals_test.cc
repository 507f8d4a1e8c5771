#include "rewriter/link_ordinals.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using candor::rewriter::test::Mail;

namespace {

using Numbered = std::vector<std::pair<std::string, int>>;

std::string part(std::string_view type, std::string_view content) {
    return "--b\nContent-Type: " + std::string{type} + "\n\n" + std::string{content} + "\n";
}

Mail alternatives(std::string_view parts) {
    return Mail{"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n" +
                std::string{parts} + "--b--\n"};
}

Numbered numbered(const Mail& mail) {
    Numbered found;
    const Message message = mail.parsed();
    for (const FoundLink& link : survey(message).links) found.emplace_back(link.url, link.ordinal);
    return found;
}

const std::string one = "https://acme.example/1";
const std::string two = "https://acme.example/2";
const std::string three = "https://acme.example/3";

std::string anchor(const std::string& url) {
    return "<a href=\"" + url + "\">words</a>";
}

std::string outlook(const std::string& url) {
    return "<!--[if mso]><v:roundrect href=\"" + url + "\"></v:roundrect><![endif]-->";
}

}  // namespace

TEST_SUITE("rewriter/link_ordinals") {
    TEST_CASE("every place in the HTML has a number of its own, though the URL be the same") {
        CHECK(numbered(alternatives(part("text/html", anchor(one) + anchor(two) + anchor(one)))) ==
              Numbered{{one, 1}, {two, 2}, {one, 3}});
    }

    TEST_CASE("a link of the text shares the number of the first HTML link to its URL") {
        const Mail mail =
            alternatives(part("text/plain", three + "\n" + one + "\n" + one + "\n") +
                         part("text/html", anchor(two) + anchor(" " + one + "\n") + anchor(one)));
        CHECK(numbered(mail) ==
              Numbered{{three, 4}, {one, 2}, {one, 2}, {two, 1}, {" " + one + "\n", 2}, {one, 3}});
    }

    TEST_CASE("links of text that the HTML has not are places of their own") {
        CHECK(numbered(alternatives(part("text/plain", one + " " + one))) ==
              Numbered{{one, 1}, {one, 2}});
    }

    TEST_CASE("AMP shares the numbers of the HTML") {
        const Mail mail = alternatives(part("text/plain", two) +
                                       part("text/x-amp-html", anchor(two) + anchor(three)) +
                                       part("text/html", anchor(one) + anchor(two)));
        CHECK(numbered(mail) == Numbered{{two, 2}, {two, 2}, {three, 3}, {one, 1}, {two, 2}});
    }

    TEST_CASE("Outlook's copy of a button shares the number of the button") {
        struct Row {
            std::string html;
            Numbered expected;
        };
        const std::vector<Row> rows{
            {outlook(one) + anchor(one), {{one, 1}, {one, 1}}},
            {anchor(one) + outlook(one), {{one, 1}, {one, 1}}},
            {anchor(one) + outlook(one) + anchor(one), {{one, 1}, {one, 2}, {one, 2}}},
            {anchor(one) + outlook(one) + anchor(two), {{one, 1}, {one, 1}, {two, 2}}},
            {outlook(one) + outlook(two) + anchor(two), {{one, 1}, {two, 2}, {two, 2}}},
            {outlook(one) + outlook(one) + anchor(one), {{one, 1}, {one, 1}, {one, 1}}},
            {outlook(one) + anchor(two) + anchor(one), {{one, 1}, {two, 2}, {one, 3}}},
            {outlook(one), {{one, 1}}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.html);
            CHECK(numbered(alternatives(part("text/html", row.html))) == row.expected);
        }
    }

    TEST_CASE("a mark on an HTML link holds for its twin in the text, which cannot carry one") {
        const Mail mail = alternatives(
            part("text/plain", one + " " + two) +
            part("text/html", "<a clicktracking=off href=" + one + ">x</a>" + anchor(two)));
        const Message message = mail.parsed();
        const auto links = survey(message).links;
        REQUIRE(links.size() == 4);
        CHECK(links[0].marked_no_track);
        CHECK(!links[1].marked_no_track);
    }

    TEST_CASE("a mark in the text itself is seen") {
        const Message message =
            Mail{"Content-Type: text/plain\n\nhttps+notrack://acme.example/1\n" + one +
                 "[[data-msys-clicktrack=\"0\"]]\n"}
                .parsed();
        const auto links = survey(message).links;
        REQUIRE(links.size() == 2);
        CHECK(links[0].marked_no_track);
        CHECK(links[1].marked_no_track);
    }

    TEST_CASE("a link of the text has the words of its twin, else those in front of it") {
        const Mail mail = alternatives(part("text/plain", "First: " + one + "\nSecond: " + two) +
                                       part("text/html", anchor(two)));
        const Message message = mail.parsed();
        const auto links = survey(message).links;
        CHECK(links.at(0).text == "First");
        CHECK(links.at(1).text == "words");
    }

    TEST_CASE("survey and rewrite mean the same by an ordinal") {
        const Mail mail = alternatives(part("text/plain", three + " " + one) +
                                       part("text/html", anchor(two) + outlook(one) + anchor(one)));
        const Message message = mail.parsed();
        Numbered asked;
        RewritePlan plan;
        plan.replace_link = [&](const FoundLink& link) -> std::optional<std::string> {
            asked.emplace_back(link.url, link.ordinal);
            return std::nullopt;
        };
        REQUIRE(rewrite(message, plan));
        CHECK(asked == numbered(mail));
    }

    TEST_CASE("a URL goes on behind a soft line break where the text deletes its blank") {
        for (const bool deleted : {false, true}) {
            const Message message =
                Mail{std::string{"Content-Type: text/plain; format=flowed; DelSp="} +
                     (deleted ? "\"yes\"" : "no") + "\n\nhttps://acme.exam \nple/1\n"}
                    .parsed();
            CHECK(survey(message).links.at(0).url ==
                  (deleted ? one : std::string{"https://acme.exam"}));
        }
    }
}
