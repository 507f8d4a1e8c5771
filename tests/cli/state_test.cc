// What the daemons destroy on schedule, and that they put it on record only when it is gone.
#include "cli/state.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "cli/clock_guard.h"
#include "cli/key_folder.h"
#include "policy/tokens/day_class_name.h"
#include "tests/fakes.h"
#include "tests/store_contract.h"

namespace candor::tests {
namespace {

namespace fs = std::filesystem;
using cli::State;
using cli::StateRole;

constexpr std::array<policy::ControllerNumber, 2> both{3, 4};

/// A state directory with two controllers, and a real clock's now: keys are made for today.
class Host {
  public:
    Host() {
        std::string name = (fs::temp_directory_path() / "candor-state-XXXXXX").string();
        rules.config.state_dir = ::mkdtemp(name.data()) == nullptr ? "" : name;
        for (const policy::ControllerNumber number : both) {
            policy::Controller controller;
            controller.name = "c" + std::to_string(number);
            controller.number = number;
            rules.config.controllers.push_back(controller);
        }
    }
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host() {
        std::error_code ignored;
        if (!rules.config.state_dir.empty()) fs::remove_all(rules.config.state_dir, ignored);
    }
    [[nodiscard]] std::unique_ptr<State> start(StateRole role) const {
        auto state = State::open(rules, role);
        REQUIRE(state);
        return *std::move(state);
    }
    [[nodiscard]] fs::path path() const { return rules.config.state_dir; }
    /// Of keys, events and decisions; not what SQLite keeps beside them.
    [[nodiscard]] std::set<std::string> files() const {
        std::set<std::string> found;
        for (const char* part : {"keys", "store/events", "store/decisions"}) {
            for (const auto& entry : fs::recursive_directory_iterator(path() / part)) {
                const auto ending = entry.path().extension();
                if (ending == ".db" || ending == ".key") found.insert(entry.path().string());
            }
        }
        return found;
    }

