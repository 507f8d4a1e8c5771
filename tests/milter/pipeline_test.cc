// The whole way of one message, on fakes of the ports. One file, because each case goes the whole
// way; what one step does alone is tested beside that step.
#include "milter/pipeline.h"

#include <doctest/doctest.h>
#include <glib.h>

#include <array>
#include <memory>

#include "milter/decision_records.h"
#include "policy/tokens/token.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

using milter::Action;
using milter::Outcome;
using policy::Treatment;

/// An outcome and the body that leaves with it.
struct Treated : Outcome {
    std::string body;
};

Treated treat(World& world, const std::vector<std::string>& recipients,
              const std::string& text = newsletter_text(), const milter::Forced& forced = {}) {
    const auto transaction = transaction_of(text, "news@acme.example", recipients);
    Treated treated{milter::treat(transaction, world.newsletter(), world.context(), forced), {}};
    treated.body = applied(transaction, treated.edits).body;
    return treated;
}

bool has_edit(const Outcome& outcome, rewriter::HeaderEdit::Kind kind, std::string_view name) {
    return std::ranges::any_of(outcome.edits.headers, [&](const rewriter::HeaderEdit& edit) {
        return edit.kind == kind && edit.name == name;
    });
}

bool has_reason(const policy::Decision& decision, std::string_view word) {
    return std::ranges::find(decision.reasons, word, &policy::Reason::word) !=
           decision.reasons.end();
}

/// Every token behind `https://go.acme.example/<kind>/` in a text.
std::vector<std::string> tokens_in(std::string_view text, char kind) {
    const std::string prefix = std::string{"https://go.acme.example/"} + kind + "/";
    std::vector<std::string> tokens;
    for (auto at = text.find(prefix); at != std::string_view::npos;
         at = text.find(prefix, at + 1)) {
        const auto begin = at + prefix.size();
        tokens.emplace_back(text.substr(begin, text.find_first_of("\"'> \r\n", begin) - begin));
    }
    return tokens;
}

/// bh= of a body that relaxed canonicalisation leaves as it is (RFC 6376, section 3.4.4).
std::string relaxed_body_hash(std::string_view body) {
    const std::unique_ptr<GChecksum, decltype(&g_checksum_free)> sum{
        g_checksum_new(G_CHECKSUM_SHA256), g_checksum_free};
    g_checksum_update(sum.get(), reinterpret_cast<const guchar*>(body.data()),
                      static_cast<gssize>(body.size()));
    std::array<guint8, 32> digest{};
    gsize size = digest.size();
    g_checksum_get_digest(sum.get(), digest.data(), &size);
    gchar* text = g_base64_encode(digest.data(), size);
    const std::unique_ptr<gchar, decltype(&g_free)> owner{text, g_free};
    return text;
}

}  // namespace

