// Decisions wait while the store is away, in order, and none is lost.
#include "milter/decision_buffer.h"

#include <doctest/doctest.h>

#include "tests/fakes.h"
#include "tests/store_contract.h"

using namespace candor;
using tests::decision_about;

namespace {

struct Buffered {
    tests::MemoryStore store;
    tests::RecordingJournal journal;
    milter::DecisionBuffer buffer{store, journal, tests::counting_key<policy::AuditKey>(9), 3};

    [[nodiscard]] std::string queue_ids() {
        std::string ids;
        const auto found = store.decisions({}).value();
        for (const auto& kept : found) ids += kept.record.queue_id;
        return ids;
    }
};

}  // namespace

TEST_SUITE("milter/decision_buffer") {
    TEST_CASE("what was added is written once") {
        Buffered b;
        b.buffer.add({decision_about("a@x.example", "1"), decision_about("b@x.example", "2")});
        CHECK(b.queue_ids().empty());
        CHECK(b.buffer.write());
        CHECK(b.buffer.write());
        CHECK(b.queue_ids() == "12");
    }

    TEST_CASE("an outage keeps them in order, and says so once at each end") {
        Buffered b;
        b.buffer.add({decision_about("a@x.example", "1")});
        b.store.set_unavailable(true);
        CHECK_FALSE(b.buffer.write());
        b.buffer.add({decision_about("b@x.example", "2")});
        CHECK_FALSE(b.buffer.write());
        CHECK(b.journal.count("decisions_waiting") + b.journal.count("error") == 1);
        b.store.set_unavailable(false);
        b.buffer.add({decision_about("c@x.example", "3")});
        CHECK(b.buffer.write());
        CHECK(b.queue_ids() == "123");
        CHECK(b.journal.contains("decisions_resumed"));
    }

    TEST_CASE("a full buffer says so, and takes what is already decided") {
        Buffered b;
        CHECK(b.buffer.has_room());
        b.buffer.add(std::vector(3, decision_about("a@x.example", "1")));
        CHECK_FALSE(b.buffer.has_room());
        b.buffer.add({decision_about("a@x.example", "2")});
        CHECK(b.buffer.write());
        CHECK(b.buffer.has_room());
        CHECK(b.queue_ids() == "1112");
    }

    TEST_CASE("each body has a nonce of its own") {
        Buffered b;
        auto one = b.buffer.digester(), other = b.buffer.digester();
        one.add("x");
        other.add("x");
        CHECK(one.finish().nonce != other.finish().nonce);
    }
}