    milter::Rules rules;
    policy::Instant now = cli::SystemClock{}.now();
};

policy::Duties duties_of(State& state, policy::ControllerNumber controller) {
    const auto duties = state.store().duties_of(controller);
    REQUIRE(duties);
    return *duties;
}

}  // namespace

TEST_SUITE("cli/state") {
    TEST_CASE("each daemon records its own purge, for every controller") {
        const Host host;
        RecordingJournal journal;
        const auto milter = host.start(StateRole::Milter);
        milter->record_duties(journal);
        CHECK(duties_of(*milter, 3) == policy::Duties{});  // nothing was destroyed yet
        milter->housekeeping(host.now, journal);
        milter->record_duties(journal);
        CHECK(duties_of(*milter, 3) == policy::Duties{{}, {}, host.now});
        const auto tracker = host.start(StateRole::Tracker);
        tracker->housekeeping(host.now, journal);
        tracker->record_duties(journal);
        for (const policy::ControllerNumber controller : both) {
            CHECK(duties_of(*milter, controller) == policy::Duties{{}, host.now, host.now});
        }
        CHECK(journal.lines().empty());
    }

    TEST_CASE("it is recorded once an hour, and again where the clock was put back") {
        const Host host;
        RecordingJournal journal;
        const auto milter = host.start(StateRole::Milter);
        const auto recorded = [&](policy::Instant at) {
            milter->housekeeping(at, journal);
            milter->record_duties(journal);
            return duties_of(*milter, 3).keys_shredded_at;
        };
        CHECK(recorded(host.now) == host.now);
        CHECK(recorded(host.now + std::chrono::minutes{59}) == host.now);
        const auto hour_later = host.now + std::chrono::hours{1};
        CHECK(recorded(hour_later) == hour_later);
        CHECK(recorded(host.now) == host.now);
    }

    TEST_CASE("a controller that a reload brings is recorded at once") {
        Host host;
        RecordingJournal journal;
        const auto milter = host.start(StateRole::Milter);
        milter->housekeeping(host.now, journal);
        milter->record_duties(journal);
        policy::Config more = host.rules.config;
        more.controllers.emplace_back();
        more.controllers.back().number = 9;
        REQUIRE(milter->use_controllers(more));
        milter->record_duties(journal);
        CHECK(duties_of(*milter, 9).keys_shredded_at == host.now);
    }

    TEST_CASE("a clock that is wrong makes nothing, destroys nothing and puts nothing on record") {
        const Host host;
        RecordingJournal journal;
        const auto milter = host.start(StateRole::Milter);
        const auto tracker = host.start(StateRole::Tracker);
        const auto both_work = [&](policy::Instant at) {
            for (State* state : {milter.get(), tracker.get()}) {
                state->housekeeping(at, journal);
                state->record_duties(journal);
            }
        };
        both_work(host.now);
        CHECK(journal.lines().empty());
        const auto anna = id_of("anna@example.com");
        auto event = click(anna.prefix());
        event.controller = 3;
        event.at = host.now;
        event.sent_on = policy::day_of(host.now);
        REQUIRE(tracker->store().append(std::array{event}, {}));
        REQUIRE(milter->store().append_decisions(
            std::array{decision_about("anna@example.com", "1", host.now)}));
        const policy::OptOut erased{3, anna, policy::OptOutScope::ErasedSoFar, host.now};
        REQUIRE(tracker->store().add_opt_out(erased));
        const auto before = host.files();

        for (const std::chrono::days off : {std::chrono::days{3650}, std::chrono::days{-3650}}) {
            CAPTURE(off.count());
            both_work(host.now + off);
            CHECK(journal.count("warning event=clock_jumped") == 2);
            journal.clear();
            REQUIRE(milter->store().append_decisions(
                std::array{decision_about("anna@example.com", "2", host.now + off)}));
            both_work(host.now);
            CHECK(journal.lines().empty());
            CHECK(host.files() == before);
            CHECK(duties_of(*milter, 3) == policy::Duties{{}, host.now, host.now});
            CHECK(tracker->store().opt_outs_of(3, anna.prefix()).value().erased_until ==
                  std::optional{host.now});
        }
    }

    TEST_CASE("after a long stop an operator's word lets both go on") {
        const Host host;
        RecordingJournal journal;
        const auto milter = host.start(StateRole::Milter);
        const auto tracker = host.start(StateRole::Tracker);
        const auto later = host.now + std::chrono::days{100};
        for (State* state : {milter.get(), tracker.get()}) {
            state->housekeeping(host.now, journal);
            state->record_duties(journal);
            state->housekeeping(later, journal);
        }
        CHECK(journal.count("warning event=clock_jumped") == 2);
        journal.clear();
        REQUIRE(cli::confirm_clock(host.path(), later));
        for (State* state : {milter.get(), tracker.get()}) {
            state->housekeeping(later, journal);
            state->record_duties(journal);
        }
        CHECK(journal.lines().empty());
        CHECK(duties_of(*milter, 3) == policy::Duties{{}, later, later});
        CHECK(milter->keys().ring()->daily_key({3, policy::day_of(later), 3}) != nullptr);
        CHECK(milter->keys().ring()->daily_key({3, policy::day_of(host.now), 3}) == nullptr);
    }

    TEST_CASE("links of a controller that left the configuration live on, and name nobody") {
        Host host;
        RecordingJournal journal;
        const auto milter = host.start(StateRole::Milter);
        const policy::Day today = policy::day_of(host.now);
        const fs::path of_3 = host.path() / "keys/3/daily" / (policy::to_name({today, 1}) + ".key");
        REQUIRE(fs::exists(of_3));
        policy::Config fewer = host.rules.config;
        fewer.controllers.erase(fewer.controllers.begin());
        const auto running = host.start(StateRole::Tracker);
        REQUIRE(running->use_controllers(fewer));
        const auto expect_links = [&](State& tracker) {
            CHECK(tracker.keys().ring()->link_key(3, 1) != nullptr);
            CHECK(tracker.keys().ring()->daily_key({3, today, 1}) == nullptr);
            CHECK(tracker.keys().ring()->daily_key({4, today, 1}) != nullptr);
        };
        expect_links(*running);
        REQUIRE(cli::KeyFolder(host.path() / "keys/3", 3).rotate());
        running->follow_keys(journal);
        CHECK(running->keys().ring()->link_key(3, 2) != nullptr);
        expect_links(*running);

        // The milter takes nothing for its own by it, and goes on destroying what has ended.
        REQUIRE(milter->use_controllers(fewer));
        CHECK(milter->keys().ring()->link_key(3, 1) == nullptr);
        CHECK(milter->keys().ring()->link_key(4, 1) != nullptr);
        REQUIRE(cli::confirm_clock(host.path(), host.now + std::chrono::days{10}));
        milter->housekeeping(host.now + std::chrono::days{10}, journal);
        CHECK_FALSE(fs::exists(of_3));
        CHECK(journal.lines().empty());
    }

    TEST_CASE("a shredded key is forgotten, and its clicks, while another key cannot be read") {
        const Host host;
        RecordingJournal journal;
        CHECK(host.start(StateRole::Milter));  // makes the keys
        const auto tracker = host.start(StateRole::Tracker);
        const policy::Day today = policy::day_of(host.now);
        auto event = click(id_of("anna@example.com").prefix());
        event.controller = 4;
        event.at = host.now;
        event.sent_on = today;
        event.retention = 3;
        REQUIRE(tracker->store().append(std::array{event}, {}));
        fs::resize_file(host.path() / "keys/3/link-001.key", 1);
        REQUIRE(cli::KeyFolder(host.path() / "keys/4", 4).shred({today, 3}, false));
        tracker->follow_keys(journal);
        CHECK(journal.count("warning event=keys_not_read") == 1);
        CHECK(tracker->keys().ring()->daily_key({4, today, 3}) == nullptr);
        CHECK(tracker->keys().ring()->link_key(3, 1) != nullptr);
        CHECK(tracker->store().events_of(4, event.campaign).value().empty());
    }

    TEST_CASE("what cannot be destroyed is said and not recorded as destroyed") {
        const Host host;
        RecordingJournal journal;
        CHECK(host.start(StateRole::Milter));  // makes the keys
        const auto tracker = host.start(StateRole::Tracker);
        // An event file long past its retention that cannot be unlinked, also not by root.
        fs::create_directories(host.path() / "store/events/20200101-1.db");
        std::ofstream(host.path() / "store/events/20200101-1.db/x") << "x";
        tracker->housekeeping(host.now, journal);
        tracker->record_duties(journal);
        CHECK(journal.contains("event=events_not_retired"));
        CHECK_FALSE(duties_of(*tracker, 3).events_purged_at);
        fs::remove_all(host.path() / "store/events/20200101-1.db");
        tracker->housekeeping(host.now, journal);
        tracker->record_duties(journal);
        CHECK(duties_of(*tracker, 3).events_purged_at == host.now);
    }
}

}  // namespace candor::tests
