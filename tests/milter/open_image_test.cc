// The picture that tells of an opening: who gets one, and that twice is once.
#include <doctest/doctest.h>

#include <string>

#include "policy/tokens/token.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

const std::string prefix = "https://go.acme.example/o/";

std::string html(const std::string& headers = "") {
    return "From: <news@acme.example>\nX-Candor-Campaign: c\n" + headers +
           "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
           "<html><body><p><a href=\"https://acme.example/a\">a</a></p>"
           "<a href=\"candor:unsubscribe\">leave</a></body></html>\n";
}

std::vector<std::string> tokens_in(std::string_view body) {
    std::vector<std::string> tokens;
    for (auto at = body.find(prefix); at != std::string_view::npos;
         at = body.find(prefix, at + 1)) {
        const auto begin = at + prefix.size();
        tokens.emplace_back(body.substr(begin, body.find('"', begin) - begin));
    }
    return tokens;
}

SentNewsletter send(World& world, const std::string& text,
                    const std::vector<std::string>& to = {"ann@lumen.example"}) {
    return send_newsletter(world, transaction_of(text, "news@acme.example", to));
}

}  // namespace

TEST_SUITE("milter/open_image") {
    TEST_CASE("none is added unless the stream asks for it and the law of the place allows it") {
        struct Row {
            const char* jurisdiction;
            bool asked;
            std::size_t pictures;
        };
        // Colorado asks for no consent to opens; Italy and Germany do, whoever is counted.
        for (const Row& row : {Row{"US-CO", true, 1}, Row{"US-CO", false, 0}, Row{"US", true, 0},
                               Row{"IT", true, 0}, Row{"DE", true, 0}}) {
            CAPTURE(row.jurisdiction);
            World world;
            world.newsletter().open_pixel = row.asked;
            world.know("ann@lumen.example", row.jurisdiction);
            CHECK(tokens_in(send(world, html()).body).size() == row.pictures);
        }
    }

    TEST_CASE("it stands at the end of the text and tells of this person and campaign alone") {
        World world;
        world.newsletter().open_pixel = true;
        world.know("ann@lumen.example", "US-CO");
        const std::string body = send(world, html()).body;
        const auto tokens = tokens_in(body);
        REQUIRE(tokens.size() == 1);
        CHECK(body.find("<img src=\"" + prefix + tokens[0] +
                        "\" width=\"1\" height=\"1\" alt=\"\" border=\"0\"></body>") !=
              std::string::npos);
        const auto opened = policy::open_image(*world.keys.ring(), tokens[0], noon).value();
        const auto& link = std::get<policy::IndividualLink>(opened);
        CHECK(link.recipient == world.id("ann@lumen.example").prefix());
        CHECK(link.campaign == 1);
        CHECK(link.sealed_at == noon);
        CHECK(link.retention > 0);
    }

    TEST_CASE("a message that asks for none, a shared body and a person who objects get none") {
        World world;
        world.newsletter().open_pixel = true;
        world.know("ann@lumen.example", "US-CO");
        world.know("bob@lumen.example", "US-CO");
        CHECK(tokens_in(send(world, html("X-PM-TrackOpens: false\n")).body).empty());
        // Without an opt-out of the application's own a shared body is untracked.
        CHECK(tokens_in(send(world, html(), {"ann@lumen.example", "bob@lumen.example"}).body)
                  .empty());
        world.opt_out("ann@lumen.example", policy::OptOutScope::Tracking);
        CHECK(tokens_in(send(world, html()).body).empty());
    }

    TEST_CASE("twice is once, and a picture of somebody else's mail is blinded") {
        World world;
        world.newsletter().open_pixel = true;
        world.know("ann@lumen.example", "US-CO");
        world.know("bob@lumen.example", "US-CO");
        const SentNewsletter first = send(world, html());
        world.clock.advance(std::chrono::minutes{1});
        const SentNewsletter again =
            send_newsletter(world, sent_again(first.transaction, first.outcome.edits));
        CHECK(again.body == first.body);

        // Forwarded to Bob by the same sender: hers is blinded, his is added.
        const SentNewsletter forwarded =
            send(world,
                 "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
                 "Content-Type: text/html; charset=utf-8\n\n" +
                     first.body,
                 {"bob@lumen.example"});
        const auto tokens = tokens_in(forwarded.body);
        REQUIRE(tokens.size() == 1);
        const auto opened = policy::open_image(*world.keys.ring(), tokens[0], noon).value();
        CHECK(std::get<policy::IndividualLink>(opened).recipient ==
              world.id("bob@lumen.example").prefix());

        // The stream asks no more: what stands there goes blind, too.
        world.newsletter().open_pixel = false;
        CHECK(tokens_in(
                  send_newsletter(world, sent_again(first.transaction, first.outcome.edits)).body)
                  .empty());
    }

    TEST_CASE("under aggregate everybody gets the same picture, byte for byte") {
        World world;
        world.newsletter().open_pixel = true;
        world.newsletter().ceiling = policy::Treatment::Aggregate;
        for (const char* address : {"ann@lumen.example", "bob@lumen.example"}) {
            world.know(address, "US-CO");
        }
        const SentNewsletter first = send(world, html());
        REQUIRE(first.outcome.shared.treatment == policy::Treatment::Aggregate);
        const auto tokens = tokens_in(first.body);
        REQUIRE(tokens.size() == 1);
        const auto opened = policy::open_image(*world.keys.ring(), tokens[0], noon).value();
        CHECK(opened == policy::OpenedToken(policy::AggregateLink{1, 1, 0, ""}));
        world.clock.advance(std::chrono::days{3});
        world.store.all_duties_done(1, noon + std::chrono::days{3});
        CHECK(tokens_in(send(world, html(), {"bob@lumen.example"}).body) == tokens);
        // Twice is once; in the mail of another campaign the old one goes blind.
        const auto sent_on = [&](const std::string& campaign) {
            return send(world, "From: <news@acme.example>\nX-Candor-Campaign: " + campaign +
                                   "\nMIME-Version: 1.0\nContent-Type: text/html; "
                                   "charset=utf-8\n\n" +
                                   first.body)
                .body;
        };
        CHECK(sent_on("c") == first.body);
        const auto of_another = tokens_in(sent_on("d"));
        REQUIRE(of_another.size() == 1);
        CHECK(of_another != tokens);
        // A tracking pixel of somebody else's goes, as it would without ours.
        const std::string foreign = "https://pixel.example/open.gif?u=ann%40lumen.example";
        std::string with_foreign = html();
        with_foreign.replace(with_foreign.find("</body>"), 0,
                             "<img src=\"" + foreign + "\" width=\"1\" height=\"1\">");
        const std::string body = send(world, with_foreign).body;
        CHECK(tokens_in(body) == tokens);
        CHECK(body.find("pixel.example") == std::string::npos);
    }

    TEST_CASE("a text without HTML gets none") {
        World world;
        world.newsletter().open_pixel = true;
        world.know("ann@lumen.example", "US-CO");
        const SentNewsletter sent =
            send(world,
                 "From: <news@acme.example>\nX-Candor-Campaign: c\n\nhi\nleave: "
                 "candor:unsubscribe\n");
        CHECK(sent.body.find("/u/") != std::string::npos);
        CHECK(tokens_in(sent.body).empty());
    }
}

}  // namespace candor::tests