TEST_SUITE("milter/pipeline") {
    TEST_CASE("a US business contact with an assessment gets links of their own") {
        World world;
        world.know("ann@lumen.example", "US");
        const Treated outcome = treat(world, {"ann@lumen.example"});
        REQUIRE(outcome.action == Action::Deliver);
        CHECK(outcome.shared.treatment == Treatment::Individual);
        REQUIRE(!outcome.edits.body.empty());
        const auto tokens = tokens_in(outcome.body, 'c');
        REQUIRE(tokens.size() == 3);  // one of them in the text part, which comes first
        const auto opened = policy::open(*world.keys.ring(), tokens[1], noon);
        REQUIRE(opened);
        const auto* link = std::get_if<policy::IndividualLink>(&*opened);
        REQUIRE(link);
        CHECK(link->destination == "https://www.acme.example/one?a=1&b=2");
        CHECK(link->recipient == world.id("ann@lumen.example").prefix());
        CHECK(link->campaign != 0);
        CHECK(outcome.edits.links_rewritten == 3);
    }

    TEST_CASE("Italy with an assessment is aggregate, and two recipients get the same tokens") {
        World world;
        world.know("bruno@officina.example", "IT");
        world.know("carla@officina.example", "IT");
        const Treated one = treat(world, {"bruno@officina.example"});
        const Treated other = treat(world, {"carla@officina.example"});
        REQUIRE(one.shared.treatment == Treatment::Aggregate);
        REQUIRE(!one.edits.body.empty());
        REQUIRE(!other.edits.body.empty());
        CHECK(tokens_in(one.body, 'c').size() == 3);
        CHECK(tokens_in(one.body, 'c') == tokens_in(other.body, 'c'));
        CHECK(tokens_in(one.body, 'u') != tokens_in(other.body, 'u'));
    }

    TEST_CASE("France is untracked: the pixel is gone, links are as written, the opt-out works") {
        World world;
        world.know("claire@atelier.example", "FR");
        const Treated outcome = treat(world, {"claire@atelier.example"});
        REQUIRE(outcome.shared.treatment == Treatment::Untracked);
        REQUIRE(!outcome.edits.body.empty());
        CHECK(tokens_in(outcome.body, 'c').empty());
        CHECK(!contains(outcome.body, "px.mailer.example"));
        CHECK(contains(outcome.body, "href='https://shop.acme.example/two'"));
        CHECK(!contains(outcome.body, "candor:"));
        CHECK(tokens_in(outcome.body, 'u').size() == 2);
        CHECK(has_edit(outcome, rewriter::HeaderEdit::Kind::Insert, "List-Unsubscribe"));
        CHECK(has_edit(outcome, rewriter::HeaderEdit::Kind::Insert, "List-Unsubscribe-Post"));
    }

    TEST_CASE("Germany gets plain text") {
        World world;
        world.know("dieter@werkbank.example", "DE");
        const Treated outcome = treat(world, {"dieter@werkbank.example"});
        REQUIRE(outcome.shared.treatment == Treatment::Plaintext);
        REQUIRE(!outcome.edits.body.empty());
        CHECK(!contains(outcome.body, "<html>"));
        CHECK(contains(outcome.body, "https://www.acme.example/one"));
    }

    TEST_CASE("a recipient who opted out of all mail gets nothing") {
        World world;
        world.know("erin@harbour.example", "US");
        world.opt_out("erin@harbour.example");
        const Treated outcome = treat(world, {"erin@harbour.example"});
        CHECK(outcome.action == Action::Discard);
        CHECK(outcome.suppressed == std::vector<std::size_t>{0});
        CHECK(outcome.edits.empty());
    }

    TEST_CASE("an opt-out reaches every spelling of the mailbox that [addresses] makes one") {
        for (const auto plus_tags : {policy::PlusTags::Keep, policy::PlusTags::Drop}) {
            CAPTURE(static_cast<int>(plus_tags));
            World world;
            world.rules_in_force->config.addresses = {plus_tags, {"harbour.example"}};
            world.opt_out("erin@harbour.example");
            CHECK(treat(world, {"er.in@harbour.example"}).action == Action::Discard);
            CHECK((treat(world, {"erin+shop@harbour.example"}).action == Action::Discard) ==
                  (plus_tags == policy::PlusTags::Drop));
            CHECK(treat(world, {"er.in@lumen.example"}).action == Action::Deliver);
        }
    }

    TEST_CASE(
        "suppressed never spreads, the others get the strictest of theirs, and no personal token") {
        World world;
        world.know("ann@lumen.example", "US");
        world.know("bruno@officina.example", "IT");
        world.know("erin@harbour.example", "US");
        world.opt_out("erin@harbour.example");
        const Treated outcome =
            treat(world, {"ann@lumen.example", "erin@harbour.example", "bruno@officina.example"});
        CHECK(outcome.action == Action::Deliver);
        CHECK(outcome.suppressed == std::vector<std::size_t>{1});
        CHECK(outcome.shared.treatment == Treatment::Untracked);
        CHECK(std::ranges::any_of(outcome.shared.reasons, [](const policy::Reason& reason) {
            return reason.word == "no_personal_optout";
        }));
        REQUIRE(!outcome.edits.body.empty());
        CHECK(tokens_in(outcome.body, 'c').empty());
        for (const auto& token : tokens_in(outcome.body, 'u')) CHECK(token.empty());
        CHECK(!has_edit(outcome, rewriter::HeaderEdit::Kind::Insert, "List-Unsubscribe"));
    }

    TEST_CASE("a store that cannot answer is a 4xx and changes nothing") {
        World world;
        world.store.set_unavailable(true);
        const Treated outcome = treat(world, {"ann@lumen.example"});
        CHECK(outcome.action == Action::TempFail);
        CHECK(outcome.edits.empty());
    }

    TEST_CASE("without today's key an individual link becomes an aggregate one, and mail flows") {
        World world;
        world.know("ann@lumen.example", "US");
        world.keys.lose_daily_keys();
        const Treated outcome = treat(world, {"ann@lumen.example"});
        CHECK(outcome.action == Action::Deliver);
        CHECK(outcome.shared.treatment == Treatment::Aggregate);
    }

    TEST_CASE("without a link key the message goes on untracked") {
        World world;
        world.know("ann@lumen.example", "US");
        world.keys.lose_link_keys();
        const Treated outcome = treat(world, {"ann@lumen.example"});
        CHECK(outcome.action == Action::Deliver);
        CHECK(outcome.shared.treatment == Treatment::Untracked);
        REQUIRE(!outcome.edits.body.empty());
        CHECK(tokens_in(outcome.body, 'c').empty());
    }

    TEST_CASE("control headers are for us and never leave") {
        World world;
        world.know("claire@atelier.example", "FR");
        const Treated outcome = treat(world, {"claire@atelier.example"});
        CHECK(has_edit(outcome, rewriter::HeaderEdit::Kind::Remove, "X-Candor-Campaign"));
    }

    TEST_CASE("a message may only ask for less") {
        World world;
        world.know("ann@lumen.example", "US");
        world.know("dieter@werkbank.example", "DE");
        const std::string asks_plain = "X-Candor-Treatment: plaintext\n" + newsletter_text();
        const std::string asks_more = "X-Candor-Treatment: individual\n" + newsletter_text();
        CHECK(treat(world, {"ann@lumen.example"}, asks_plain).shared.treatment ==
              Treatment::Plaintext);
        CHECK(treat(world, {"dieter@werkbank.example"}, asks_more).shared.treatment ==
              Treatment::Plaintext);
    }

    TEST_CASE("twice is once: the second pass has nothing to change") {
        for (const char* jurisdiction : {"US", "IT", "FR", "DE"}) {
            CAPTURE(jurisdiction);
            World world;
            world.know("ann@lumen.example", jurisdiction);
            world.newsletter().campaign_from = {policy::CampaignSource::Fixed};
            world.newsletter().campaign = "november";
            const auto transaction =
                transaction_of(newsletter_text(), "news@acme.example", {"ann@lumen.example"});
            const auto first = milter::treat(transaction, world.newsletter(), world.context());
            const auto again = sent_again(transaction, first.edits);
            world.clock.advance(std::chrono::seconds{60});
            const auto second = milter::treat(again, world.newsletter(), world.context());
            CHECK(second.shared.treatment == first.shared.treatment);
            CHECK(second.edits.empty());
        }
    }

    TEST_CASE("links of another controller of the same installation do not stay either") {
        World world;
        world.know("claire@atelier.example", "FR");
        world.know("ann@lumen.example", "US");
        world.know("bruno@officina.example", "IT");
        policy::Controller beta = world.rules_in_force->config.controllers.front();
        beta.name = "beta";
        beta.number = 0;
        beta.tracking_host = "go.beta.example";
        world.rules_in_force->config.controllers.push_back(beta);
        const auto ring = world.keys.ring();
        const auto click =
            policy::seal(*ring, policy::AggregateLink{0, 1, 1, "https://x.example/"});
        const auto leave =
            policy::seal(*ring, policy::OptOutLink{0, world.id("bob@lumen.example"), 1,
                                                   policy::OptOutPage::Unsubscribe});
        REQUIRE(click);
        REQUIRE(leave);
        const std::string text =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
            "Content-Type: text/html\n\n<a href=\"https://go.beta.example/c/" +
            *click + "\">a</a><a href=\"https://go.beta.example/u/" + *leave +
            "\">b</a><img src=\"https://go.beta.example/o/AbC\" width=200 height=99>\n";
        for (const std::string who :
             {"claire@atelier.example", "ann@lumen.example", "bruno@officina.example"}) {
            CAPTURE(who);
            const Treated outcome = treat(world, {who}, text);
            CHECK(!contains(outcome.body, "go.beta.example"));
            REQUIRE(tokens_in(outcome.body, 'u').size() == 1);
            const auto own = policy::open(*ring, tokens_in(outcome.body, 'u').front(), noon);
            REQUIRE(own);
            CHECK(std::get<policy::OptOutLink>(*own).recipient == world.id(who));
        }
        CHECK(contains(treat(world, {"claire@atelier.example"}, text).body,
                       "<a href=\"https://x.example/\">"));
    }

    TEST_CASE("twice is once also where the first pass took the name of the campaign along") {
        for (const char* jurisdiction : {"US", "IT", "FR", "DE"}) {
            CAPTURE(jurisdiction);
            World world;
            world.know("ann@lumen.example", jurisdiction);
            const std::string text = "List-Id: Acme <news.acme.example>\n" + newsletter_text();
            const auto transaction =
                transaction_of(text, "news@acme.example", {"ann@lumen.example"});
            const auto first = milter::treat(transaction, world.newsletter(), world.context());
            CHECK(has_edit(first, rewriter::HeaderEdit::Kind::Insert, "List-Unsubscribe"));
            const auto again = sent_again(transaction, first.edits);
            CHECK(milter::treat(again, world.newsletter(), world.context()).edits.empty());

            // Of somebody else it is made anew.
            milter::Transaction forwarded = sent_again(transaction, first.edits);
            forwarded.envelope.recipients = {{"<bob@lumen.example>", "bob@lumen.example"}};
            const auto other = milter::treat(forwarded, world.newsletter(), world.context());
            CHECK(has_edit(other, rewriter::HeaderEdit::Kind::Replace, "List-Unsubscribe"));
        }
    }

    TEST_CASE("several recipients share a footer of what is not personal, once") {
        World world;
        for (const char* address : {"ann@lumen.example", "bruno@officina.example"})
            world.know(address, "FR");
        world.newsletter().footer = policy::Footer::Append;
        const std::string text =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\nContent-Type: "
            "text/html\n\n<html><body><p>hello</p></body></html>\n";
        const std::vector<std::string> both{"ann@lumen.example", "bruno@officina.example"};
        const SentNewsletter shared =
            send_newsletter(world, transaction_of(text, "news@acme.example", both));
        CHECK(contains(shared.body, "Acme, 1 Main Street, Springfield"));
        CHECK(contains(shared.body, "href=\"https://www.acme.example/privacy\""));
        CHECK(contains(shared.body, "href=\"https://go.acme.example/u/\""));
        CHECK_FALSE(contains(shared.body, "Stop tracking only"));
        const auto again = sent_again(shared.transaction, shared.outcome.edits);
        CHECK(milter::treat(again, world.newsletter(), world.context()).edits.empty());
    }

    TEST_CASE("our own older link of somebody else goes back to its destination") {
        World world;
        world.know("ann@lumen.example", "US");
        world.know("claire@atelier.example", "FR");
        const Treated first = treat(world, {"ann@lumen.example"});
        REQUIRE(!first.edits.body.empty());
        const auto link = tokens_in(first.body, 'c').at(1);
        const auto leave = tokens_in(first.body, 'u').at(0);
        const std::string reply =
            "From: <news@acme.example>\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"
            "> see https://go.acme.example/c/" +
            link + "\n> leave https://go.acme.example/u/" + leave + "\n";
        const Treated outcome = treat(world, {"claire@atelier.example"}, reply);
        REQUIRE(!outcome.edits.body.empty());
        CHECK(contains(outcome.body, "> see https://www.acme.example/one?a=1&b=2"));
        CHECK(!contains(outcome.body, leave));
        const auto own = tokens_in(outcome.body, 'u').at(0);
        const auto opened = policy::open(*world.keys.ring(), own, noon);
        REQUIRE(opened);
        CHECK(std::get<policy::OptOutLink>(*opened).recipient ==
              world.id("claire@atelier.example"));
    }

    TEST_CASE(
        "encrypted mail to Germany is refused with the reason, in Italy it goes on unchanged") {
        const std::string text =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
            "Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQAx\n";
        World world;
        world.newsletter().footer = policy::Footer::Append;
        world.know("dieter@werkbank.example", "DE");
        world.know("bruno@officina.example", "IT");
        const Treated refused = treat(world, {"dieter@werkbank.example"}, text);
        CHECK(refused.action == Action::Reject);
        CHECK(contains(refused.text, "cannot be changed"));
        const Treated passed = treat(world, {"bruno@officina.example"}, text);
        CHECK(passed.action == Action::Deliver);
        CHECK(passed.edits.body.empty());
        CHECK(passed.shared.reasons.back().text.ends_with("is encrypted."));
        CHECK(milter::obeyed(passed) == "unchanged");
    }

    TEST_CASE("another system's click tracker is refused where its destination cannot be read") {
        const std::string text =
            "From: <news@acme.example>\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
            "<a href=\"https://u123.ct.sendgrid.net/ls/click?upn=abcdef\">go</a>"
            "<a href=\"candor:unsubscribe\">leave</a>\n";
        World world;
        world.know("claire@atelier.example", "FR");
        const Treated refused = treat(world, {"claire@atelier.example"}, text);
        CHECK(refused.action == Action::Reject);
        CHECK(contains(refused.text, "1 link leads through another system's click tracker, and "));
        world.rules_in_force->config.milter.foreign_tracked_link = policy::Untreatable::Pass;
        const Treated passed = treat(world, {"claire@atelier.example"}, text);
        CHECK(passed.action == Action::Deliver);
        CHECK(passed.passed_untreated);
        CHECK(passed.word == "untracked_incomplete");
    }

    TEST_CASE(
        "under aggregate a destination that names the person is left as written and counted") {
        World world;
        world.know("bruno@officina.example", "IT");
        const std::string text =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\nContent-Type: "
            "text/html\n\n"
            "<a href=\"https://www.acme.example/?who=bruno%40officina.example\">you</a>"
            "<a href=\"https://www.acme.example/all\">all</a><a "
            "href=\"candor:unsubscribe\">leave</a>\n";
        const Treated outcome = treat(world, {"bruno@officina.example"}, text);
        REQUIRE(!outcome.edits.body.empty());
        CHECK(outcome.personal_left == 1);
        CHECK(outcome.edits.links_rewritten == 1);
        CHECK(contains(outcome.body, "who=bruno%40officina.example"));
    }

    TEST_CASE("the application's own opt-out counts only while its feed ran within a day") {
        World world;
        world.know("bruno@officina.example", "IT");
        world.know("carla@officina.example", "IT");
        world.newsletter().list_unsubscribe = policy::ListUnsubscribe::Keep;
        world.newsletter().opt_out_feed = "crm";
        const std::string text =
            "List-Unsubscribe: <https://app.example/leave>\n" + newsletter_text();
        const auto treated = [&] {
            return treat(world, {"bruno@officina.example"}, text).shared.treatment;
        };
        CHECK(treated() == Treatment::Untracked);
        REQUIRE(world.store.record_feed_run(1, "crm", noon - std::chrono::hours{23}));
        CHECK(treated() == Treatment::Aggregate);
        // With an opt-out of the application's own, several recipients may share aggregate links.
        const Treated several =
            treat(world, {"bruno@officina.example", "carla@officina.example"}, text);
        CHECK(several.shared.treatment == Treatment::Aggregate);
        world.clock.advance(std::chrono::hours{2});
        CHECK(treated() == Treatment::Untracked);
        // Recorded by a clock that was ahead.
        REQUIRE(world.store.record_feed_run(1, "crm", noon + std::chrono::hours{24 * 365}));
        CHECK(treated() == Treatment::Untracked);
        REQUIRE(world.store.record_feed_run(1, "crm", world.clock.now()));
        CHECK(treated() == Treatment::Aggregate);
    }

    TEST_CASE("nothing is tracked unless the daemons' duties are on record and fresh") {
        World world;
        world.know("ann@lumen.example", "US");
        const auto treated = [&] {
            return treat(world, {"ann@lumen.example"}, newsletter_text()).shared;
        };
        CHECK(treated().treatment == Treatment::Individual);

        SUBCASE("the test of the opt-out page is a day old") {
            world.store.all_duties_done(1, noon - std::chrono::hours{25});
            CHECK(treated().treatment == Treatment::Untracked);
            CHECK(has_reason(treated(), "optout_untested"));
            CHECK_FALSE(has_reason(treated(), "purge_overdue"));
            REQUIRE(world.store.record_duty(1, policy::Duty::TestOptOut, noon));
            CHECK(treated().treatment == Treatment::Individual);  // the very next message
        }
        SUBCASE("keys that should be gone may be there") {
            REQUIRE(
                world.store.record_duty(1, policy::Duty::ShredKeys, noon - std::chrono::hours{49}));
            CHECK(treated().treatment == Treatment::Untracked);
            CHECK(has_reason(treated(), "purge_overdue"));
        }
        SUBCASE("another controller's records do not count") {
            world.rules_in_force->policy.settings.default_jurisdiction = "US-CO";
            world.rules_in_force->config.controllers.front().number = 0;
            CHECK(has_reason(treated(), "optout_untested"));
            CHECK(has_reason(treated(), "purge_overdue"));
            world.store.all_duties_done(0, noon);
            CHECK(treated().treatment == Treatment::Individual);
        }
    }

    TEST_CASE("offline, what no daemon ever recorded is assumed and said; what is overdue is not") {
        World world;
        world.know("ann@lumen.example", "US");
        world.newsletter().controller = "fresh";
        policy::Controller fresh = world.rules_in_force->config.controllers.front();
        fresh.name = "fresh";
        fresh.number = 0;  // of which the store knows nothing
        world.rules_in_force->config.controllers.push_back(fresh);
        world.rules_in_force->policy.evidence.privacy_notices.front().controller = "fresh";
        world.newsletter().default_class = policy::RecipientClass::B2b;
        world.rules_in_force->policy.settings.default_jurisdiction = "US-CO";
        const auto transaction =
            transaction_of(newsletter_text(), "news@acme.example", {"ann@lumen.example"});
        const auto decided = [&](bool assume) {
            milter::Forced forced;
            forced.assume_duties = assume;
            return milter::treat(transaction, world.newsletter(), world.context(), forced).shared;
        };
        CHECK(decided(false).treatment == Treatment::Untracked);
        CHECK(decided(true).treatment == Treatment::Individual);
        CHECK(has_reason(decided(true), "duties_assumed"));
        world.store.all_duties_done(0, noon - std::chrono::days{3});
        CHECK(decided(true).treatment == Treatment::Untracked);
        CHECK_FALSE(has_reason(decided(true), "duties_assumed"));
        world.store.all_duties_done(0, noon);
        CHECK(decided(true).treatment == Treatment::Individual);
        CHECK_FALSE(has_reason(decided(true), "duties_assumed"));
    }

    TEST_CASE("a DKIM signature that still fits keeps a message as it is, a broken one does not") {
        // SHA-256 of the relaxed body "x\r\n" is no secret: the first bh fits, the second does not.
        const auto signed_mail = [](const std::string& bh) {
            return "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=other.example; s=k; "
                   "bh=" +
                   bh +
                   "; h=from; b=AA==\nFrom: <news@acme.example>\nMIME-Version: 1.0\nContent-Type: "
                   "text/html\n\n"
                   "<a href=\"https://www.acme.example/\">a</a>\n";
        };
        World world;
        world.newsletter().footer = policy::Footer::Append;
        world.know("ann@lumen.example", "US");
        world.know("dieter@werkbank.example", "DE");
        const std::string broken = signed_mail("YWJj");
        CHECK(!treat(world, {"ann@lumen.example"}, broken).edits.body.empty());
        const auto transaction = transaction_of(broken, "news@acme.example", {"ann@lumen.example"});
        const std::string fits = signed_mail(relaxed_body_hash(transaction.text.body()));
        const Treated kept = treat(world, {"ann@lumen.example"}, fits);
        CHECK(kept.action == Action::Deliver);
        CHECK(kept.edits.empty());
        CHECK(milter::obeyed(kept) == "unchanged");
        const Treated asks =
            treat(world, {"ann@lumen.example"}, "Return-Receipt-To: <a@b.example>\n" + fits);
        CHECK(asks.action == Action::Reject);
        CHECK(treat(world, {"dieter@werkbank.example"}, fits).action == Action::Reject);
        const Treated tried = treat(world, {"ann@lumen.example"}, fits, {Treatment::Individual});
        CHECK(!tried.edits.body.empty());
    }

    TEST_CASE("what is signed in one part does not spare the others") {
        const std::string text =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/html\n\n"
            "<a href=\"candor:unsubscribe\">leave</a>"
            "<img src=\"https://px.mailer.example/o/8f3a9c1d2e4b5f60718293a4b5c6d7e8\" width=1 "
            "height=1>\n"
            "--b1\nContent-Type: multipart/signed; boundary=b2; "
            "protocol=\"application/pgp-signature\"\n\n"
            "--b2\nContent-Type: text/plain\n\nsigned words\n--b2\n"
            "Content-Type: application/pgp-signature\n\n-----BEGIN PGP "
            "SIGNATURE-----\n--b2--\n--b1--\n";
        World world;
        world.know("claire@atelier.example", "FR");
        const Treated outcome = treat(world, {"claire@atelier.example"}, text);
        CHECK(outcome.action == Action::Deliver);
        REQUIRE(!outcome.edits.body.empty());
        CHECK(!contains(outcome.body, "px.mailer.example"));
        CHECK(!contains(outcome.body, "candor:"));
        CHECK(contains(outcome.body, "signed words"));
    }

    TEST_CASE("a treated copy sent on to several people loses its personal opt-out") {
        World world;
        for (const char* address : {"ann@lumen.example", "bruno@officina.example"})
            world.know(address, "FR");
        const auto transaction =
            transaction_of(newsletter_text(), "news@acme.example", {"ann@lumen.example"});
        const auto first = milter::treat(transaction, world.newsletter(), world.context());
        milter::Transaction again = sent_again(transaction, first.edits);
        again.envelope.recipients = {{"<ann@lumen.example>", "ann@lumen.example"},
                                     {"<bruno@officina.example>", "bruno@officina.example"}};
        const auto second = milter::treat(again, world.newsletter(), world.context());
        CHECK(has_edit(second, rewriter::HeaderEdit::Kind::Remove, "List-Unsubscribe"));
        CHECK(has_edit(second, rewriter::HeaderEdit::Kind::Remove, "List-Unsubscribe-Post"));
        REQUIRE(!second.edits.body.empty());
        for (const auto& token : tokens_in(applied(again, second.edits).body, 'u'))
            CHECK(token.empty());
    }

    TEST_CASE("beyond a limit nobody looked: it stops mail only where something would have to go") {
        World world;
        world.know("ann@lumen.example", "US");
        world.know("cora@lumen.example", "US-CO");  // there pictures may stay
        world.know("claire@atelier.example", "FR");
        world.rules_in_force->config.milter.max_links = 2;
        world.newsletter().footer = policy::Footer::Append;
        std::string text = newsletter_text();
        for (auto at = text.find("candor:unsubscribe"); at != std::string::npos;
             at = text.find("candor:unsubscribe")) {
            text.replace(at, 18, "https://www.acme.example/about");
        }
        const Treated passed = treat(world, {"cora@lumen.example"}, text);
        CHECK(passed.action == Action::Deliver);
        CHECK(passed.edits.body.empty());
        CHECK(passed.word == "over_limit");
        CHECK(passed.unchanged);
        CHECK(has_reason(passed.shared, "untreatable_over_limit"));
        const Treated refused = treat(world, {"ann@lumen.example"}, text);
        CHECK(refused.action == Action::Reject);
        CHECK(contains(refused.text, "must lose its tracking images"));
        CHECK(treat(world, {"claire@atelier.example"}).action == Action::Reject);
    }

    TEST_CASE("an opt-out that cannot be filled in keeps the mail from leaving") {
        World world;
        world.know("cora@lumen.example", "US-CO");  // nothing else would have to go
        world.rules_in_force->config.milter.max_links = 2;
        const Treated over = treat(world, {"cora@lumen.example"});
        CHECK(over.action == Action::Reject);
        CHECK(over.word == "over_limit");
        CHECK(contains(over.text, "opt-out links"));

        const std::string within_a_signature =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=m\n\n--m\n"
            "Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"\n\n"
            "--s\nContent-Type: text/html\n\n<a href=\"candor:unsubscribe\">off</a>\n--s\n"
            "Content-Type: application/pgp-signature\n\nAAAA\n--s--\n--m\n"
            "Content-Type: text/html\n\n<a href=\"https://www.acme.example/x\">x</a>\n--m--\n";
        World other;
        other.know("ann@lumen.example", "US");
        const Treated sealed = treat(other, {"ann@lumen.example"}, within_a_signature);
        CHECK(sealed.action == Action::Reject);
        CHECK(sealed.word == "signed");
    }

    TEST_CASE("what has to go does not leave where links cannot be read") {
        const auto mail = [](const std::string& html) {
            return "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
                   "Content-Type: text/html\n\n<a href=\"candor:unsubscribe\">x</a>" +
                   html + "\n";
        };
        const std::string unclear = "<svg><desc></svg>";
        const std::string tracker = "<a href=\"https://u1.ct.sendgrid.net/ls/click?upn=A\">o</a>";
        const std::string unsafe = "<a href=\"https://acme.example/?mc_eid=0123456789\">o</a>";
        const std::string leave = "<a href=\"candor:unsubscribe\">leave</a>";
        const std::string plain = "<a href=\"https://acme.example/\">o</a>";
        const std::string huge =
            "<a href=\"https://u1.ct.sendgrid.net/ls/click?upn=" + std::string(40'000, 'A') + "\">";
        struct Row {
            std::string html;
            const char* who;
            const char* word;  ///< empty: it goes on, treated
        };
        for (const Row& row : std::initializer_list<Row>{
                 {unclear + tracker, "claire@atelier.example", "links_unread"},
                 {unclear + unsafe, "claire@atelier.example", "links_unread"},
                 {unclear + leave, "claire@atelier.example", "links_unread"},
                 {huge, "claire@atelier.example", "links_unread"},
                 {unclear + plain, "claire@atelier.example", ""},
                 {unclear + tracker, "ann@lumen.example", ""},
                 {unclear + plain, "bruno@officina.example", ""},
                 {unclear + leave, "ann@lumen.example", "links_unread"},
                 {unclear + leave, "bruno@officina.example", "links_unread"},
                 {unclear + leave, "dieter@werkbank.example", ""},
             }) {
            CAPTURE(row.html.substr(0, 100));
            CAPTURE(row.who);
            World world;
            world.know("ann@lumen.example", "US");
            world.know("bruno@officina.example", "IT");
            world.know("claire@atelier.example", "FR");
            world.know("dieter@werkbank.example", "DE");
            const Treated outcome = treat(world, {row.who}, mail(row.html));
            CHECK(outcome.word == row.word);
            CHECK(outcome.action == (*row.word == 0 ? Action::Deliver : Action::Reject));
            if (*row.word == 0) CHECK(!contains(outcome.body, "candor:unsubscribe"));
            world.rules_in_force->config.milter.untreatable = policy::Untreatable::Pass;
            CHECK(treat(world, {row.who}, mail(row.html)).passed_untreated == (*row.word != 0));
        }
    }

    TEST_CASE("a placeholder leaves in no spelling, with or without anywhere to lead") {
        const std::string text =
            "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\nContent-Type: "
            "text/html\n\n"
            "<a href=\"Candor:Unsubscribe\">a</a><a href=\"candor:unsubscribe?x=1\">b</a>"
            "<a href=\"candor:privacy\">c</a><a href=\"candor:nonsense\">d</a>\n";
        for (const bool configured : {true, false}) {
            World world;
            for (const char* address : {"ann@lumen.example", "bruno@officina.example"})
                world.know(address, "FR");
            auto& controller = world.rules_in_force->config.controllers.front();
            if (!configured) controller.tracking_host = controller.privacy_notice_url = "";
            for (const auto& recipients : {std::vector<std::string>{"ann@lumen.example"},
                                           {"ann@lumen.example", "bruno@officina.example"}}) {
                const Treated outcome = treat(world, recipients, text);
                REQUIRE(outcome.action == Action::Deliver);
                REQUIRE(!outcome.edits.body.empty());
                CHECK(!contains(outcome.body, "andor:"));
            }
        }
    }

    TEST_CASE("another system's pixel needs what a pixel of ours would need") {
        World world;
        world.know("bruno@officina.example", "IT");
        const Treated outcome = treat(world, {"bruno@officina.example"});
        REQUIRE(outcome.shared.treatment == Treatment::Aggregate);
        REQUIRE(!outcome.edits.body.empty());
        CHECK(!contains(outcome.body, "px.mailer.example"));
        CHECK(outcome.edits.images_neutralised == 1);
    }

    TEST_CASE("forced or not, several people share no personal token") {
        World world;
        world.know("ann@lumen.example", "US");
        world.know("amy@lumen.example", "US");
        const Treated outcome = treat(world, {"ann@lumen.example", "amy@lumen.example"},
                                      newsletter_text(), {.treatment = Treatment::Individual});
        CHECK(outcome.shared.treatment == Treatment::Aggregate);
    }

    TEST_CASE("a forced treatment is for trying, whatever the policy says") {
        World world;
        world.know("dieter@werkbank.example", "DE");
        const Treated outcome = treat(world, {"dieter@werkbank.example"}, newsletter_text(),
                                      {.treatment = Treatment::Individual});
        CHECK(outcome.shared.treatment == Treatment::Individual);
        CHECK(outcome.edits.links_rewritten == 3);
    }

    TEST_CASE("a forced treatment rests on no legal basis") {
        World world;
        world.know("ann@lumen.example", "US");
        CHECK(treat(world, {"ann@lumen.example"}).shared.basis ==
              policy::Basis::LegitimateInterest);
        const Treated outcome = treat(world, {"ann@lumen.example"}, newsletter_text(),
                                      {.treatment = Treatment::Plaintext});
        CHECK(outcome.shared.rule == "forced");
        CHECK(outcome.shared.basis == policy::Basis::None);
        CHECK(outcome.shared.evidence_id.empty());
    }

    TEST_CASE("no address of a recipient stands in what leaves") {
        World world;
        world.know("ann@lumen.example", "US");
        const Treated outcome = treat(world, {"ann@lumen.example"});
        REQUIRE(!outcome.edits.body.empty());
        CHECK(!contains(outcome.body, "ann@lumen"));
        for (const auto& edit : outcome.edits.headers) CHECK(!contains(edit.value, "lumen"));
    }
}

}  // namespace candor::tests
