// The rules of the guide that need a mail, a store or both: tests/policy/decision/guide_test.cc has
// the rest.
#include <doctest/doctest.h>

#include "milter/pipeline.h"
#include "policy/tokens/token.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

using milter::Action;
using policy::Treatment;

struct Sent : milter::Outcome {
    std::string body;
};

Sent send(World& world, const policy::Stream& stream, const std::string& to,
          const std::string& text = newsletter_text()) {
    const auto transaction = transaction_of(text, "news@acme.example", {to});
    Sent sent{milter::treat(transaction, stream, world.context()), {}};
    sent.body = applied(transaction, sent.edits).body;
    return sent;
}

bool tracked(const Sent& sent, std::string_view host = "go.acme.example") {
    return contains(sent.body, "https://" + std::string{host} + "/c/");
}

const policy::Reason* reason(const Sent& sent, std::string_view word) {
    const auto& reasons = sent.shared.reasons;
    const auto found = std::ranges::find(reasons, word, &policy::Reason::word);
    return found == reasons.end() ? nullptr : &*found;
}

/// The newsletter with one more image or link before its end.
std::string newsletter_with(std::string_view html) {
    std::string text = newsletter_text();
    return text.insert(text.find("</body>"), html);
}

/// A second company whose mail takes the same way.
policy::Stream& add_globex(World& world) {
    policy::Config& config = world.rules_in_force->config;
    policy::Controller globex = config.controllers.front();
    globex.name = "globex";
    globex.number = 0;
    config.controllers.push_back(globex);
    policy::PrivacyNotice notice = world.rules_in_force->policy.evidence.privacy_notices.front();
    notice.controller = "globex";
    world.rules_in_force->policy.evidence.privacy_notices.push_back(notice);
    policy::Stream stream = config.streams.front();
    stream.name = "globex-news";
    stream.controller = "globex";
    config.streams.push_back(stream);
    world.store.all_duties_done(0, noon);
    return config.streams.back();
}

}  // namespace

TEST_SUITE("milter/guide") {
    TEST_CASE("guide: a third-party ad pixel in a mail to California is a finding and lowers") {
        World world;
        world.know("cal@lumen.example", "US-CA");
        CHECK(tracked(send(world, world.newsletter(), "cal@lumen.example")));

        const Sent sent = send(
            world, world.newsletter(), "cal@lumen.example",
            newsletter_with("<img src=\"https://www.facebook.com/tr?id=1234567890&amp;ev=PageView&"
                            "amp;noscript=1\" width=\"1\" height=\"1\">"));
        CHECK(sent.shared.treatment == Treatment::Untracked);
        CHECK_FALSE(tracked(sent));
        const policy::Reason* found = reason(sent, "ad_network");
        REQUIRE(found != nullptr);
        CHECK(found->lowered);
        CHECK(contains(found->text, "advertising network"));
        CHECK_FALSE(contains(sent.body, "facebook.com/tr"));
    }

    TEST_CASE("guide: two controllers on one relay, an opt-out at one does not touch the other") {
        World world;
        const policy::Stream globex = add_globex(world);
        const policy::Stream acme = world.newsletter();
        const std::string ann = "ann@lumen.example";
        world.rules_in_force->policy.settings.default_jurisdiction = "US-CO";
        REQUIRE(send(world, acme, ann).action == Action::Deliver);
        REQUIRE(send(world, globex, ann).action == Action::Deliver);

        world.opt_out(ann);  // at acme
        CHECK(send(world, acme, ann).action == Action::Discard);
        const Sent other = send(world, globex, ann);
        CHECK(other.action == Action::Deliver);
        CHECK(other.shared.treatment == Treatment::Individual);
        CHECK(tracked(other));

        // And the other way round; neither knows the id that the other has for her.
        const auto at_globex = policy::recipient_id(world.recipient_key, {}, 0, ann);
        CHECK(at_globex != world.id(ann));
        REQUIRE(world.store.remove_opt_out(1, world.id(ann), policy::OptOutScope::All, noon));
        REQUIRE(world.store.add_opt_out({0, at_globex, policy::OptOutScope::All, noon}));
        CHECK(send(world, acme, ann).action == Action::Deliver);
        CHECK(send(world, globex, ann).action == Action::Discard);
    }

    TEST_CASE("guide: who unsubscribes is suppressed at that moment") {
        World world;
        world.know("ann@lumen.example", "US");
        CHECK(tracked(send(world, world.newsletter(), "ann@lumen.example")));
        world.opt_out("ann@lumen.example");
        const Sent next = send(world, world.newsletter(), "ann@lumen.example");  // the same second
        CHECK(next.action == Action::Discard);
        CHECK(next.recipients.front().decision.treatment == Treatment::Suppressed);
        CHECK(next.recipients.front().decision.rule == "opt_out");
    }

    TEST_CASE("guide: stop tracking lets the mail go on, untracked, at that moment") {
        World world;
        world.know("ann@lumen.example", "US");
        world.opt_out("ann@lumen.example", policy::OptOutScope::Tracking);
        const Sent next = send(world, world.newsletter(), "ann@lumen.example");
        CHECK(next.action == Action::Deliver);
        CHECK(next.shared.treatment == Treatment::Untracked);
        CHECK_FALSE(tracked(next));
    }

    TEST_CASE("guide: from a misaligned tracking domain no link is rewritten") {
        World world;
        world.know("ann@lumen.example", "US");
        world.rules_in_force->config.controllers.front().tracking_host = "click.mailer.example";
        const Sent sent = send(world, world.newsletter(), "ann@lumen.example");
        CHECK(sent.shared.treatment == Treatment::Untracked);
        CHECK(reason(sent, "tracking_domain_misaligned") != nullptr);
        CHECK_FALSE(tracked(sent, "click.mailer.example"));
        CHECK(contains(sent.body, "https://www.acme.example/one?a=1&amp;b=2"));
        CHECK(sent.edits.links_rewritten == 0);
    }

    TEST_CASE("guide: without a visible opt-out in the body nothing is tracked") {
        World world;
        world.know("ann@lumen.example", "US");
        std::string text = newsletter_text();
        for (const std::string_view spot :
             {std::string_view{" or leave: candor:unsubscribe"},
              std::string_view{"<a href=\"candor:unsubscribe\">Unsubscribe</a>"}}) {
            const auto at = text.find(spot);
            REQUIRE(at != std::string::npos);
            text.erase(at, spot.size());
        }
        const Sent bare = send(world, world.newsletter(), "ann@lumen.example", text);
        CHECK(bare.shared.treatment == Treatment::Untracked);
        CHECK(reason(bare, "no_visible_optout") != nullptr);
        world.newsletter().footer = policy::Footer::Append;
        CHECK(tracked(send(world, world.newsletter(), "ann@lumen.example", text)));
    }

    TEST_CASE("guide: an application's own opt-out without a feed allows no tracking") {
        World world;
        world.know("ann@lumen.example", "US");
        world.newsletter().list_unsubscribe = policy::ListUnsubscribe::Keep;
        const std::string text =
            "List-Unsubscribe: <https://app.example/leave>\n" + newsletter_text();
        const Sent sent = send(world, world.newsletter(), "ann@lumen.example", text);
        CHECK(sent.shared.treatment == Treatment::Untracked);
        CHECK(reason(sent, "foreign_optout") != nullptr);
    }
}

}  // namespace candor::tests
