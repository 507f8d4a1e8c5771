// What a message's line says besides its treatment: names that had to be hidden, placeholders that
// nobody knows, trackers of others that stay.
#include <doctest/doctest.h>

#include "milter/placeholders.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

using policy::Treatment;

std::string with(std::string_view fields, std::string_view html) {
    return "From: <news@acme.example>\n" + std::string{fields} +
           "MIME-Version: 1.0\nContent-Type: text/html\n\n" + std::string{html} +
           "<a href=\"candor:unsubscribe\">leave</a>\n";
}

SentNewsletter sent(World& world, const std::string& address, const std::string& text) {
    return send_newsletter(world, transaction_of(text, "news@acme.example", {address}));
}

}  // namespace

TEST_SUITE("milter/notes") {
    TEST_CASE("a campaign that holds an address is kept under a name of nobody") {
        World world;
        world.know("bruno@officina.example", "IT");
        const auto campaign = [&](const std::string& fields) {
            return sent(world, "bruno@officina.example", with(fields, "")).outcome;
        };
        const auto bob = campaign("X-Candor-Campaign: welcome bob@us.example\n");
        REQUIRE(bob.notes.size() == 1);
        CHECK(bob.notes.front().word == "campaign_hidden");
        CHECK_FALSE(contains(bob.notes.front().text, "bob"));
        CHECK(bob.campaign != 0);
        CHECK(campaign("X-Candor-Campaign: welcome bob@us.example\n").campaign == bob.campaign);
        CHECK(campaign("X-Candor-Campaign: welcome amy@us.example\n").campaign != bob.campaign);
        for (const char* fields :
             {"X-Candor-Campaign: bob%40us.example\n", "X-Candor-Campaign: bob%2540us.example\n",
              "List-Id: welcome <bob@us.example>\n", "Feedback-ID: bob@us.example:a:b:c\n"}) {
            CAPTURE(fields);
            CHECK(campaign(fields).notes.size() == 1);
        }
        CHECK(campaign("X-Candor-Campaign: november\n").notes.empty());
        for (const auto& name : world.store.campaign_names()) {
            CHECK_FALSE(contains(name, "us.example"));
        }
    }

    TEST_CASE("a placeholder that nobody knows is the unsubscribe link, and is named") {
        World world;
        world.know("claire@atelier.example", "FR");
        const auto outcome = sent(world, "claire@atelier.example",
                                  with("",
                                       "<a href=\"candor:stop-traking\">a</a>"
                                       "<a href=\"Candor:Stop-Traking?x\">b</a>"
                                       "<a href=\"candor:bob@us.example\">c</a>"
                                       "<a href=\"candor:privacy\">d</a>"))
                                 .outcome;
        REQUIRE(outcome.notes.size() == 2);
        CHECK(outcome.notes[0].word == "unknown_placeholder");  // no address in a log line
        CHECK_FALSE(contains(outcome.notes[0].text, "us.example"));
        CHECK(outcome.notes[1].word == "unknown_placeholder:stop-traking");
        CHECK(outcome.notes[1].text.ends_with("did you mean `stop-tracking`?"));
    }

    TEST_CASE("a tracker of others that cannot be opened is counted where it stays") {
        World world;
        for (const auto& [address, jurisdiction] :
             {std::pair{"bruno@officina.example", "IT"}, {"ann@lumen.example", "US"}}) {
            world.know(address, jurisdiction);
            const auto outcome =
                sent(world, address,
                     with("X-Candor-Campaign: c\n",
                          "<a href=\"https://acme.us1.list-manage.com/track/click?u=1&amp;id=2&amp;"
                          "e=3\">go</a>"))
                    .outcome;
            CHECK(outcome.foreign_left == 1);
            CHECK(outcome.links_left.at("foreign_tracker") == 1);
            CHECK(outcome.shared.reasons.back().word == "foreign_tracker_left");
            CHECK_FALSE(outcome.shared.reasons.back().lowered);
            CHECK(policy::adds_tracking(outcome.shared.treatment));
        }
    }
}

}  // namespace candor::tests
