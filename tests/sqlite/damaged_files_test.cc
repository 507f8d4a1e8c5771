// A damaged file of one day: the others go on, nothing of it is lost, and it still goes in time.
#include "sqlite/damaged_files.h"

#include <doctest/doctest.h>

#include <array>
#include <fstream>

#include "tests/sqlite/temporary_state.h"
#include "tests/store_contract.h"

using namespace candor;
using sqlite::Role;
using tests::noon;

namespace {

constexpr policy::Day today = 20780;  // 2026-11-23

class State : public tests::TemporaryState {
  public:
    [[nodiscard]] std::filesystem::path event_file(const char* name) const {
        return path() / "store/events" / name;
    }
    /// With a click of class 3 and one of class 1 on record, and then the file of class 3 damaged.
    void damage() const {
        auto other = tests::click(9);
        other.retention = 1;
        REQUIRE(open(Role::Tracker)->append(std::array{tests::click(5), other}, {}));
        for (const char* part : {"-wal", "-shm"}) {
            std::filesystem::remove(event_file("20261123-3.db").string() + part);
        }
        std::ofstream(event_file("20261123-3.db")) << std::string(8192, 'x');
    }
};

}  // namespace

TEST_SUITE("sqlite/damaged_files") {
    TEST_CASE("a damaged file is set aside, said once, and all others go on") {
        const State state;
        state.damage();
        tests::RecordingJournal journal;
        const auto store = sqlite::SqliteStore::open({state.path(), Role::Tracker, {}, &journal});
        REQUIRE(store);
        auto other = tests::click(10);
        other.retention = 1;
        REQUIRE((*store)->append(std::array{tests::click(6), other}, {77, 2}));
        REQUIRE((*store)->append(std::array{tests::click(7)}, {77, 3}));
        CHECK((*store)->taken_from(77).value() == 3);
        CHECK((*store)->events_of(0, 7).value().size() == 4);
        CHECK((*store)->totals_of(0, 7).value().at(0).count == 5);
        const auto aside = state.event_file("20261123-3.damaged.1.db");
        CHECK(std::filesystem::file_size(aside) == 8192);
        CHECK(journal.count("error event=events_damaged") == 1);
        CHECK(journal.contains(aside.string()));

        // Of one person nobody may say now that this is all.
        CHECK((*store)->events_of_person(0, tests::id_of("anna@example.com")).error().fault ==
              Fault::Damaged);
        CHECK((*store)->erase_events(0, tests::id_of("anna@example.com"), noon).error().fault ==
              Fault::Damaged);

        SUBCASE("it goes when its class ends") {
            CHECK((*store)->retire(today + 30).value() == 1);  // of class 1
            CHECK(std::filesystem::exists(aside));
            CHECK((*store)->retire(today + 31).value() == 2);
        }
        SUBCASE("it goes with the key of that day") {
            const std::array other_class{policy::Epoch{0, today, 1}};
            CHECK((*store)->forget_events(other_class).value() == 2);
            CHECK(std::filesystem::exists(aside));
            const std::array epoch{policy::Epoch{0, today, 3}};
            CHECK((*store)->forget_events(epoch).value() == 2);
        }
        CHECK_FALSE(std::filesystem::exists(aside));
        CHECK((*store)->events_of_person(0, tests::id_of("anna@example.com")));
    }

    TEST_CASE("a second one of the same day gets a name of its own") {
        const State state;
        state.damage();
        REQUIRE(sqlite::set_aside(state.event_file("20261123-3.db")));
        state.damage();
        REQUIRE(state.open(Role::Tracker)->append(std::array{tests::click(6)}, {}));
        CHECK(sqlite::damaged_event_files(state.path() / "store/events").value().size() == 2);
        CHECK(sqlite::damaged_event_files(state.path() / "store/events", policy::DayClass{today, 1})
                  .value()
                  .empty());
    }

    TEST_CASE("a whole file is not damaged, nor one that is not there") {
        const State state;
        state.damage();
        CHECK(sqlite::is_damaged(state.event_file("20261123-3.db")));
        CHECK_FALSE(sqlite::is_damaged(state.event_file("20261123-1.db")));
        CHECK_FALSE(sqlite::is_damaged(state.event_file("20261122-1.db")));
    }
}
