// optouts.db as a file: whole by SQLite's own word, never lost in silence, and who is told what.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <fstream>
#include <thread>

#include "sqlite/control.h"
#include "tests/sqlite/temporary_state.h"

using namespace candor;
using sqlite::Role;
using tests::noon;
using tests::RecordingJournal;
using tests::TemporaryState;

namespace {

policy::OptOut opt_out_of(std::string_view address, std::uint64_t page = 0) {
    return {0,    tests::id_of(address),          policy::OptOutScope::All,
            noon, policy::OptOutSource::Operator, page};
}

class State : public TemporaryState {
  public:
    [[nodiscard]] std::filesystem::path file() const { return path() / "store/optouts/optouts.db"; }
    [[nodiscard]] std::string quick_check() const {
        auto database = sqlite::Database::open(file(), sqlite::Access::Read);
        REQUIRE(database);
        auto query = database->query("PRAGMA quick_check(1)");
        REQUIRE(query);
        REQUIRE(query->next().value());
        return std::string(query->bytes_at(0));
    }
    void lose() const { std::filesystem::remove_all(path() / "store/optouts"); }
    [[nodiscard]] Error refusal(Role role) const {
        const auto store = sqlite::SqliteStore::open({path(), role, audit_key()});
        return store ? Error{Fault::Missing, "no refusal"} : store.error();
    }
};

}  // namespace

