// What becomes of each link, seen through the whole pipeline: text parts, twins, marks, reasons.
#include "milter/link_plan.h"

#include <doctest/doctest.h>

#include "policy/tokens/token.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

using milter::Outcome;
using policy::Treatment;

struct Treated : Outcome {
    std::string body;
};

/// One message to a US business contact (individual) or an Italian one (aggregate).
Treated treat(World& world, const std::string& text, const std::string& jurisdiction = "US") {
    world.know("ann@lumen.example", jurisdiction);
    const auto transaction = transaction_of(text, "news@acme.example", {"ann@lumen.example"});
    Treated treated{milter::treat(transaction, world.newsletter(), world.context()), {}};
    treated.body = applied(transaction, treated.edits).body;
    return treated;
}

std::string mail(const std::string& type, const std::string& content,
                 const std::string& headers = "") {
    return "From: <news@acme.example>\nX-Candor-Campaign: c\n" + headers +
           "MIME-Version: 1.0\nContent-Type: " + type + "\n\n" + content;
}

std::string html(const std::string& content, const std::string& headers = "") {
    return mail("text/html; charset=utf-8", content + "<a href=\"candor:unsubscribe\">leave</a>\n",
                headers);
}

std::string text(const std::string& content, const std::string& headers = "") {
    return mail("text/plain; charset=utf-8", content + "\nleave: candor:unsubscribe\n", headers);
}

std::string both(const std::string& text_content, const std::string& html_content,
                 const std::string& headers = "") {
    return mail("multipart/alternative; boundary=b",
                "--b\nContent-Type: text/plain\n\n" + text_content +
                    "\nleave: candor:unsubscribe\n--b\nContent-Type: text/html\n\n" + html_content +
                    "<a href=\"candor:unsubscribe\">leave</a>\n--b--\n",
                headers);
}

std::vector<policy::IndividualLink> links_in(World& world, std::string_view body) {
    constexpr std::string_view prefix = "https://go.acme.example/c/";
    std::vector<policy::IndividualLink> links;
    for (auto at = body.find(prefix); at != std::string_view::npos;
         at = body.find(prefix, at + 1)) {
        const auto begin = at + prefix.size();
        const auto token = body.substr(begin, body.find_first_of("\"'<>(). \r\n", begin) - begin);
        const auto opened = policy::open(*world.keys.ring(), token, noon);
        REQUIRE(opened);
        REQUIRE(std::holds_alternative<policy::IndividualLink>(*opened));
        links.push_back(std::get<policy::IndividualLink>(*opened));
    }
    return links;
}

}  // namespace

