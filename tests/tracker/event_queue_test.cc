// What becomes of events when the store answers, fails, recovers or stays away.
#include "tracker/event_queue.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <thread>

#include "tests/fakes.h"
#include "tests/temporary_folder.h"

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

/// A queue's world, with a spool that works unless `spool_works` is false.
struct World {
    explicit World(bool spool_works = true)
        : spool(spool_works ? folder.path() / "spool" : "/proc/no-directory") {}
    explicit World(const std::filesystem::path& spool_of_another) : spool(spool_of_another) {}
    EventQueue::Ports ports() { return {store, spool, keys, clock, journal}; }

    tests::TemporaryFolder folder;
    MemoryStore store;
    tests::FixedKeys keys;
    tests::FixedClock clock;
    RecordingJournal journal;
    Spool spool;
};

std::size_t people_in(MemoryStore& store) {
    std::set<std::uint64_t> people;
    const auto events = store.events_of(0, 7);
    REQUIRE(events);
    for (const policy::Event& event : *events) people.insert(event.recipient.value_or(0));
    REQUIRE(people.size() == events->size());
    return people.size();
}

std::uint64_t counted(MemoryStore& store) {
    std::uint64_t count = 0;
    const auto totals = store.totals_of(0, 7);
    REQUIRE(totals);
    for (const policy::Total& total : *totals) count += static_cast<std::uint64_t>(total.count);
    return count;
}

std::uintmax_t bytes_in(const std::filesystem::path& folder) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::error_code gone;
        const auto size = std::filesystem::file_size(entry.path(), gone);
        if (!gone) bytes += size;
    }
    return bytes;
}

TEST_SUITE_BEGIN("tracker/event_queue");

TEST_CASE("a click that waited in the spool while its person was erased comes back without it") {
    World world;
    const auto anna = tests::id_of("anna@example.com"), bert = tests::id_of("bert@example.com");
    world.store.set_unavailable(true);
    {
        EventQueue before(world.ports(), quick);
        before.record(event_of(anna.prefix()));
        before.record(event_of(bert.prefix()));
    }
    world.store.set_unavailable(false);
    CHECK(world.store.erase_events(0, anna, tests::noon).value() == 0);
    Spool left(world.folder.path() / "spool");
    EventQueue after({world.store, left, world.keys, world.clock, world.journal}, quick);
    REQUIRE(after.flush(5s));
    CHECK(counted(world.store) == 2);
    const auto events = world.store.events_of(0, 7).value();
    REQUIRE(events.size() == 1);
    CHECK(events[0].recipient == bert.prefix());
}

TEST_CASE("records of a spool that forgot a run are not taken for those of that run") {
    World first;
    const auto spool = first.folder.path() / "spool", kept = first.folder.path() / "kept";
    {
        EventQueue queue(first.ports(), quick);
        queue.record(event_of(0));
    }
    std::filesystem::copy(spool, kept);
    const auto run = [&](std::uint64_t begin, std::uint64_t end) {
        Spool again(spool);
        EventQueue queue({first.store, again, first.keys, first.clock, first.journal}, quick);
        REQUIRE(queue.flush(10s));
        for (std::uint64_t i = begin; i < end; ++i) queue.record(event_of(i));
        queue.stop(10s);
    };
    run(1, 51);
    // A power loss, on a disk that lied: the store remembers that run, the folder does not.
    std::filesystem::remove_all(spool);
    std::filesystem::copy(kept, spool);
    run(51, 111);
    CHECK(people_in(first.store) == 111);
}

TEST_CASE("that the store fails is said again while it does") {
    World world;
    world.store.set_unavailable(true);
    {
        EventQueue queue(world.ports(),
                         {.wait = 1ms, .first_retry = 1ms, .last_retry = 1ms, .say_again = 2ms});
        queue.record(event_of(1));
        for (int i = 0; i < 1000 && world.journal.count("warning event=events_waiting") < 3; ++i) {
            std::this_thread::sleep_for(5ms);
        }
        CHECK(world.journal.count("warning event=events_waiting") >= 3);
        world.store.set_unavailable(false);
        CHECK(queue.flush(10s));
    }
    CHECK(world.journal.count("warning event=events_resumed") == 1);
}

