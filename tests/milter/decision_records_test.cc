// What one transaction leaves as evidence, as the session keeps it.
#include "milter/decision_records.h"

#include <doctest/doctest.h>

#include "milter/decision_buffer.h"
#include "policy/decision/decision_grounds.h"
#include "tests/milter/world.h"
#include "tests/store_contract.h"

namespace candor::tests {
namespace {

using policy::DecisionOutcome;

class Evidence {
  public:
    World world;
    RecordingMta mta;
    policy::AuditKey key = counting_key<policy::AuditKey>(9);
    milter::DecisionBuffer buffer{world.store, world.journal, key, 4};
    milter::Answer::Kind end{};

    Evidence() { world.ports.decisions = &buffer; }

    std::vector<policy::KeptDecision> send(const std::vector<std::string>& recipients,
                                           const std::string& text,
                                           const std::string& sender = "news@acme.example") {
        milter::Session session{world.ports, world, world.totals};
        session.connected("192.0.2.7", "smtpd");
        CHECK(session.mail("<" + sender + ">", "").kind == milter::Answer::Kind::Continue);
        for (const auto& address : recipients) {
            static_cast<void>(session.recipient("<" + address + ">", address, "4F2A1C"));
        }
        if (session.data("4F2A1C").kind == milter::Answer::Kind::Continue) {
            const auto split = rewriter::split_message(text);
            for (const auto& header : split.headers) {
                static_cast<void>(session.header(header.name, header.value));
            }
            if (session.end_of_headers().kind == milter::Answer::Kind::Continue) {
                CHECK(session.body(split.body).kind == milter::Answer::Kind::Continue);
                end = session.finish("4F2A1C", mta).kind;
            }
        }
        REQUIRE(buffer.write());
        return world.store.decisions({}).value();
    }

    [[nodiscard]] bool fits(const policy::KeptDecision& kept, std::string_view body) const {
        policy::BodyDigester digester(key, kept.record.body.value().nonce);
        digester.add(body);
        return digester.finish() == kept.record.body;
    }
};

}  // namespace

TEST_SUITE("milter/decision_records") {
    TEST_CASE("a delivered copy: who, which rule, and the body that left") {
        Evidence evidence;
        evidence.world.know("ann@us.example", "US");
        const auto kept = evidence.send({"ann@us.example"}, newsletter_text());
        REQUIRE(kept.size() == 1);
        const policy::DecisionRecord& record = kept[0].record;
        CHECK(record.controller == 1);
        CHECK(record.recipient == evidence.world.id("ann@us.example"));
        CHECK(record.at == noon);
        CHECK(record.outcome == DecisionOutcome::Delivered);
        CHECK(record.queue_id == "4F2A1C");
        CHECK(record.evidence == "lia-1");
        CHECK(record.campaign != 0);
        const auto grounds = policy::from_grounds(*record.grounds);
        CHECK(grounds.obeyed == "individual");
        CHECK(grounds.decision.jurisdiction == "US");
        CHECK(grounds.decision.reasons.size() > 2);
        REQUIRE(evidence.mta.body);
        CHECK(evidence.fits(kept[0], *evidence.mta.body));
        CHECK_FALSE(evidence.fits(kept[0], *evidence.mta.body + " "));
        CHECK(record.grounds->find('@') == std::string::npos);
    }

    TEST_CASE("several recipients: one record each, with what the shared body obeyed") {
        Evidence evidence;
        evidence.world.know("ann@us.example", "US");
        evidence.world.know("dora@de.example", "DE");
        evidence.world.opt_out("otto@us.example");
        const auto kept = evidence.send({"ann@us.example", "otto@us.example", "dora@de.example"},
                                        newsletter_text());
        REQUIRE(kept.size() == 3);
        // Refused at RCPT, so before the others.
        CHECK(kept[0].record.recipient == evidence.world.id("otto@us.example"));
        CHECK(kept[0].record.outcome == DecisionOutcome::Suppressed);
        CHECK_FALSE(kept[0].record.body);
        CHECK(policy::from_grounds(*kept[0].record.grounds).decision.rule == "opt_out");
        const auto ann = policy::from_grounds(*kept[1].record.grounds);
        CHECK(ann.decision.jurisdiction == "US");
        CHECK(ann.obeyed == "plaintext");
        CHECK(policy::from_grounds(*kept[2].record.grounds).decision.jurisdiction == "DE");
        CHECK(kept[1].record.body == kept[2].record.body);
    }

    TEST_CASE("found at the end of the message: who is taken out has a record too") {
        Evidence evidence;
        evidence.world.know("ann@us.example", "US");
        evidence.world.opt_out("otto@us.example");
        evidence.world.rules_in_force->config.milter.suppress = policy::SuppressAction::Discard;
        const auto kept = evidence.send({"ann@us.example", "otto@us.example"}, newsletter_text());
        REQUIRE(kept.size() == 2);
        CHECK(kept[0].record.outcome == DecisionOutcome::Delivered);
        CHECK(kept[1].record.outcome == DecisionOutcome::Suppressed);
    }

    TEST_CASE("observe mode keeps the decision, and the body that left as it came") {
        Evidence evidence;
        evidence.world.know("ann@us.example", "US");
        evidence.world.rules_in_force->config.mode = policy::Mode::Observe;
        const auto kept = evidence.send({"ann@us.example"}, newsletter_text());
        REQUIRE(kept.size() == 1);
        CHECK(kept[0].record.outcome == DecisionOutcome::Observed);
        CHECK(evidence.fits(kept[0], rewriter::split_message(newsletter_text()).body));
    }

    TEST_CASE("a 4xx leaves no evidence, for the message comes again") {
        Evidence evidence;
        evidence.world.know("ann@us.example", "US");
        evidence.mta.fail_at = 1;
        CHECK(evidence.send({"ann@us.example"}, newsletter_text()).empty());
        CHECK(evidence.end == milter::Answer::Kind::TempFail);
    }

    TEST_CASE("mail out of scope leaves no evidence") {
        Evidence evidence;
        CHECK(evidence.send({"x@y.example"}, newsletter_text(), "billing@acme.example").empty());
    }

    TEST_CASE("while decisions cannot be kept, mail that needs one is asked to come again") {
        Evidence evidence;
        evidence.world.know("ann@us.example", "US");
        evidence.buffer.add(std::vector(4, decision_about("bob@example.com")));
        CHECK_FALSE(evidence.buffer.has_room());
        const auto kept = evidence.send({"ann@us.example"}, newsletter_text());
        CHECK(evidence.end == milter::Answer::Kind::TempFail);
        CHECK(evidence.mta.requests.empty());
        CHECK(kept.size() == 4);
        CHECK(evidence.world.journal.contains("decision_log"));
    }
}

}  // namespace candor::tests
