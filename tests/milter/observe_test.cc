// Observe mode: what would have been done is said, and nothing is done.
#include <doctest/doctest.h>

#include "milter/decision_buffer.h"
#include "tests/milter/mta_side.h"

namespace candor::tests {
namespace {

using Kind = milter::Answer::Kind;

}  // namespace

TEST_SUITE("milter/observe") {
    TEST_CASE("observe mode decides and logs everything and changes nothing") {
        World world;
        world.rules_in_force->config.mode = policy::Mode::Observe;
        world.know("ann@lumen.example", "US");
        world.opt_out("erin@harbour.example");
        RecordingMta mta;
        const auto played = play(world, mta, "news@acme.example",
                                 {"erin@harbour.example", "ann@lumen.example"}, newsletter_text());
        CHECK(played.recipients[0].kind == Kind::Continue);
        CHECK(played.end.kind == Kind::Accept);
        CHECK(mta.requests.empty());
        CHECK(world.journal.contains("individual"));
    }

    TEST_CASE("in observe mode the log says what would have been done, and counts none of it") {
        World world;
        world.rules_in_force->config.mode = policy::Mode::Observe;
        world.know("dieter@werkbank.example", "DE");
        world.opt_out("erin@harbour.example");
        const std::string encrypted =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIAGCSq\n";
        const auto observed = [&](const std::vector<std::string>& recipients) {
            RecordingMta mta;
            world.journal.clear();
            const auto played = play(world, mta, "news@acme.example", recipients, encrypted);
            CHECK(played.end.kind == Kind::Accept);
            CHECK(mta.requests.empty());
            CHECK(world.journal.count("message_refused") == 0);
            CHECK(world.journal.count("recipient_suppressed") == 0);
            CHECK(world.journal.count("passed_untreated") == 0);
            CHECK(world.journal.contains("observed_only=yes"));
            return world.journal.text();
        };
        policy::MilterSettings& milter = world.rules_in_force->config.milter;
        CHECK(contains(observed({"dieter@werkbank.example"}), "would=reject because=encrypted"));
        milter.untreatable = policy::Untreatable::Hold;
        CHECK(contains(observed({"dieter@werkbank.example"}), "would=hold because=encrypted"));
        milter.untreatable = policy::Untreatable::Pass;
        CHECK(contains(observed({"dieter@werkbank.example"}), "would=pass because=encrypted"));

        CHECK(contains(observed({"erin@harbour.example"}), "would=rejected"));
        milter.suppress = policy::SuppressAction::Discard;
        const std::string alone = observed({"erin@harbour.example"});
        CHECK(contains(alone, "treatment=suppressed"));
        CHECK(contains(alone, "would=discarded"));
        CHECK(contains(alone, "recipient=" + world.id("erin@harbour.example").hex()));
        CHECK(world.journal.lines().size() == 1);
        CHECK(contains(observed({"erin@harbour.example", "dieter@werkbank.example"}),
                       "would=removed"));

        const policy::Journal::Totals totals = world.totals.take();
        CHECK(totals.messages == 6);
        CHECK(totals.observed == 6);
        CHECK(totals.unchanged == 2);  // with "pass" it would have gone on
        CHECK(totals.refused + totals.suppressed + totals.failed == 0);
    }

    TEST_CASE("in observe mode no store stops mail") {
        World world;
        world.rules_in_force->config.mode = policy::Mode::Observe;
        world.know("ann@lumen.example", "US");
        milter::DecisionBuffer full{world.store, world.journal, policy::AuditKey{}, 0};
        world.ports.decisions = &full;
        RecordingMta mta;
        const auto deliver = [&] {
            return play(world, mta, "news@acme.example", {"ann@lumen.example"}, newsletter_text())
                .end.kind;
        };
        CHECK(deliver() == Kind::Accept);
        world.store.set_unavailable(true);
        CHECK(deliver() == Kind::Accept);
        CHECK(world.journal.contains("would=tempfail because=store"));
        CHECK(world.totals.take().failed == 0);
        CHECK(mta.requests.empty());
    }
}

}  // namespace candor::tests
