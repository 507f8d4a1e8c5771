// SqliteStore keeps the promises of a store, alone and with other processes beside it. One file,
// because the promises are about all of its files together.
#include "sqlite/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "sqlite/control.h"
#include "tests/sqlite/temporary_state.h"
#include "tests/store_contract.h"

using namespace candor;
using sqlite::Role;
using tests::noon;
using tests::TemporaryState;

namespace {

/// Runs `work` in a process of its own; whether it returned true.
template <class Work>
bool in_another_process(Work&& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work() ? 0 : 1);
    int status = -1;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

policy::OptOut opt_out_of(std::string_view address) {
    return {0, tests::id_of(address), policy::OptOutScope::All, noon,
            policy::OptOutSource::OneClick};
}

mode_t mode_of(const std::filesystem::path& file) {
    struct stat known {};
    return ::stat(file.c_str(), &known) == 0 ? known.st_mode & 07777 : 0;
}

}  // namespace

TEST_SUITE("sqlite/store") {
    TEST_CASE("the stores in memory and on SQLite keep the same promises") {
        for (const auto check :
             {tests::check_people, tests::check_feeds, tests::check_all_rows_or_none,
              tests::check_opt_outs, tests::check_undone_opt_outs, tests::check_requests,
              tests::check_campaigns, tests::check_events, tests::check_spool_positions,
              tests::check_decisions, tests::check_duties, tests::check_nobody,
              tests::check_what_stays, tests::check_pages, tests::check_ended_consents,
              tests::check_erased_events, tests::check_events_of_person}) {
            tests::MemoryStore memory;
            check(memory);
            for (const Role role : {Role::None, Role::Milter, Role::Tracker}) {
                CAPTURE(static_cast<int>(role));
                const TemporaryState state;
                const auto store = state.open(role);
                REQUIRE(store);
                check(*store);
            }
        }
    }

    TEST_CASE("what one process opts out, another sees at its next look-up") {
        const TemporaryState state;
        const auto milter = state.open(Role::Milter);
        REQUIRE(milter);
        for (const char* address : {"anna@example.com", "bert@example.com", "cleo@example.com"}) {
            const auto id = tests::id_of(address);
            CHECK_FALSE(milter->person(0, id, "example.com").value().opt_outs.any());
            REQUIRE(in_another_process([&] {
                const auto tracker = state.open(Role::Tracker);
                return tracker && tracker->add_opt_out(opt_out_of(address)).has_value();
            }));
            CHECK(milter->person(0, id, "example.com").value().opt_outs.all);
            CHECK(milter->opt_outs_of(0, id.prefix()).value().all);
        }
    }

    TEST_CASE("a role is one process's at a time") {
        const TemporaryState state;
        sqlite::StoreFile first(state.path() / "a.db", sqlite::FileKind::OptOuts);
        sqlite::StoreFile second(state.path() / "a.db", sqlite::FileKind::OptOuts);
        REQUIRE(first.own(std::chrono::milliseconds{0}));
        CHECK(second.own(std::chrono::milliseconds{0}).error().fault == Fault::Unavailable);
        CHECK_FALSE(second.write(std::chrono::milliseconds{0}).value());
        CHECK(second.read());
    }

    TEST_CASE("an opt-out that finds another writer waits in the journal and counts at once") {
        const TemporaryState state;
        const auto tracker = state.open(Role::Tracker);
        const auto milter = state.open(Role::Milter);
        REQUIRE(tracker);
        REQUIRE(milter);
        const auto opt_out = opt_out_of("anna@example.com");
        REQUIRE(milter->add_opt_out(opt_out));
        CHECK(std::filesystem::file_size(state.path() / "store/waiting/optouts.journal") > 0);
        for (auto* store : {tracker.get(), milter.get()}) {
            CHECK(store->person(0, opt_out.recipient, "").value().opt_outs.all);
            CHECK(store->opt_outs_of(0, opt_out.recipient.prefix()).value().all);
            CHECK(store->opt_outs_after(0, {}, 100).value() == std::vector{opt_out});
        }
        CHECK(milter->drain_waiting().error().fault == Fault::Unavailable);
        CHECK(tracker->drain_waiting().value() == 1);
        CHECK(tracker->drain_waiting().value() == 0);
        CHECK(milter->person(0, opt_out.recipient, "").value().opt_outs.all);
        CHECK(milter->opt_outs_after(0, {}, 100).value() == std::vector{opt_out});
    }

    TEST_CASE(
        "a withdrawal silences old links whoever writes which file, and goes when they have") {
        const TemporaryState state;
        const auto anna = tests::id_of("anna@example.com");
        policy::ConsentRow row{
            0, anna, {policy::ConsentPurpose::Click, noon, {}, noon, "form", "", "", ""}};
        const auto named = [&](policy::Store& store) {
            return store.opt_outs_of(0, anna.prefix())
                .value()
                .allow_naming(policy::EventKind::Click, noon);
        };
        const auto tracker = state.open(Role::Tracker);
        const auto milter = state.open(Role::Milter);
        REQUIRE(tracker);
        REQUIRE(milter);
        CHECK(named(*tracker));
        // The tracker has no socket here: the journal of what waits takes it.
        REQUIRE(milter->put_consents(std::array{row}, noon));
        CHECK_FALSE(named(*tracker));
        CHECK_FALSE(named(*milter));
        CHECK(milter->opt_outs_after(0, {}, 100).value().empty());
        CHECK(tracker->drain_waiting().value() == 1);
        CHECK_FALSE(named(*tracker));
        CHECK_FALSE(named(*milter));

        const policy::Day today = policy::day_of(noon);
        REQUIRE(tracker->retire(today + policy::retention_class_days.back()));
        CHECK_FALSE(named(*tracker));
        REQUIRE(tracker->retire(today + policy::retention_class_days.back() + 4));
        CHECK(named(*tracker));
    }

    TEST_CASE("an opt-out that is taken back while it waits does not come back") {
        const TemporaryState state;
        const auto opt_out = opt_out_of("anna@example.com");
        {
            const auto tracker = state.open(Role::Tracker);
            REQUIRE(state.open()->add_opt_out(opt_out));  // into the journal
        }
        const auto operators = state.open();
        REQUIRE(operators->remove_opt_out(0, opt_out.recipient, opt_out.scope, noon));
        CHECK(operators->drain_waiting().value() == 0);
        CHECK_FALSE(operators->person(0, opt_out.recipient, "").value().opt_outs.any());
    }

    TEST_CASE("what stands is said whether it is on record or waits") {
        const TemporaryState state;
        const auto tracker = state.open(Role::Tracker);
        const auto other = state.open();  // whose opt-outs wait, for the tracker is the writer
        const auto said = [](std::string_view address, int minutes, std::uint64_t page) {
            policy::OptOut opt_out = opt_out_of(address);
            opt_out.at += std::chrono::minutes{minutes};
            opt_out.page = page;
            return opt_out;
        };
        const auto first = said("anna@example.com", 0, 7);
        CHECK(other->add_opt_out(first).value() == first);
        CHECK(other->add_opt_out(said("bert@example.com", 1, 7)).value().at > first.at);
        CHECK(other->add_opt_out(said("anna@example.com", 1, 7)).value() == first);
        CHECK(tracker->drain_waiting().value() == 3);
        CHECK(other->add_opt_out(said("anna@example.com", 2, 7)).value() == first);
        CHECK(tracker->add_opt_out(said("anna@example.com", 3, 7)).value() == first);
        for (const auto& store : {other.get(), tracker.get()}) {
            CHECK(store->add_opt_out(said("anna@example.com", 4, 8)).value() ==
                  said("anna@example.com", 0, 0));
        }
    }

    TEST_CASE("no look-up misses an opt-out while it is drained") {
        const TemporaryState state;
        const auto tracker = state.open(Role::Tracker);
        const auto milter = state.open(Role::Milter);
        const auto opt_out = opt_out_of("anna@example.com");
        REQUIRE(milter->add_opt_out(opt_out));
        std::atomic<bool> done{false};
        std::thread draining([&] {
            for (int i = 0; i < 40; ++i) {
                static_cast<void>(tracker->drain_waiting());
                static_cast<void>(milter->add_opt_out(opt_out));
            }
            done = true;
        });
        int missed = 0, looked = 0;
        while (!done) {
            ++looked;
            const auto found = milter->opt_outs_of(0, opt_out.recipient.prefix());
            missed += found && found->all ? 0 : 1;
        }
        draining.join();
        CAPTURE(looked);
        CHECK(missed == 0);
    }

    TEST_CASE("no event passes an erasure by, whoever asks for it") {
        const TemporaryState state;
        const auto tracker = state.open(Role::Tracker);
        const auto server = sqlite::ControlServer::start(
            *tracker, sqlite::SqliteStore::control_socket(state.path(), Role::Tracker));
        REQUIRE(server);
        const auto anna = tests::id_of("anna@example.com");
        std::atomic<bool> done{false};
        int refused = 0;
        std::thread clicking([&] {
            for (int i = 0; !done && i < 20000; ++i) {
                policy::Event event = tests::click(anna.prefix());
                event.link = static_cast<std::uint16_t>(i);
                refused += tracker->append(std::array{event}, {}) ? 0 : 1;
            }
        });
        while (tracker->events_of(0, 7).value().empty()) std::this_thread::yield();
        CHECK(state.open()->erase_events(0, anna, noon).value() > 0);
        CHECK(tracker->events_of(0, 7).value().empty());
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        done = true;
        clicking.join();
        CHECK(refused == 0);
        CHECK(tracker->events_of(0, 7).value().empty());
    }

    TEST_CASE("readers read while the writer writes") {
        const TemporaryState state;
        const auto tracker = state.open(Role::Tracker);
        const auto milter = state.open(Role::Milter);
        std::atomic<bool> done{false};
        std::atomic<int> failed{0};
        std::vector<std::thread> readers;
        for (int t = 0; t < 2; ++t) {
            readers.emplace_back([&] {
                while (!done) failed += milter->person(0, {}, "example.com") ? 0 : 1;
            });
        }
        for (int i = 0; i < 50; ++i) {
            CHECK(tracker->add_opt_out(opt_out_of(std::to_string(i) + "@example.com")));
        }
        done = true;
        for (auto& reader : readers) reader.join();
        CHECK(failed == 0);
        CHECK(milter->opt_outs_after(0, {}, 100).value().size() == 50);
    }

    TEST_CASE("changes to people go to the milter's socket while it runs") {
        for (const auto check : {tests::check_people, tests::check_what_stays, tests::check_pages,
                                 tests::check_ended_consents, tests::check_all_rows_or_none,
                                 tests::check_feeds, tests::check_campaigns}) {
            const TemporaryState state;
            const auto milter = state.open(Role::Milter);
            const auto server = sqlite::ControlServer::start(
                *milter, sqlite::SqliteStore::control_socket(state.path(), Role::Milter));
            REQUIRE(server);
            check(*state.open());
        }
    }

    TEST_CASE("opt-outs are taken back through the tracker's socket while it runs") {
        for (const auto check : {tests::check_opt_outs, tests::check_nobody, tests::check_duties}) {
            const TemporaryState state;
            const auto tracker = state.open(Role::Tracker);
            const auto server = sqlite::ControlServer::start(
                *tracker, sqlite::SqliteStore::control_socket(state.path(), Role::Tracker));
            REQUIRE(server);
            check(*state.open());
        }
    }

    TEST_CASE("the milter puts its duties on record through the tracker's socket, or alone") {
        const TemporaryState state;
        const auto milter = state.open(Role::Milter);
        {
            const auto tracker = state.open(Role::Tracker);
            const auto server = sqlite::ControlServer::start(
                *tracker, sqlite::SqliteStore::control_socket(state.path(), Role::Tracker));
            REQUIRE(server);
            REQUIRE(milter->record_duty(1, policy::Duty::ShredKeys, noon));
            CHECK(tracker->duties_of(1).value().keys_shredded_at == noon);
        }
        const auto later = noon + std::chrono::hours{1};
        REQUIRE(milter->record_duty(1, policy::Duty::ShredKeys, later));
        CHECK(milter->duties_of(1).value() == policy::Duties{{}, {}, later});
    }

    TEST_CASE("a file of an older program is brought up to date by whoever reads it first") {
        const TemporaryState state;
        REQUIRE(state.open()->add_opt_out(opt_out_of("anna@example.com")));
        const auto make_old = [&] {
            auto database = sqlite::Database::open(state.path() / "store/optouts/optouts.db",
                                                   sqlite::Access::Write);
            REQUIRE(database->execute("DROP TABLE duties"));
            REQUIRE(database->execute("DROP TABLE undone_opt_outs"));
            REQUIRE(database->execute("DROP TABLE requests"));
            REQUIRE(database->execute("ALTER TABLE opt_outs DROP COLUMN page"));
            REQUIRE(database->execute("PRAGMA user_version=1"));
        };
        make_old();
        const auto milter = state.open(Role::Milter);
        CHECK(milter->person(0, tests::id_of("anna@example.com"), "").value().opt_outs.all);
        CHECK(milter->duties_of(0).value() == policy::Duties{});

        SUBCASE("but not under an older program that still writes it") {
            make_old();
            const auto lock = sqlite::WriterLock::acquire(
                state.path() / "store/optouts/optouts.db.lock", std::chrono::milliseconds{0});
            REQUIRE(lock.value());
            CHECK(state.open()->duties_of(0).error().fault == Fault::Unavailable);
        }
    }

    TEST_CASE("many opt-outs go to the tracker, and wait where it does not listen") {
        const TemporaryState state;
        const auto journal = state.path() / "store/waiting/optouts.journal";
        const auto tracker = state.open(Role::Tracker);
        const auto operators = state.open();
        const std::array one{opt_out_of("anna@example.com")}, other{opt_out_of("b@example.com")};
        REQUIRE(operators->add_opt_outs(one));
        CHECK(std::filesystem::file_size(journal) > 0);
        REQUIRE(tracker->drain_waiting());
        const auto server = sqlite::ControlServer::start(
            *tracker, sqlite::SqliteStore::control_socket(state.path(), Role::Tracker));
        REQUIRE(server);
        REQUIRE(operators->add_opt_outs(other));
        CHECK_FALSE(std::filesystem::exists(journal));
        CHECK(tracker->opt_outs_after(0, {}, 100).value().size() == 2);
    }

    TEST_CASE("events lie in a file per day and class, and totals stay when it goes") {
        const TemporaryState state;
        const auto store = state.open(Role::Tracker);
        auto other = tests::click(9);
        other.retention = 1;
        REQUIRE(store->append(std::array{tests::click(5), other}, {}));
        const auto events = state.path() / "store/events";
        CHECK(std::filesystem::exists(events / "20261123-3.db"));
        CHECK(std::filesystem::exists(events / "20261123-1.db"));
        const auto before = store->totals_of(0, 7).value();
        const policy::Day today = policy::day_of(noon);
        CHECK(store->retire(today + 7).value() == 0);
        CHECK(store->retire(today + 8).value() == 1);
        CHECK_FALSE(std::filesystem::exists(events / "20261123-1.db"));
        CHECK_FALSE(std::filesystem::exists(events / "20261123-1.db-wal"));
        CHECK(store->events_of(0, 7).value() == std::vector{tests::click(5)});
        CHECK(store->retire(today + 31).value() == 1);
        CHECK(store->events_of(0, 7).value().empty());
        CHECK(store->totals_of(0, 7).value() == before);
    }

    TEST_CASE("events and totals of before verdicts had reasons are kept") {
        const TemporaryState state;
        auto with_reason = tests::click(5);
        with_reason.verdict = policy::Verdict::Machine;
        with_reason.reason = policy::VerdictReason::Burst;
        REQUIRE(state.open(Role::Tracker)->append(std::array{tests::click(5)}, {}));
        const auto change = [&](const char* file, const char* sql) {
            auto database =
                sqlite::Database::open(state.path() / "store" / file, sqlite::Access::Write);
            REQUIRE(database);
            REQUIRE(database->execute(sql));
        };
        change("events/20261123-3.db",
               "ALTER TABLE events DROP COLUMN reason; PRAGMA user_version=1");
        change(
            "totals/totals.db",
            "CREATE TABLE old (controller INTEGER NOT NULL, campaign INTEGER NOT NULL,"
            " link INTEGER NOT NULL, kind INTEGER NOT NULL, verdict INTEGER NOT NULL,"
            " hour INTEGER NOT NULL, count INTEGER NOT NULL,"
            " PRIMARY KEY (controller, campaign, link, kind, verdict, hour)) STRICT, WITHOUT ROWID;"
            "INSERT INTO old SELECT controller, campaign, link, kind, verdict, hour, count FROM "
            "totals;"
            "DROP TABLE totals; DROP TABLE spools; ALTER TABLE old RENAME TO totals; PRAGMA "
            "user_version=1");

        CHECK(state.open()->events_of(0, 7).value() == std::vector{tests::click(5)});
        CHECK(state.open()->totals_of(0, 7).value().at(0).count == 1);
        const auto store = state.open(Role::Tracker);
        REQUIRE(store->append(std::array{tests::click(5), with_reason}, {}));
        CHECK(store->events_of(0, 7).value() == std::vector{tests::click(5), with_reason});
        const auto totals = store->totals_of(0, 7).value();
        REQUIRE(totals.size() == 2);
        CHECK(totals[0].count == 2);
        CHECK(totals[1].reason == policy::VerdictReason::Burst);
    }

    TEST_CASE("killed between the commits of two files, the same batch is counted once") {
        const TemporaryState state;
        const auto totals = state.path() / "store/totals";
        const auto before = state.path() / "totals-before";
        const std::array batch{tests::click(5), tests::click(6), tests::click(std::nullopt)};
        const policy::SpoolPosition position{77, 3};
        const auto append = [&] {
            const auto store = state.open(Role::Tracker);
            REQUIRE(store->append(batch, position));
            CHECK(store->events_of(0, 7).value().size() == 2);
            CHECK(store->totals_of(0, 7).value().at(0).count == 3);
            CHECK(store->taken_from(77).value() == 3);
        };
        REQUIRE(state.open(Role::Tracker)->append({}, {77, 0}));
        std::filesystem::copy(totals, before);
        append();
        // The event file has its rows; the totals, which are committed after it, have nothing.
        std::filesystem::remove_all(totals);
        std::filesystem::copy(before, totals);
        append();
        append();
    }

    TEST_CASE("events of a shredded epoch go, to the last byte, and nobody else's") {
        const TemporaryState state;
        const auto store = state.open(Role::Tracker);
        auto other_controller = tests::click(5);
        other_controller.controller = 1;
        auto other_class = tests::click(5);
        other_class.retention = 1;
        REQUIRE(store->append(std::array{tests::click(5), other_controller, other_class}, {}));
        const auto totals = store->totals_of(0, 7).value();
        const std::array epochs{policy::Epoch{0, policy::day_of(noon), 3},
                                policy::Epoch{0, policy::day_of(noon) - 1, 3}};
        CHECK(store->event_rows_of(epochs).value() == 1);
        CHECK(state.open()->forget_events(epochs).error().fault == Fault::Unavailable);
        CHECK(store->forget_events(epochs).value() == 1);
        CHECK(store->forget_events(epochs).value() == 0);
        CHECK(store->event_rows_of(epochs).value() == 0);
        CHECK(store->events_of(0, 7).value() == std::vector{other_class});
        CHECK(store->events_of(1, 7).value() == std::vector{other_controller});
        CHECK(store->totals_of(0, 7).value() == totals);
        CHECK_FALSE(std::filesystem::exists(state.path() / "store/events/20261122-3.db"));
        const auto wal = state.path() / "store/events/20261123-3.db-wal";
        CHECK(std::filesystem::file_size(wal) == 0);
    }

    TEST_CASE("what is kept of a click has no room for anything else") {
        const TemporaryState state;
        const auto store = state.open(Role::Tracker);
        REQUIRE(store->append(std::array{tests::click(5)}, {}));
        const auto columns = [&](const char* file, const std::string& table) {
            auto database =
                sqlite::Database::open(state.path() / "store" / file, sqlite::Access::Read);
            REQUIRE(database);
            auto query = database->query("SELECT group_concat(name, ' ') FROM pragma_table_info('" +
                                         table + "')");
            REQUIRE(query);
            REQUIRE(query->next().value());
            return std::string(query->bytes_at(0));
        };
        CHECK(columns("events/20261123-3.db", "events") ==
              "controller campaign recipient at link kind verdict reason");
        CHECK(columns("totals/totals.db", "totals") ==
              "controller campaign link kind verdict reason hour count");
    }

    TEST_CASE("files are the group's and nobody else's") {
        const TemporaryState state;
        const mode_t old = ::umask(077);
        const auto tracker = state.open(Role::Tracker);
        const auto milter = state.open(Role::Milter);
        static_cast<void>(milter->add_opt_out(opt_out_of("anna@example.com")));
        static_cast<void>(tracker->append(std::array{tests::click(5)}, {}));
        ::umask(old);
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(state.path() / "store")) {
            CAPTURE(entry.path().string());
            CHECK(mode_of(entry.path()) == (entry.is_directory() ? 02770 : 0660));
        }
    }

    TEST_CASE("a file that is no database, or has vanished, is a fault and no empty answer") {
        const TemporaryState state;
        const auto id = tests::id_of("anna@example.com");
        const auto file = state.path() / "store/optouts/optouts.db";
        const auto store = state.open();
        REQUIRE(store->person(0, id, ""));
        std::filesystem::remove(file);
        CHECK(store->person(0, id, "").error().fault == Fault::Damaged);
        // Nor may a change put an empty file in its place.
        CHECK(store->record_duty(0, policy::Duty::ShredKeys, noon).error().fault == Fault::Damaged);
        CHECK(store->person(0, id, "").error().fault == Fault::Damaged);
        std::ofstream(file) << std::string(8192, 'x');
        CHECK(store->person(0, id, "").error().fault == Fault::Damaged);
        CHECK(state.open()->opt_outs_of(0, 1).error().fault == Fault::Damaged);
    }

    TEST_CASE("the tracker commits no opt-out into a file that was replaced or removed") {
        const TemporaryState state;
        const auto file = state.path() / "store/optouts/optouts.db";
        const auto backup = state.path() / "backup.db";
        const auto tracker = state.open(Role::Tracker);
        const auto anna = opt_out_of("anna@example.com"), bert = opt_out_of("bert@example.com"),
                   cleo = opt_out_of("cleo@example.com"), dora = opt_out_of("dora@example.com");
        REQUIRE(tracker->add_opt_out(anna));
        {
            auto database = sqlite::Database::open(file, sqlite::Access::Write);
            REQUIRE(database->execute("VACUUM INTO '" + backup.string() + "'"));
        }
        const auto remove = [&] {
            for (const char* part : {"", "-wal", "-shm"}) {
                std::filesystem::remove(file.string() + part);
            }
        };
        const auto on_record = [&] { return state.open()->opt_outs_after(0, {}, 100); };
        CHECK_FALSE(tracker->opt_outs_replaced());
        remove();
        std::filesystem::copy_file(backup, file);
        REQUIRE(tracker->add_opt_out(bert));
        CHECK(on_record().value().size() == 2);
        CHECK(tracker->opt_outs_of(0, bert.recipient.prefix()).value().all);
        CHECK(tracker->opt_outs_replaced());
        CHECK_FALSE(tracker->opt_outs_replaced());

        // Gone, or no file of ours: an opt-out waits, durable, for one that is.
        remove();
        REQUIRE(tracker->add_opt_out(cleo));
        CHECK_FALSE(tracker->drain_waiting());
        CHECK_FALSE(std::filesystem::exists(file));
        for (const auto* bytes : {"", "no database, but longer than the header of one is"}) {
            std::ofstream(file) << bytes;
            REQUIRE(tracker->add_opt_out(dora));
            CHECK_FALSE(tracker->drain_waiting());
            remove();
        }
        std::filesystem::copy_file(backup, file);
        CHECK(tracker->drain_waiting().value() > 0);
        CHECK(on_record().value().size() == 3);
        CHECK(tracker->opt_outs_replaced());
    }

    TEST_CASE("a file of a newer program is left alone") {
        const TemporaryState state;
        REQUIRE(state.open()->person(0, {}, ""));
        {
            auto database = sqlite::Database::open(state.path() / "store/people/people.db",
                                                   sqlite::Access::Write);
            REQUIRE(database->execute("PRAGMA user_version=99"));
        }
        const auto store = state.open();
        CHECK(store->person(0, {}, "").error().fault == Fault::Damaged);
        CHECK(store->put_contacts(std::array{policy::ContactRow{}}, {}).error().fault ==
              Fault::Damaged);
    }
}