TEST_CASE("events are written in groups") {
    World world;
    EventQueue queue(world.ports(), {.batch = 100, .wait = 10s});
    for (std::uint64_t i = 0; i < 200; ++i) queue.record(event_of(i));
    CHECK(queue.flush(10s));
    // What was taken before, a first look at what waits, and two or three groups.
    CHECK(world.store.calls() <= 5);
    CHECK(people_in(world.store) == 200);
}

TEST_CASE("nothing is lost while the store fails and recovers") {
    for (const bool spool_works : {true, false}) {
        CAPTURE(spool_works);
        World world(spool_works);
        EventQueue queue(world.ports(), quick);
        CHECK(queue.flush(10s));
        world.store.fail_next(5);
        for (std::uint64_t i = 0; i < 500; ++i) queue.record(event_of(i));
        CHECK(queue.flush(10s));
        CHECK(people_in(world.store) == 500);
        CHECK(queue.counts().dropped == 0);
        CHECK(world.journal.contains("events_waiting"));
        CHECK(world.journal.contains("events_resumed"));
        CHECK(world.journal.contains("spool_refused") != spool_works);
    }
}

TEST_CASE("while the store is away, events wait on disk, not in memory") {
    World world;
    world.store.set_unavailable(true);
    EventQueue queue(
        world.ports(),
        {.batch = 10, .wait = 1ms, .capacity = 0, .first_retry = 1ms, .last_retry = 1ms});
    for (std::uint64_t i = 0; i < 2000; ++i) queue.record(event_of(i));
    CHECK_FALSE(queue.flush(20ms));
    CHECK(queue.counts().dropped == 0);
    world.store.set_unavailable(false);
    CHECK(queue.flush(10s));
    CHECK(people_in(world.store) == 2000);
}

TEST_CASE("a spool that refuses is said once, and a long outage then drops the oldest that wait") {
    World world(false);
    auto& store = world.store;
    store.set_unavailable(true);
    EventQueue queue(
        world.ports(),
        {.batch = 10, .wait = 1ms, .capacity = 50, .first_retry = 1ms, .last_retry = 1ms});
    for (std::uint64_t i = 0; i < 200; ++i) queue.record(event_of(i));
    const std::uint64_t dropped = queue.counts().dropped;
    CHECK(dropped == 150);  // none is in the writer's hand before it knows what was taken
    store.set_unavailable(false);
    queue.stop(10s);
    CHECK(people_in(store) == 200 - dropped);
    const auto events = store.events_of(0, 7);
    REQUIRE(events);
    CHECK(events->back().recipient == 199);
    CHECK(world.journal.contains("events_dropped"));
    CHECK(world.journal.count("warning event=spool_refused") == 1);
}

TEST_CASE("stop writes what waits, and leaves a spool without records") {
    World world;
    EventQueue queue(world.ports(), {.batch = 1000, .wait = 10s});
    for (std::uint64_t i = 0; i < 30; ++i) queue.record(event_of(i));
    queue.stop(5s);
    CHECK(people_in(world.store) == 30);
    CHECK(world.journal.contains("clicks_written events="));
    CHECK(bytes_in(world.folder.path() / "spool") == 0);
}

TEST_CASE(
    "stop ends in time when the store stays away; the next start writes what is in the spool") {
    World world;
    world.store.set_unavailable(true);
    {
        EventQueue queue(world.ports(), quick);
        for (std::uint64_t i = 0; i < 30; ++i) queue.record(event_of(i));
        queue.stop(10ms);
        CHECK(queue.counts().dropped == 0);
        queue.record(event_of(30));  // of a request that was still being answered
        CHECK(queue.counts().dropped == 0);
    }
    world.store.set_unavailable(false);
    World next(world.folder.path() / "spool");
    EventQueue queue({world.store, next.spool, next.keys, next.clock, next.journal}, quick);
    CHECK(queue.flush(10s));
    CHECK(people_in(world.store) == 31);
}

TEST_CASE("without spool, stop counts what is lost") {
    World world(false);
    world.store.set_unavailable(true);
    EventQueue queue(world.ports(), quick);
    for (std::uint64_t i = 0; i < 30; ++i) queue.record(event_of(i));
    queue.stop(10ms);
    CHECK(queue.counts().dropped == 30);
    CHECK(world.journal.contains("30 since the start"));
}

