// The steps of one SMTP transaction, as the MTA takes them.
#include "milter/session.h"

#include <doctest/doctest.h>

#include "milter/message_facts.h"
#include "tests/milter/mta_side.h"

namespace candor::tests {
namespace {

using Kind = milter::Answer::Kind;

}  // namespace

TEST_SUITE("milter/session") {
    TEST_CASE("mail that only a header could claim is accepted before the body") {
        World world;
        RecordingMta mta;
        const auto played = play(world, mta, "somebody@acme.example", {"x@y.example"},
                                 "From: a@b.example\n\nhello\n");
        CHECK(played.data.kind == Kind::Continue);  // bulk-unlisted must see the header first
        CHECK(played.headers.kind == Kind::Accept);
        CHECK(mta.requests.empty());
    }

    TEST_CASE("a stream is found by where the mail came from, and by the address in From") {
        for (const char* by : {"client", "daemon", "from"}) {
            CAPTURE(by);
            World world;
            RecordingMta mta;
            policy::StreamMatch& match = world.newsletter().match;
            match = {};
            const std::string which = by;
            if (which == "client") match.client_address = {"192.0.2.0/24"};
            if (which == "daemon") match.daemon_name = {"smtpd"};
            if (which == "from") match.from = {"NEWS@acme.example"};
            const auto played =
                play(world, mta, "bounces@mailer.example", {"claire@a.example"}, newsletter_text());
            CHECK(played.end.kind == Kind::Continue);
            CHECK(world.journal.contains("stream=newsletter"));
            match.client_address = {"198.51.100.0/24"};  // also asked, and not true
            world.journal.clear();
            CHECK(
                play(world, mta, "bounces@mailer.example", {"claire@a.example"}, newsletter_text())
                    .data.kind != Kind::Reject);
            CHECK_FALSE(world.journal.contains("stream=newsletter"));
        }
    }

    TEST_CASE("several recipients where the MTA was to split are a warning, and no personal link") {
        World world;
        RecordingMta mta;
        world.know("ann@lumen.example", "US");
        world.know("bob@lumen.example", "US");
        const std::vector<std::string> both{"ann@lumen.example", "bob@lumen.example"};
        CHECK(play(world, mta, "news@acme.example", both, newsletter_text()).end.kind ==
              Kind::Continue);
        CHECK_FALSE(world.journal.contains("not_split"));
        world.newsletter().multi_recipient = policy::MultiRecipient::Split;
        CHECK(play(world, mta, "news@acme.example", {"ann@lumen.example"}, newsletter_text())
                  .end.kind == Kind::Continue);
        CHECK_FALSE(world.journal.contains("not_split"));
        mta.body.reset();
        CHECK(play(world, mta, "news@acme.example", both, newsletter_text()).end.kind ==
              Kind::Continue);
        CHECK(world.journal.contains("event=not_split"));
        REQUIRE(mta.body);
        CHECK_FALSE(contains(*mta.body, "go.acme.example/c/"));
    }

    TEST_CASE("mail that no stream can claim is accepted before the header travels") {
        World world;
        std::erase_if(world.rules_in_force->config.streams,
                      [](const policy::Stream& stream) { return !stream.match.header.empty(); });
        RecordingMta mta;
        const auto played = play(world, mta, "somebody@acme.example", {"x@y.example"},
                                 "From: a@b.example\n\nhello\n");
        CHECK(played.data.kind == Kind::Accept);
    }

    TEST_CASE("transactional mail that is not to be cleaned leaves as it came") {
        World world;
        RecordingMta mta;
        const auto played =
            play(world, mta, "billing@acme.example", {"x@y.example"}, newsletter_text());
        CHECK(played.data.kind == Kind::Accept);
        CHECK(mta.requests.empty());
    }

    TEST_CASE(
        "transactional mail that is to be cleaned loses its pixel and gets no opt-out header") {
        World world;
        RecordingMta mta;
        const auto played =
            play(world, mta, "notices@acme.example", {"x@y.example"}, newsletter_text());
        CHECK(played.end.kind == Kind::Continue);
        REQUIRE(mta.body);
        CHECK(!contains(*mta.body, "px.mailer.example"));
        CHECK(std::ranges::none_of(mta.requests, [](const std::string& request) {
            return contains(request, "List-Unsubscribe");
        }));
    }

    TEST_CASE("an unnamed application with List-Unsubscribe falls into bulk-unlisted") {
        World world;
        world.know("claire@atelier.example", "FR");
        RecordingMta mta;
        const auto played =
            play(world, mta, "tool@other.example", {"claire@atelier.example"},
                 "List-Unsubscribe: <https://other.example/leave>\n" + newsletter_text());
        CHECK(played.end.kind == Kind::Continue);
        CHECK(world.journal.contains("stream=bulk-unlisted"));
    }

    TEST_CASE("a recipient who opted out is refused at RCPT with a clear text") {
        World world;
        world.opt_out("erin@harbour.example");
        RecordingMta mta;
        const auto played = play(world, mta, "news@acme.example",
                                 {"erin@harbour.example", "ann@lumen.example"}, newsletter_text());
        REQUIRE(played.recipients.size() == 2);
        CHECK(played.recipients[0].kind == Kind::Reject);
        CHECK(played.recipients[0].code == "550");
        CHECK(played.recipients[0].enhanced == "5.7.1");
        CHECK(contains(played.recipients[0].text, "opted out"));
        CHECK(!contains(played.recipients[0].text, "erin"));
        CHECK(played.recipients[1].kind == Kind::Continue);
        CHECK(world.journal.contains("how=rejected"));
    }

    TEST_CASE("with suppress = discard the recipient is taken out at the end") {
        World world;
        world.newsletter().suppress = policy::SuppressAction::Discard;
        world.opt_out("erin@harbour.example");
        RecordingMta mta;
        const auto played = play(world, mta, "news@acme.example",
                                 {"erin@harbour.example", "ann@lumen.example"}, newsletter_text());
        CHECK(played.recipients[0].kind == Kind::Continue);
        CHECK(played.end.kind == Kind::Continue);
        CHECK(mta.requests.at(0) == "delete <erin@harbour.example>");
        CHECK(world.journal.contains("how=removed"));
    }

    TEST_CASE("when nobody is left the message is discarded, with a line") {
        World world;
        world.newsletter().suppress = policy::SuppressAction::Discard;
        world.opt_out("erin@harbour.example");
        RecordingMta mta;
        const auto played =
            play(world, mta, "news@acme.example", {"erin@harbour.example"}, newsletter_text());
        CHECK(played.end.kind == Kind::Discard);
        CHECK(world.journal.contains("how=discarded"));
    }

    TEST_CASE("recipients, then headers, then the body in one run") {
        World world;
        world.newsletter().suppress = policy::SuppressAction::Discard;
        world.know("ann@lumen.example", "US");
        world.opt_out("erin@harbour.example");
        RecordingMta mta;
        play(world, mta, "news@acme.example", {"ann@lumen.example", "erin@harbour.example"},
             newsletter_text());
        REQUIRE(mta.requests.size() > 2);
        CHECK(mta.requests.front().starts_with("delete "));
        CHECK(mta.requests.back() == "body");
        CHECK(std::ranges::count(mta.requests, "body") == 1);
    }

    TEST_CASE("a fault at any edit is a 4xx: nothing leaves half-edited") {
        for (int fail_at = 1; fail_at <= 4; ++fail_at) {
            CAPTURE(fail_at);
            World world;
            world.know("ann@lumen.example", "US");
            RecordingMta mta;
            mta.fail_at = fail_at;
            const auto played =
                play(world, mta, "news@acme.example", {"ann@lumen.example"}, newsletter_text());
            CHECK(played.end.kind == Kind::TempFail);
            CHECK(played.end.code == "451");
            CHECK(static_cast<int>(mta.requests.size()) == fail_at);
        }
    }

    TEST_CASE("a store that cannot answer is a 4xx at RCPT and at the end") {
        World world;
        world.store.set_unavailable(true);
        RecordingMta mta;
        const auto played =
            play(world, mta, "news@acme.example", {"ann@lumen.example"}, newsletter_text());
        CHECK(played.recipients[0].kind == Kind::TempFail);
        CHECK(played.end.kind == Kind::TempFail);
        CHECK(mta.requests.empty());
    }

    TEST_CASE("what goes on hold has lost the opted-out and our control headers first") {
        World world;
        world.rules_in_force->config.milter.untreatable = policy::Untreatable::Hold;
        world.newsletter().suppress = policy::SuppressAction::Discard;
        world.know("dieter@werkbank.example", "DE");
        world.opt_out("erin@harbour.example");
        RecordingMta mta;
        const auto played = play(
            world, mta, "news@acme.example", {"dieter@werkbank.example", "erin@harbour.example"},
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIAGCSq\n");
        CHECK(played.end.kind == Kind::Continue);
        CHECK(mta.requests == std::vector<std::string>{"delete <erin@harbour.example>",
                                                       "remove X-Candor-Campaign 1", "hold"});
    }

    TEST_CASE("control headers behind the limit are removed all the same") {
        World world;
        world.rules_in_force->config.milter.max_header_lines = 10;
        world.rules_in_force->config.milter.untreatable = policy::Untreatable::Pass;
        world.know("dieter@werkbank.example", "DE");
        std::string text;
        for (int i = 0; i < 20; ++i) text += "X-Note: " + std::to_string(i) + "\n";
        RecordingMta mta;
        play(world, mta, "news@acme.example", {"dieter@werkbank.example"},
             text + newsletter_text());
        CHECK(mta.requests == std::vector<std::string>{"remove X-Candor-Campaign 1"});
    }

    TEST_CASE("a flood of control headers is refused, and no more of it is kept than says so") {
        World world;
        world.know("ann@lumen.example", "US");
        std::string text;
        for (std::size_t i = 1; i < milter::max_control_fields; ++i) text += "X-Candor-Note: 1\n";
        RecordingMta mta;
        const auto most =
            play(world, mta, "news@acme.example", {"ann@lumen.example"}, text + newsletter_text());
        CHECK(most.end.kind == Kind::Continue);
        for (int i = 0; i < 20'000; ++i) text += "X-Candor-Note: 1\n";
        RecordingMta asked;
        const auto played = play(world, asked, "news@acme.example", {"ann@lumen.example"},
                                 text + newsletter_text());
        CHECK(played.end.kind == Kind::Reject);
        CHECK(played.end.text == "more than 100 X-Candor-* header fields");
        CHECK(asked.requests.empty());
        CHECK(world.journal.text().find("word=over_limit") != std::string::npos);
    }

    TEST_CASE("no journal line names a recipient") {
        World world;
        world.know("ann@lumen.example", "US");
        world.opt_out("erin@harbour.example");
        RecordingMta mta;
        play(world, mta, "news@acme.example", {"erin@harbour.example", "ann@lumen.example"},
             newsletter_text());
        CHECK(!contains(world.journal.text(), "lumen"));
        CHECK(!contains(world.journal.text(), "erin"));
        CHECK(contains(world.journal.text(), world.id("ann@lumen.example").hex()));
    }

    TEST_CASE("a message over the limit is never cut: it is refused or passes whole") {
        World world;
        world.rules_in_force->config.milter.max_message_bytes = 300;
        world.know("dieter@werkbank.example", "DE");
        RecordingMta mta;
        const auto played =
            play(world, mta, "news@acme.example", {"dieter@werkbank.example"}, newsletter_text());
        CHECK(played.end.kind == Kind::Reject);
        CHECK(!mta.body);
    }
}

}  // namespace candor::tests
