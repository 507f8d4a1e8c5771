// Commitments hide and bind, links hang together, and a tag fits one body.
#include "policy/decision/audit.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/store_contract.h"

using namespace candor;
using policy::AuditKind;

namespace {

const auto key = tests::counting_key<policy::AuditKey>(9);

policy::BodyDigest digest_of(std::string_view body, const policy::AuditSalt& nonce = {1, 2, 3}) {
    policy::BodyDigester digester(key, nonce);
    digester.add(body);
    return digester.finish();
}

}  // namespace

TEST_SUITE("policy/audit") {
    TEST_CASE("two records that differ anywhere have different fields") {
        const policy::DecisionRecord record = tests::decision_about("anna@example.com");
        std::vector<policy::DecisionRecord> others(8, record);
        others[0].controller = 1;
        others[1].recipient = tests::id_of("bob@example.com");
        others[2].campaign = 8;
        others[3].at += std::chrono::seconds{1};
        others[4].outcome = policy::DecisionOutcome::Held;
        others[5].body.reset();
        others[6].body->tag[15] ^= 1U;
        // The same letters, divided otherwise between two texts.
        others[7].queue_id = record.queue_id + record.evidence;
        others[7].evidence.clear();
        std::set<std::string> spellings{policy::audited_fields(record, {})};
        for (const auto& other : others) spellings.insert(policy::audited_fields(other, {}));
        spellings.insert(policy::audited_fields(record, {1}));
        CHECK(spellings.size() == 10);
    }

    TEST_CASE("a commitment depends on its salt, a link on all that is before it") {
        const auto fields = policy::audited_fields(AuditKind::Erasure, tests::noon, "1-3");
        CHECK(policy::commitment_of({1}, fields) != policy::commitment_of({2}, fields));
        const auto commitment = policy::commitment_of({1}, fields);
        const auto link = policy::link_of(key, {}, 1, AuditKind::Erasure, commitment);
        CHECK(link == policy::link_of(key, {}, 1, AuditKind::Erasure, commitment));
        CHECK(link != policy::link_of(key, {1}, 1, AuditKind::Erasure, commitment));
        CHECK(link != policy::link_of(key, {}, 2, AuditKind::Erasure, commitment));
        CHECK(link != policy::link_of(key, {}, 1, AuditKind::Decision, commitment));
        CHECK(link != policy::link_of({}, {}, 1, AuditKind::Erasure, commitment));
    }

    TEST_CASE("the vectors of docs/formats.md") {
        const auto commitment = policy::commitment_of(
            tests::counting_key<policy::AuditSalt>(1),
            policy::audited_fields(AuditKind::Erasure, tests::noon, "17,23-25"));
        CHECK(policy::to_hex(commitment) ==
              "260d3201f32db248ba8adfbae5065c0f798f5dd9238e21bee70119217f3e5c31");
        CHECK(policy::to_hex(policy::link_of(key, {}, 1, AuditKind::Erasure, commitment)) ==
              "c7537969c06b05cf072eeedc35f9d72001f57c4884478cee7a6a8abee2fb641d");
        CHECK(
            policy::to_hex(digest_of("Hello\r\n", tests::counting_key<policy::AuditSalt>(1)).tag) ==
            "bd551d2fd8b30d117de99ea0e06dca3d");
    }

    TEST_CASE("a body in pieces has the tag of the whole, and any other has another") {
        policy::BodyDigester digester(key, {1, 2, 3});
        for (const char* piece : {"Hel", "", "lo ", "world\r\n"}) digester.add(piece);
        const auto whole = digester.finish();
        CHECK(whole == digest_of("Hello world\r\n"));
        CHECK(whole != digest_of("Hello world\n"));
        CHECK(whole.tag != digest_of("Hello world\r\n", {1, 2, 4}).tag);
        CHECK(digest_of("") == digest_of(""));
    }

    TEST_CASE("salts do not come twice") {
        CHECK(policy::random_salt() != policy::random_salt());
    }
}
