// Mail that cannot be changed, to people who get links of ours: what must go all the same decides.
#include <doctest/doctest.h>

#include "milter/decision_records.h"
#include "tests/milter/mta_side.h"

namespace candor::tests {
namespace {

using milter::Action;
using policy::Treatment;
using policy::Untreatable;

constexpr std::string_view pixel =
    "<img src=\"https://px.mailer.example/o/8f3a9c1d2e4b5f60718293a4b5c6d7e8\" width=1 height=1>";
constexpr std::string_view leave = "<a href=\"https://go.acme.example/u/x\">leave</a>";

const std::string head = "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n";

std::string signed_mail(std::string_view html) {
    return head +
           "Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"\n\n"
           "--s\nContent-Type: text/html\n\n" +
           std::string{html} + "\n--s\nContent-Type: application/pgp-signature\n\nAAAA\n--s--\n";
}

std::string typed(std::string_view type, std::string_view content) {
    return head + "Content-Type: " + std::string{type} + "\n\n" + std::string{content} + "\n";
}

milter::Outcome sent(World& world, const std::string& address, const std::string& text) {
    return send_newsletter(world, transaction_of(text, "news@acme.example", {address})).outcome;
}

/// Ann is tracked individually without pictures, Bruno in aggregate, Cora with pictures.
struct People {
    World world;
    People() {
        world.know("ann@lumen.example", "US");
        world.know("bruno@officina.example", "IT");
        world.know("cora@lumen.example", "US-CO");
        world.newsletter().footer = policy::Footer::Append;
    }
};

}  // namespace

TEST_SUITE("milter/untreatable") {
    TEST_CASE("a picture of others in a signed part does not go to who may not be counted by one") {
        People people;
        World& world = people.world;
        for (const char* address : {"ann@lumen.example", "bruno@officina.example"}) {
            CAPTURE(address);
            world.rules_in_force->config.milter.untreatable = Untreatable::Reject;
            const auto refused =
                sent(world, address, signed_mail(std::string{leave} + std::string{pixel}));
            CHECK(refused.action == Action::Reject);
            CHECK(contains(refused.text, "must lose its tracking images and cannot be changed"));

            world.rules_in_force->config.milter.untreatable = Untreatable::Pass;
            const auto passed =
                sent(world, address, signed_mail(std::string{leave} + std::string{pixel}));
            CHECK(passed.action == Action::Deliver);
            CHECK(passed.passed_untreated);
            CHECK(milter::obeyed(passed) == "unchanged");
            CHECK(passed.shared.reasons.back().word == "untreatable_signed");

            world.rules_in_force->config.milter.untreatable = Untreatable::Reject;
            const auto clean = sent(world, address, signed_mail(leave));
            CHECK(clean.action == Action::Deliver);
            CHECK_FALSE(clean.passed_untreated);
            CHECK(milter::obeyed(clean) == "unchanged");
        }
        const auto allowed = sent(world, "cora@lumen.example", signed_mail(pixel));
        CHECK(allowed.action == Action::Deliver);
        CHECK(milter::obeyed(allowed) == "unchanged");
    }

    TEST_CASE("what nobody can look into decides likewise, unless it is encrypted") {
        People people;
        World& world = people.world;
        struct Row {
            const char *type, *content, *word;
            bool goes_on;
        };
        for (const Row& row : {
                 Row{"application/pkcs7-mime; smime-type=enveloped-data", "MIAGCSq", "encrypted",
                     true},
                 Row{"text/plain", "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----",
                     "encrypted", true},
                 Row{"application/pkcs7-mime; smime-type=signed-data", "MIAGCSq", "signed", false},
                 Row{"text/html\nContent-Transfer-Encoding: x-odd", "<p>hello", "malformed_mime",
                     false},
                 Row{"text/html\nContent-Type: text/plain", "<p>hello", "malformed_mime", false},
             }) {
            CAPTURE(row.type);
            for (const char* address : {"ann@lumen.example", "bruno@officina.example"}) {
                const auto outcome = sent(world, address, typed(row.type, row.content));
                CHECK(outcome.action == (row.goes_on ? Action::Deliver : Action::Reject));
                CHECK(outcome.word == row.word);
                if (row.goes_on) CHECK(milter::obeyed(outcome) == "unchanged");
            }
            CHECK(sent(world, "cora@lumen.example", typed(row.type, row.content)).action ==
                  Action::Deliver);
        }
    }

    TEST_CASE("the reply says what is true of an encoding that nobody knows") {
        People people;
        World& world = people.world;
        const auto reply = [&](const char* address, std::string_view encoding) {
            return sent(world, address,
                        typed("text/html\nContent-Transfer-Encoding: " + std::string{encoding},
                              "<p>hello"));
        };
        for (const char* address : {"ann@lumen.example", "bruno@officina.example"}) {
            CAPTURE(address);
            CHECK(reply(address, "utf-8").text ==
                  "this message may hold tracking images that must go, and cannot be changed: The "
                  "transfer encoding of a part is not known.");
            CHECK(reply(address, "7-bit").action == Action::Deliver);
            CHECK_FALSE(reply(address, "8-bit;").edits.body.empty());
        }
    }

    TEST_CASE("over a limit of the header nobody looked") {
        People people;
        World& world = people.world;
        world.rules_in_force->config.milter.max_header_lines = 10;
        std::string lines;
        for (int i = 0; i < 20; ++i) lines += "X-Note: " + std::to_string(i) + "\n";
        const std::string text = lines + typed("text/html", leave);
        CHECK(sent(world, "ann@lumen.example", text).action == Action::Reject);
        CHECK(sent(world, "cora@lumen.example", text).action == Action::Deliver);
    }

    TEST_CASE("a request for a receipt leaves what is signed in its body") {
        People people;
        World& world = people.world;
        const auto outcome = sent(world, "ann@lumen.example",
                                  "Return-Receipt-To: <a@b.example>\n" + signed_mail(leave));
        CHECK(outcome.action == Action::Deliver);
        CHECK(std::ranges::any_of(outcome.edits.headers, [](const rewriter::HeaderEdit& edit) {
            return edit.name == "Return-Receipt-To";
        }));
    }

    TEST_CASE("what went on unchanged is said and counted as that") {
        People people;
        World& world = people.world;
        RecordingMta mta;
        play(world, mta, "news@acme.example", {"ann@lumen.example"}, signed_mail(leave));
        CHECK(world.journal.contains("treatment=unchanged"));
        CHECK(world.journal.contains("untreatable_signed"));
        const auto totals = world.totals.take();
        CHECK(totals.unchanged == 1);
        CHECK(totals.untracked == 0);
    }
}

}  // namespace candor::tests
