// Events that wait for their answers: handed over together, by the thread that recorded them.
#include "tracker/held_events.h"

#include <doctest/doctest.h>

#include <thread>

#include "tests/fakes.h"
#include "tests/temporary_folder.h"

namespace candor::tracker {
namespace {

using namespace std::chrono_literals;

policy::Event event_of(policy::CampaignId campaign) {
    policy::Event event;
    event.campaign = campaign;
    event.at = tests::noon;
    return event;
}

TEST_SUITE_BEGIN("tracker/held_events");

TEST_CASE("an event is in the spool when its thread has handed over, once, and not before") {
    const tests::TemporaryFolder folder;
    tests::MemoryStore store;
    const tests::FixedKeys keys;
    const tests::FixedClock clock;
    tests::RecordingJournal journal;
    Spool spool(folder.path() / "spool");
    EventQueue queue({store, spool, keys, clock, journal}, {.wait = 1ms});
    HeldEvents events(queue);
    events.hand_over();  // nothing
    CHECK(spool.last() == 0);
    for (int i = 0; i < 3; ++i) events.record(event_of(1));
    std::thread([&] {
        events.hand_over();  // of another thread
        CHECK(spool.last() == 0);
        events.record(event_of(2));
        events.hand_over();
        CHECK(spool.last() != 0);
    }).join();
    const std::uint64_t before = spool.last();
    events.hand_over();
    CHECK(spool.last() == before + 3);
    events.hand_over();
    CHECK(spool.last() == before + 3);
    CHECK(queue.flush(10s));
    CHECK(store.totals_of(0, 1).value().front().count == 3);
    CHECK(store.totals_of(0, 2).value().front().count == 1);
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
