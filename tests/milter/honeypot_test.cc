// The link that nobody sees: who gets one, where it stands, what it says, and that twice is once.
#include <doctest/doctest.h>

#include <string>

#include "policy/tokens/token.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

const std::string head =
    "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
    "Content-Type: text/html; charset=utf-8\n";
const std::string content =
    "<html><body bgcolor=\"#fff\"><p><a href=\"https://acme.example/a\">a</a></p>"
    "<a href=\"candor:unsubscribe\">leave</a></body></html>\n";

/// An HTML mail of the campaign that says `html`.
std::string mail_of(const std::string& html) {
    return head + "\n" + html;
}

/// The mail as its author wrote it.
const std::string newsletter = mail_of(content);

const std::string before = "<a href=\"https://go.acme.example/c/";
const std::string behind =
    "\" style=\"display:none!important\" aria-hidden=\"true\" tabindex=\"-1\"></a>";

/// The tokens of the honeypots in `body`.
std::vector<std::string> honeypots_in(std::string_view body) {
    std::vector<std::string> tokens;
    for (auto end = body.find(behind); end != std::string_view::npos;
         end = body.find(behind, end + 1)) {
        const auto begin = body.rfind('"', end - 1) + 1;
        if (body.substr(0, begin).ends_with("<a href=\"")) {
            const std::string_view url = body.substr(begin, end - begin);
            tokens.emplace_back(url.substr(url.rfind('/') + 1));
        }
    }
    return tokens;
}

SentNewsletter send(World& world, const std::string& text,
                    const std::string& to = "ann@lumen.example") {
    return send_newsletter(world, transaction_of(text, "news@acme.example", {to}));
}

void prepare(World& world, const char* jurisdiction, bool honeypot = true) {
    world.newsletter().honeypot = honeypot;
    world.know("ann@lumen.example", jurisdiction);
    world.know("bob@lumen.example", jurisdiction);
}

}  // namespace