TEST_CASE("what an earlier process left is written exactly once, whenever that was killed") {
    for (const std::size_t written : {0U, 1U, 57U, 100U}) {
        CAPTURE(written);
        World world;
        std::uint64_t last = 0;
        std::vector<policy::Event> events;
        for (std::uint64_t i = 0; i < 100; ++i) {
            events.push_back(event_of(i));
            last = world.spool.append(to_spool_record(events.back(), *world.keys.ring())).value();
            // Committed, but the process died before it could let go of the records.
            if (i + 1 == written) {
                REQUIRE(world.store.append(events, {world.spool.id(), last}));
            }
        }
        World next(world.folder.path() / "spool");
        EventQueue queue({world.store, next.spool, next.keys, next.clock, next.journal}, quick);
        CHECK(queue.flush(10s));
        CHECK(people_in(world.store) == 100);
        CHECK(counted(world.store) == 100);
        queue.record(event_of(100));
        CHECK(queue.flush(10s));
        CHECK(counted(world.store) == 101);
    }
}

TEST_CASE("a record that cannot be read is counted and does not hold up the others") {
    World world;
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < 5; ++i) {
        std::string record = to_spool_record(event_of(i), *world.keys.ring());
        if (i == 0 || i == 2 || i == 4) record[20] = static_cast<char>(record[20] ^ 1);
        last = world.spool.append(record).value();
    }
    EventQueue queue(world.ports(), quick);
    CHECK(queue.flush(10s));
    CHECK(people_in(world.store) == 2);
    CHECK(world.journal.contains("3 records cannot be read"));
    CHECK(world.store.taken_from(world.spool.id()).value() == last);
}

TEST_CASE("a spool that cannot be read for a moment holds clicks up and loses none") {
    World world;
    world.store.set_unavailable(true);
    EventQueue queue(world.ports(), quick);
    for (std::uint64_t i = 0; i < 20; ++i) queue.record(event_of(i));
    const std::filesystem::path file =
        std::filesystem::directory_iterator(world.folder.path() / "spool")->path();
    const auto aside = world.folder.path() / "aside";
    std::filesystem::rename(file, aside);
    std::filesystem::create_symlink(file, file);  // open() fails as it does without descriptors
    world.store.set_unavailable(false);
    CHECK_FALSE(queue.flush(50ms));
    std::filesystem::rename(aside, file);
    CHECK(queue.flush(10s));
    CHECK(people_in(world.store) == 20);
    CHECK(world.journal.contains("spool: cannot open a file to read"));
    CHECK_FALSE(world.journal.contains("spool_damaged"));
}

TEST_CASE("whose key is shredded while his click waits is not named any more") {
    World world;
    world.store.set_unavailable(true);
    EventQueue queue(world.ports(), quick);
    for (std::uint64_t i = 0; i < 20; ++i) queue.record(event_of(i));
    world.keys.lose_daily_keys();
    world.store.set_unavailable(false);
    CHECK(queue.flush(10s));
    CHECK(people_in(world.store) == 0);
    CHECK(counted(world.store) == 20);
}

TEST_CASE("taken records do not lie in the spool for longer than they may") {
    World world;
    EventQueueLimits limits = quick;
    limits.file = 1ms;
    EventQueue queue(world.ports(), limits);
    queue.record(event_of(1));
    CHECK(queue.flush(10s));
    for (int i = 0; i < 1000 && bytes_in(world.folder.path() / "spool") > 0; ++i) {
        std::this_thread::sleep_for(5ms);
    }
    CHECK(bytes_in(world.folder.path() / "spool") == 0);
}

TEST_CASE("many threads, a store that comes and goes: every event once") {
    World world;
    EventQueue queue(world.ports(), quick);
    constexpr std::uint64_t threads = 4, each = 500;
    std::vector<std::thread> workers;
    for (std::uint64_t n = 0; n < threads; ++n) {
        workers.emplace_back([&queue, n] {
            for (std::uint64_t i = 0; i < each; ++i) queue.record(event_of(n * each + i));
        });
    }
    for (int i = 0; i < 20; ++i) world.store.fail_next(2);
    for (std::thread& worker : workers) worker.join();
    CHECK(queue.flush(20s));
    CHECK(people_in(world.store) == threads * each);
    CHECK(counted(world.store) == threads * each);
}

TEST_CASE("a batch the store calls wrong does not block the next") {
    for (const bool spool_works : {true, false}) {
        World world(spool_works);
        world.store.call_events_wrong();
        EventQueue queue(world.ports(), quick);
        queue.record(event_of(1));
        CHECK(queue.flush(10s));
        CHECK(queue.counts().dropped == 1);
        CHECK(world.journal.contains("events_refused"));
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