TEST_SUITE("sqlite/opt_out_file") {
    TEST_CASE("a whole file passes SQLite's own check after an undo") {
        const State state;
        const auto said = opt_out_of("anna@example.com", 7);
        {
            const auto store = state.open(Role::Tracker);
            REQUIRE(store->add_opt_out(said));
            REQUIRE(store->undo_opt_out(said, noon));
        }
        CHECK(state.quick_check() == "ok");

        SUBCASE("also one of before the columns of the key stood first, with its rows") {
            {
                auto database = sqlite::Database::open(state.file(), sqlite::Access::Write);
                REQUIRE(database->execute(
                    "CREATE TABLE old (controller INTEGER NOT NULL, recipient BLOB NOT NULL,"
                    " scope INTEGER NOT NULL, at INTEGER NOT NULL, source INTEGER NOT NULL,"
                    " page INTEGER NOT NULL, undone_at INTEGER NOT NULL,"
                    " PRIMARY KEY (controller, recipient, scope, at, page, undone_at))"
                    " STRICT, WITHOUT ROWID;"
                    "INSERT INTO old SELECT controller, recipient, scope, at, source, page,"
                    " undone_at FROM undone_opt_outs;"
                    "DROP TABLE undone_opt_outs; ALTER TABLE old RENAME TO undone_opt_outs;"
                    "PRAGMA user_version=4"));
            }
            CHECK(state.open()->undone_opt_outs(0).value() ==
                  std::vector{policy::UndoneOptOut{said, noon}});
            CHECK(state.quick_check() == "ok");
        }
    }

    TEST_CASE("said and taken back several times within one second is taken back") {
        const State state;
        const auto store = state.open(Role::Tracker);
        const auto said = opt_out_of("anna@example.com", 7);
        for (int i = 0; i < 3; ++i) {
            REQUIRE(store->add_opt_out(said));
            CHECK(store->undo_opt_out(said, noon));
            CHECK_FALSE(store->opt_outs_of(0, said.recipient.prefix()).value().any());
            CHECK(store->undo_opt_out(said, noon).error().fault == Fault::Missing);
        }
        CHECK(store->times_undone(0, said.recipient, said.scope).value() == 1);
    }

    TEST_CASE("while another program holds the file locked, opt-outs wait and nobody else does") {
        const State state;
        const auto tracker = state.open(Role::Tracker);
        const auto milter = state.open(Role::Milter);
        const auto before = opt_out_of("anna@example.com");
        REQUIRE(tracker->add_opt_out(before));
        auto other = sqlite::Database::open(state.file(), sqlite::Access::Write);
        REQUIRE(other);
        REQUIRE(other->execute("BEGIN IMMEDIATE"));
        const auto began = std::chrono::steady_clock::now();
        const auto took = [&] { return std::chrono::steady_clock::now() - began; };
        const auto said = opt_out_of("bert@example.com", 7);
        for (int i = 0; i < 20; ++i) {
            REQUIRE(tracker->add_opt_out(said));
            CHECK(tracker->opt_outs_of(0, said.recipient.prefix()).value().all);
            CHECK(tracker->opt_outs_of(0, before.recipient.prefix()).value().all);
        }
        CHECK(milter->person(0, said.recipient, "").value().opt_outs.all);
        CHECK(tracker->drain_waiting().error().fault == Fault::Unavailable);
        CHECK(tracker->undo_opt_out(said, noon).error().fault == Fault::Unavailable);
        CHECK(tracker->add_request({0, said.recipient, policy::RequestKind::Access, noon, {}})
                  .error()
                  .fault == Fault::Unavailable);
        // One try of some 50 ms for all opt-outs, one of the drain; it was five seconds each.
        CHECK(took() < std::chrono::seconds{2});

        REQUIRE(other->execute("ROLLBACK"));
        CHECK(tracker->drain_waiting().value() == 20);
        CHECK(tracker->opt_outs_after(0, {}, 10).value().size() == 2);
        // And they go into the file again.
        REQUIRE(tracker->add_opt_out(opt_out_of("carla@example.com")));
        CHECK_FALSE(std::filesystem::exists(state.path() / "store/waiting/optouts.journal"));
    }

    TEST_CASE("a lost file is never replaced by an empty one") {
        const State state;
        std::filesystem::path mark = state.path() / "optouts.made";
        SUBCASE("that the tracker made") {
            REQUIRE(state.open(Role::Tracker));
        }
        SUBCASE("that a command made") {
            REQUIRE(state.open()->add_opt_out(opt_out_of("anna@example.com")));
        }
        SUBCASE("that a look-up of the milter made") {
            REQUIRE(state.open(Role::Milter)->person(0, {}, "b.example"));
        }
        SUBCASE("that was there before there were marks") {
            REQUIRE(state.open(Role::Tracker));
            std::filesystem::remove(mark);
            REQUIRE(state.open(Role::Tracker));
        }
        state.lose();
        for (const Role role : {Role::Milter, Role::Tracker}) {
            const Error refusal = state.refusal(role);
            CHECK(refusal.fault == Fault::Damaged);
            for (const auto& named : {state.file(), mark}) {
                CHECK(refusal.message.find(named.string()) != std::string::npos);
            }
        }
        const auto command = state.open();
        CHECK(command->person(0, {}, "b.example").error().fault == Fault::Damaged);
        CHECK(command->record_duty(0, policy::Duty::ShredKeys, noon).error().fault ==
              Fault::Damaged);
        CHECK_FALSE(std::filesystem::exists(state.file()));
        // An opt-out of now is not lost with the others.
        CHECK(command->add_opt_out(opt_out_of("bert@example.com")));

        std::filesystem::remove(mark);  // as the line says, where an empty one is meant
        CHECK(state.open(Role::Tracker)->drain_waiting().value() == 1);
        CHECK(std::filesystem::exists(mark));
    }

    TEST_CASE("an empty state is made by whoever comes first") {
        for (const Role first : {Role::None, Role::Milter, Role::Tracker}) {
            const State state;
            REQUIRE(state.open(first));
            for (const Role role : {Role::Milter, Role::Tracker, Role::None}) {
                const auto store = state.open(role);
                REQUIRE(store);
                CHECK(store->person(0, {}, "b.example"));
            }
        }
    }

    TEST_CASE("the tracker tells of opt-outs that it writes for commands") {
        const State state;
        RecordingJournal journal;
        const auto store = sqlite::SqliteStore::open({state.path(), Role::Tracker, {}, &journal});
        REQUIRE(store);
        sqlite::SqliteStore& tracker = **store;
        const auto server = sqlite::ControlServer::start(
            tracker, sqlite::SqliteStore::control_socket(state.path(), Role::Tracker));
        REQUIRE(server);
        const auto command = state.open();
        const auto anna = opt_out_of("anna@example.com");
        const std::string of_anna =
            "recipient=" + anna.recipient.hex() + " scope=all source=operator";
        REQUIRE(command->add_opt_out(anna));
        REQUIRE(tracker.drain_waiting());
        CHECK(journal.contains("opt_out_recorded " + of_anna));
        REQUIRE(command->remove_opt_out(0, anna.recipient, anna.scope, noon));
        CHECK(journal.contains("opt_out_removed " + of_anna));

        auto imported = opt_out_of("bert@example.com"), mark = imported;
        imported.source = policy::OptOutSource::Import;
        mark.scope = policy::OptOutScope::ClicksSoFar;
        REQUIRE(command->add_opt_outs(std::array{imported, mark}));
        CHECK(journal.contains("opt_outs_imported count=1"));
        // The test of the page, and what consents that end leave behind, are nobody's word.
        REQUIRE(command->add_opt_outs(std::array{mark}));
        REQUIRE(tracker.add_opt_out({0, policy::nobody, policy::OptOutScope::All, noon}));
        REQUIRE(tracker.remove_opt_out(0, policy::nobody, policy::OptOutScope::All, noon));
        CHECK(journal.count("opt_out_recorded") == 1);
        CHECK(journal.count("opt_outs_imported") == 1);
        CHECK(journal.count("opt_out_removed") == 1);
    }

    TEST_CASE("who waits for another process says so before it waits") {
        const State state;
        RecordingJournal journal;
        auto holder = state.open(Role::Tracker);
        std::thread leaving([&] {
            for (int i = 0; i < 1000 && !journal.contains("store_waits"); ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds{5});
            }
            holder.reset();
        });
        CHECK(sqlite::SqliteStore::open({state.path(), Role::Tracker, {}, &journal}));
        leaving.join();
        CHECK(journal.contains(state.file().string()));
    }

    TEST_CASE("a fault names the file that has it") {
        const State state;
        REQUIRE(state.open(Role::Milter));
        const auto people = state.path() / "store/people/people.db";
        std::ofstream(people) << std::string(8192, 'x');
        const Error refusal = state.refusal(Role::Milter);
        CHECK(refusal.fault == Fault::Damaged);
        CHECK(refusal.message == "store: opening " + people.string() + ": file is not a database");
    }
}