TEST_SUITE("milter/honeypot") {
    TEST_CASE("none is added unless the stream asks for it and the links are tracked") {
        struct Row {
            const char* jurisdiction;
            bool asked;
            policy::Treatment treatment;
            std::size_t honeypots;
        };
        using enum policy::Treatment;
        for (const Row& row : {Row{"US", true, Individual, 1}, Row{"US", false, Individual, 0},
                               Row{"IT", true, Aggregate, 1}, Row{"IT", false, Aggregate, 0},
                               Row{"FR", true, Untracked, 0}, Row{"DE", true, Plaintext, 0}}) {
            CAPTURE(row.jurisdiction);
            World world;
            prepare(world, row.jurisdiction, row.asked);
            const SentNewsletter sent = send(world, newsletter);
            CHECK(sent.outcome.shared.treatment == row.treatment);
            CHECK(honeypots_in(sent.body).size() == row.honeypots);
            CHECK(sent.outcome.edits.links_rewritten ==
                  (policy::adds_tracking(row.treatment) ? 1 : 0));
        }
    }

    TEST_CASE(
        "it stands right behind the body tag, says what a link says, and leads to the notice") {
        World world;
        prepare(world, "US");
        const std::string body = send(world, newsletter).body;
        const auto tokens = honeypots_in(body);
        REQUIRE(tokens.size() == 1);
        CHECK(body.starts_with("<html><body bgcolor=\"#fff\">" + before + tokens[0] + behind +
                               "<p><a href="));
        const auto opened = policy::open(*world.keys.ring(), tokens[0], noon).value();
        const policy::IndividualLink expected{
            .controller = 1,
            .campaign = 1,
            .recipient = world.id("ann@lumen.example").prefix(),
            .ordinal = policy::honeypot_ordinal,
            .sealed_at = noon,
            .retention = std::get<policy::IndividualLink>(opened).retention,
            .destination = "https://www.acme.example/privacy"};
        CHECK(opened == policy::OpenedToken(expected));
        CHECK(expected.retention > 0);
        // But for it the mail is the one without.
        World without;
        prepare(without, "US", false);
        const std::string plain = send(without, newsletter).body;
        std::string cut = body;
        cut.erase(cut.find(before + tokens[0]), (before + tokens[0] + behind).size());
        CHECK(cut == plain);
    }

    TEST_CASE("it goes into every transfer encoding") {
        World world;
        prepare(world, "US");
        const SentNewsletter sent =
            send(world, head +
                            "Content-Transfer-Encoding: quoted-printable\n\n"
                            "<body><p>caf=C3=A9 <a href=3D\"https://acme.example/a\">"
                            "a</a></p><a href=3D\"candor:unsubscribe\">b</a></body>\n");
        std::string body = sent.body;
        for (auto at = body.find("=\r\n"); at != std::string::npos; at = body.find("=\r\n")) {
            body.erase(at, 3);
        }
        CHECK(contains(body, "<body><a href=3D\"https://go.acme.example/c/"));
        CHECK(contains(body, "style=3D\"display:none!important\" aria-hidden=3D\"true\""));
        CHECK(contains(body, "<p>caf=C3=A9 "));
    }

    TEST_CASE("under aggregate everybody gets the same one") {
        World world;
        prepare(world, "IT");
        const std::string ann = send(world, newsletter).body;
        const auto tokens = honeypots_in(ann);
        REQUIRE(tokens.size() == 1);
        CHECK(policy::open(*world.keys.ring(), tokens[0], noon).value() ==
              policy::OpenedToken(policy::AggregateLink{1, 1, policy::honeypot_ordinal,
                                                        "https://www.acme.example/privacy"}));
        world.clock.advance(std::chrono::hours{3});
        CHECK(honeypots_in(send(world, newsletter, "bob@lumen.example").body) == tokens);
    }

    TEST_CASE("twice is once, and one of somebody else's mail leads to the notice alone") {
        for (const char* jurisdiction : {"US", "IT"}) {
            CAPTURE(jurisdiction);
            World world;
            prepare(world, jurisdiction);
            const SentNewsletter first = send(world, newsletter);
            world.clock.advance(std::chrono::minutes{1});
            // Its campaign is named anew, or a mail that was counted in aggregate could not be
            // again.
            const SentNewsletter again = send(world, mail_of(first.body));
            CHECK(again.body == first.body);
            CHECK(again.outcome.edits.body.empty());
        }
        World world;
        prepare(world, "US");
        const std::string first = send(world, newsletter).body;
        const std::string forwarded = send(world, mail_of(first), "bob@lumen.example").body;
        const auto tokens = honeypots_in(forwarded);
        REQUIRE(tokens.size() == 2);
        CHECK(tokens[1] == "privacy");  // hers, opened
        const auto his = policy::open(*world.keys.ring(), tokens[0], noon).value();
        CHECK(std::get<policy::IndividualLink>(his).recipient ==
              world.id("bob@lumen.example").prefix());
        // Who opts out in between loses it with the rest.
        world.opt_out("ann@lumen.example", policy::OptOutScope::Tracking);
        CHECK_FALSE(contains(send(world, mail_of(first)).body, "/c/"));
    }

    TEST_CASE(
        "none where no link of the HTML is tracked, nothing is shown, or no notice is there") {
        World world;
        prepare(world, "US");
        for (const std::string& text :
             {"X-Mailgun-Track-Clicks: no\n" + newsletter,
              mail_of("<body><a href=\"candor:unsubscribe\">leave</a></body>\n"),
              std::string("From: <news@acme.example>\nX-Candor-Campaign: c\n\n"
                          "https://acme.example/a\nleave: candor:unsubscribe\n")}) {
            CAPTURE(text);
            CHECK(honeypots_in(send(world, text).body).empty());
        }
        auto& controller = world.rules_in_force->config.controllers.front();
        for (const char* notice : {"", "https://go.acme.example/privacy"}) {
            controller.privacy_notice_url = notice;
            world.rules_in_force->policy.evidence.privacy_notices.front().url = notice;
            CHECK(honeypots_in(send(world, newsletter).body).empty());
        }
    }

    TEST_CASE("what nobody may change leaves byte for byte") {
        World world;
        prepare(world, "US");
        const std::string text =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
            "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; "
            "boundary=\"s\"\n\n--s\nContent-Type: text/html\n\n"
            "<body><a href=\"https://acme.example/a\">a</a></body>\n--s\n"
            "Content-Type: application/pgp-signature\n\nx\n--s--\n";
        const SentNewsletter sent = send(world, text);
        CHECK(sent.outcome.edits.body.empty());
        CHECK(sent.body == std::string(sent.transaction.text.body()));
    }
}

}  // namespace candor::tests
