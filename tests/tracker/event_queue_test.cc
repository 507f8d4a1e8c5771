// What becomes of events when the store answers, fails, recovers or stays away.
#include "tracker/event_queue.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/fakes.h"

namespace candor::tracker {
namespace {

using namespace std::chrono_literals;
using tests::MemoryStore;
using tests::RecordingJournal;

constexpr EventQueueLimits quick{
    .batch = 10, .wait = 1ms, .capacity = 1000, .first_retry = 1ms, .last_retry = 2ms};

policy::Event event_of(std::uint64_t person) {
    policy::Event event;
    event.campaign = 7;
    event.recipient = person;
    event.at = tests::noon;
    event.sent_on = policy::day_of(tests::noon);
    event.retention = 4;
    return event;
}

std::size_t people_in(MemoryStore& store) {
    std::set<std::uint64_t> people;
    const auto events = store.events_of(0, 7);
    REQUIRE(events);
    for (const policy::Event& event : *events) people.insert(event.recipient.value_or(0));
    REQUIRE(people.size() == events->size());
    return people.size();
}

TEST_SUITE_BEGIN("tracker/event_queue");

TEST_CASE("events are written in groups") {
    MemoryStore store;
    RecordingJournal journal;
    EventQueue queue(store, journal, {.batch = 100, .wait = 10s});
    for (std::uint64_t i = 0; i < 200; ++i) queue.record(event_of(i));
    CHECK(queue.flush(10s));
    CHECK(store.calls() == 2);
    CHECK(people_in(store) == 200);
}

TEST_CASE("nothing is lost while the store fails and recovers") {
    MemoryStore store;
    RecordingJournal journal;
    EventQueue queue(store, journal, quick);
    store.fail_next(5);
    for (std::uint64_t i = 0; i < 500; ++i) queue.record(event_of(i));
    CHECK(queue.flush(10s));
    CHECK(people_in(store) == 500);
    CHECK(queue.counts().dropped == 0);
    CHECK(journal.contains("events_waiting"));
    CHECK(journal.contains("events_resumed"));
}

TEST_CASE("a long outage drops the oldest that wait, and says how many") {
    MemoryStore store;
    RecordingJournal journal;
    store.set_unavailable(true);
    EventQueue queue(
        store, journal,
        {.batch = 10, .wait = 1ms, .capacity = 50, .first_retry = 1ms, .last_retry = 1ms});
    for (std::uint64_t i = 0; i < 200; ++i) queue.record(event_of(i));
    const std::uint64_t dropped = queue.counts().dropped;
    CHECK(dropped >= 140);  // 50 wait, at most 10 are in the writer's hand
    CHECK(dropped <= 150);
    store.set_unavailable(false);
    queue.stop(10s);
    CHECK(people_in(store) == 200 - dropped);
    const auto events = store.events_of(0, 7);
    REQUIRE(events);
    CHECK(events->back().recipient == 199);
    CHECK(journal.contains("events_dropped"));
}

TEST_CASE("stop writes what waits") {
    MemoryStore store;
    RecordingJournal journal;
    EventQueue queue(store, journal, {.batch = 1000, .wait = 10s});
    for (std::uint64_t i = 0; i < 30; ++i) queue.record(event_of(i));
    queue.stop(5s);
    CHECK(people_in(store) == 30);
    CHECK(journal.contains("clicks_written events=30"));
    queue.record(event_of(99));
    CHECK(queue.counts().dropped == 1);
}

TEST_CASE("stop ends in time when the store stays away, and counts what is lost") {
    MemoryStore store;
    RecordingJournal journal;
    store.set_unavailable(true);
    EventQueue queue(store, journal, quick);
    for (std::uint64_t i = 0; i < 30; ++i) queue.record(event_of(i));
    queue.stop(10ms);
    CHECK(queue.counts().dropped == 30);
    CHECK(journal.contains("30 since the start"));
}

TEST_CASE("a batch the store calls wrong does not block the next") {
    MemoryStore store;
    store.call_events_wrong();
    RecordingJournal journal;
    EventQueue queue(store, journal, quick);
    queue.record(event_of(1));
    CHECK(queue.flush(10s));
    CHECK(queue.counts().dropped == 1);
    CHECK(journal.contains("events_refused"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