TEST_SUITE("milter/link_plan") {
    TEST_CASE("when the time is up no more links are worked on, soon after") {
        World world;
        const policy::Config& config = world.rules_in_force->config;
        int left = 3;
        const milter::LinkPlanInput input{
            .treatment = Treatment::Aggregate,
            .controller = config.controllers.front(),
            .config = config,
            .ring = *world.keys.ring(),
            .now = noon,
            .campaign = 1,
            .recipient = {},
            .addresses = {},
            .header_uris = {},
            .over_time = [&left] { return --left == 0; },
        };
        milter::LinkPlan plan{input};
        std::size_t replaced = 0;
        for (int i = 0; i < 1000; ++i) {
            const std::string url = "https://acme.example/" + std::to_string(i);
            if (plan.replacement({.url = url, .ordinal = 1, .text = {}})) ++replaced;
        }
        CHECK(replaced == 32);
        CHECK(left == 0);
    }

    TEST_CASE("URLs of plain text lead to the tracking host, and the sentence around them stays") {
        World world;
        const Treated treated = treat(world, text("Read <https://acme.example/a?b=1&c=2#d>.\n"
                                                  "> (https://acme.example/e)."));
        const auto links = links_in(world, treated.body);
        REQUIRE(links.size() == 2);
        CHECK(links[0].destination == "https://acme.example/a?b=1&c=2#d");
        CHECK(links[1].destination == "https://acme.example/e");
        CHECK(contains(treated.body, "Read <https://go.acme.example/c/"));
        CHECK(contains(treated.body, ">.\r\n> (https://go.acme.example/c/"));
        CHECK(treated.edits.links_rewritten == 2);
    }

    TEST_CASE("text_links = false leaves the text as it is and says so") {
        World world;
        world.rules_in_force->config.rewriter.text_links = false;
        const Treated treated = treat(world, text("Read https://acme.example/a"));
        CHECK(links_in(world, treated.body).empty());
        CHECK(treated.links_left == milter::LeftLinks{{"text_links", 1}});
    }

    TEST_CASE("the text twin of an HTML link has the same token") {
        World world;
        const Treated treated =
            treat(world, both("https://acme.example/b and https://acme.example/a",
                              "<a href=\"https://acme.example/a\">a</a>"
                              "<a href=\"https://acme.example/b\">b</a>"));
        const auto links = links_in(world, treated.body);
        REQUIRE(links.size() == 4);
        CHECK(links[0].ordinal == links[3].ordinal);
        CHECK(links[1].ordinal == links[2].ordinal);
        CHECK(links[2].ordinal == 1);
    }

    TEST_CASE("a mark on the HTML link holds for the text") {
        World world;
        const Treated treated =
            treat(world, both("https://acme.example/a",
                              "<a ses:no-track href=\"https://acme.example/a\">a</a>"));
        CHECK(links_in(world, treated.body).empty());
        CHECK(treated.links_left == milter::LeftLinks{{"marked", 2}});
    }

    TEST_CASE("links that stay are counted by the reason") {
        World world;
        world.rules_in_force->config.rewriter.never_track = {"https://status.*"};
        const Treated treated =
            treat(world, html("<a href=mailto:a@b.example>x</a><a href=#top>x</a>"
                              "<a href=https://acme.example/login>x</a>"
                              "<a href=https://acme.example/x>acme.example</a>"
                              "<a href=https://acme.example/leave/1>Unsubscribe</a>"
                              "<a href=https://status.acme.example/>x</a>"
                              "<a href=https://u1.ct.sendgrid.net/ls/click?upn=1>x</a>"
                              "<a href=http://localhost/x>x</a><a href=https://192.168.1.1/>x</a>"
                              "<a href='https://ac me.example/'>x</a>"
                              "<a href=https://acme.example/ok>x</a>"));
        CHECK(treated.edits.links_rewritten == 1);
        CHECK(treated.links_left == milter::LeftLinks{{"scheme", 2},
                                                      {"sensitive", 1},
                                                      {"text_is_url", 1},
                                                      {"opt_out", 1},
                                                      {"configured", 1},
                                                      {"foreign_tracker", 1},
                                                      {"destination", 3}});
        CHECK(milter::total(treated.links_left) == 10);
        CHECK(contains(milter::in_words(treated.links_left), "    3  the host is no public one"));
    }

    TEST_CASE("a text that shows its site in letters is a URL, as the link has it in A-labels") {
        World world;
        const Treated done = treat(
            world, html("<a href=\"https://xn--mller-kva.example/a\">m\u00FCller.example</a>"
                        "<a href=\"https://m\u00FCller.example/b\">xn--mller-kva.example</a>"));
        CHECK(done.links_left == milter::LeftLinks{{"text_is_url", 2}});
    }

    TEST_CASE("an untracked message leaves its links because of the treatment") {
        World world;
        const Treated treated = treat(world, html("<a href=https://acme.example/a>x</a>"), "FR");
        CHECK(treated.links_left == milter::LeftLinks{{"treatment", 1}});
    }

    TEST_CASE("a message may ask that one of its parts is not tracked") {
        struct Row {
            const char* header;
            std::size_t tracked;
            milter::LeftLinks left;
        };
        for (const Row& row : {Row{"X-PM-TrackLinks: HtmlAndText\n", 2, {}},
                               Row{"X-PM-TrackLinks: HtmlOnly\n", 1, {{"asked", 1}}},
                               Row{"X-Mailgun-Track-Clicks: htmlonly\n", 1, {{"asked", 1}}},
                               Row{"X-PM-TrackLinks: TextOnly\n", 1, {{"asked", 1}}},
                               Row{"X-PM-TrackLinks: None\n", 0, {{"treatment", 2}}}}) {
            CAPTURE(row.header);
            World world;
            const Treated treated =
                treat(world, both("https://acme.example/a",
                                  "<a href=\"https://acme.example/a\">a</a>", row.header));
            CHECK(links_in(world, treated.body).size() == row.tracked);
            CHECK(treated.links_left == row.left);
        }
    }

    TEST_CASE("a header of another system that said so leaves with the message") {
        World world;
        const Treated treated =
            treat(world, html("<a href=https://acme.example/a>x</a>", "X-No-Track: 1\n"));
        CHECK(treated.shared.treatment == Treatment::Untracked);
        for (const auto& edit : treated.edits.headers) CHECK(edit.name != "X-No-Track");
    }

    TEST_CASE("wraps of others are opened in HTML and text, and their destination is tracked") {
        World world;
        const std::string wrapped =
            "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.example%2Fa";
        const Treated treated =
            treat(world, both(wrapped + "&data=1", "<a href=\"" + wrapped + "&amp;data=1\">x</a>"));
        const auto links = links_in(world, treated.body);
        REQUIRE(links.size() == 2);
        CHECK(links[0].destination == "https://acme.example/a");
        CHECK(links[1].destination == "https://acme.example/a");
        const Treated untracked = treat(world, text("See " + wrapped + "&data=1."), "FR");
        CHECK(contains(untracked.body, "See https://acme.example/a.\r\n"));
    }

    TEST_CASE("our own older link in a text is opened, and one of this recipient is kept") {
        World world;
        const std::string first = treat(world, text("https://acme.example/a")).body;
        World other;
        other.know("bob@lumen.example", "US");
        const auto quoting = transaction_of(text("> " + first.substr(0, first.find("\r\n"))),
                                            "news@acme.example", {"bob@lumen.example"});
        const auto outcome = milter::treat(quoting, other.newsletter(), other.context());
        const std::string body = applied(quoting, outcome.edits).body;
        const auto links = links_in(other, body);
        REQUIRE(links.size() == 1);
        CHECK(links[0].destination == "https://acme.example/a");
        CHECK(links[0].recipient == other.id("bob@lumen.example").prefix());
        CHECK(body.substr(2, 60) != first.substr(0, 60));
    }

    TEST_CASE("under aggregate a text URL that names the person stays and is counted") {
        World world;
        const Treated treated =
            treat(world, text("https://acme.example/?who=ann%40lumen.example"), "IT");
        CHECK(treated.personal_left == 1);
        CHECK(treated.links_left == milter::LeftLinks{{"personal", 1}});
        CHECK(contains(treated.body, "who=ann%40lumen.example"));
    }

    TEST_CASE("no blank at a line end of flowed text changes, and a URL is not wrapped") {
        World world;
        const Treated treated =
            treat(world, mail("text/plain; charset=utf-8; format=flowed",
                              "Read https://acme.example/a \nand go \non. candor:unsubscribe\n"));
        REQUIRE(links_in(world, treated.body).size() == 1);
        const auto url_end = treated.body.find(" \r\nand go \r\non. ");
        CHECK(url_end != std::string::npos);
    }

    TEST_CASE("twice is once for text") {
        World world;
        world.newsletter().campaign_from = {policy::CampaignSource::Fixed};
        world.newsletter().campaign = "c";
        auto transaction =
            transaction_of(text("(https://acme.example/a) <https://acme.exam\nple/b>"),
                           "news@acme.example", {"ann@lumen.example"});
        world.know("ann@lumen.example", "US");
        const auto first = milter::treat(transaction, world.newsletter(), world.context());
        const auto done = applied(transaction, first.edits);
        std::string again;
        for (const auto& header : done.headers) again += header.name + ":" + header.value + "\n";
        const auto second = milter::treat(
            transaction_of(again + "\n" + done.body, "news@acme.example", {"ann@lumen.example"}),
            world.newsletter(), world.context());
        CHECK(links_in(world, done.body).size() == 2);
        CHECK(second.edits.empty());
    }
}

}  // namespace candor::tests
