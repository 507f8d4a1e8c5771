// The index of opt-outs in memory: it misses nobody, and the store asks it only while that is true.
#include "sqlite/opt_out_index.h"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "sqlite/opt_out_rows.h"
#include "sqlite/store.h"
#include "sqlite/writer.h"
#include "tests/fakes.h"
#include "tests/sqlite/temporary_state.h"

namespace candor {

using tests::noon;

namespace {

policy::OptOut opt_out_of(int number, policy::ControllerNumber controller = 0) {
    return {controller, tests::id_of("p" + std::to_string(number) + "@example.com"),
            policy::OptOutScope::All, noon, policy::OptOutSource::Page};
}

// The tracker looks every 2 ms for what other processes do to the files.
constexpr std::chrono::milliseconds look_again{20};

}  // namespace

TEST_SUITE("sqlite/opt_out_index") {
    TEST_CASE("an opt-out of the tracker's own that only the journal takes counts at once") {
        const tests::TemporaryState state;
        const auto store = state.open(sqlite::Role::Tracker);
        auto file = sqlite::Database::open(state.path() / "store/optouts/optouts.db",
                                           sqlite::Access::Write);
        REQUIRE(file);
        REQUIRE(
            file->execute("CREATE TRIGGER refusing BEFORE INSERT ON opt_outs"
                          " BEGIN SELECT RAISE(ABORT, 'no more'); END"));
        for (int i = 0; i < 2; ++i) {
            const auto opt_out = opt_out_of(i);
            // Whoever is looked for now is answered from memory for the next moment.
            CHECK_FALSE(store->opt_outs_of(0, opt_out.recipient.prefix()).value().any());
            REQUIRE(store->add_opt_out(opt_out));
            CHECK(store->opt_outs_of(0, opt_out.recipient.prefix()).value().all);
        }
        CHECK(std::filesystem::file_size(state.path() / "store/waiting/optouts.journal") > 0);
    }

    TEST_CASE("it has who was added, for that controller, and hardly anybody else") {
        sqlite::OptOutIndex index;
        std::vector<policy::OptOut> added;
        for (int i = 0; i < 5000; ++i) added.push_back(opt_out_of(i));
        index.add(added);
        index.add(added);  // said again
        int others = 0;
        for (int i = 0; i < 5000; ++i) {
            CHECK(index.may_have(0, opt_out_of(i).recipient.prefix()));
            others += index.may_have(1, opt_out_of(i).recipient.prefix()) ? 1 : 0;
            others += index.may_have(0, opt_out_of(i + 5000).recipient.prefix()) ? 1 : 0;
        }
        CHECK(others == 0);
        const policy::OptOut zero{0, policy::RecipientId{}, policy::OptOutScope::All, noon,
                                  policy::OptOutSource::Page};
        CHECK_FALSE(index.may_have(0, 0));
        index.add({&zero, 1});
        CHECK(index.may_have(0, 0));
    }

    TEST_CASE("it loads what is on record, of every controller") {
        const tests::TemporaryState state;
        const auto file = state.path() / "optouts.db";
        auto database = sqlite::open_for_writing(file, sqlite::FileKind::OptOuts);
        REQUIRE(database);
        std::vector<policy::OptOut> rows;
        for (int i = 0; i < 3000; ++i) {
            rows.push_back(opt_out_of(i, static_cast<policy::ControllerNumber>(i % 3)));
        }
        REQUIRE(sqlite::write_opt_outs(*database, rows));
        sqlite::OptOutIndex index;
        REQUIRE(index.load(*database));
        for (const policy::OptOut& row : rows) {
            CHECK(index.may_have(row.controller, row.recipient.prefix()));
        }
    }

    TEST_CASE("readers meet no half-grown table") {
        sqlite::OptOutIndex index;
        const policy::OptOut first = opt_out_of(0);
        index.add({&first, 1});
        std::thread writer([&index] {
            for (int i = 1; i < 20000; ++i) {
                const policy::OptOut next = opt_out_of(i);
                index.add({&next, 1});
            }
        });
        bool always = true;
        for (int i = 0; i < 100000; ++i) {
            always = always && index.may_have(0, first.recipient.prefix());
        }
        writer.join();
        CHECK(always);
    }

    TEST_CASE("a restart, an import, what waited and a restored file are all seen by a tracker") {
        const tests::TemporaryState state;
        {
            const auto store = state.open(sqlite::Role::Tracker);
            REQUIRE(store->add_opt_out(opt_out_of(1)));
        }
        REQUIRE(state.open()->add_opt_out(opt_out_of(2)));
        const auto store = state.open(sqlite::Role::Tracker);
        const auto has = [&store](int number) {
            return store->opt_outs_of(0, opt_out_of(number).recipient.prefix()).value().all;
        };
        CHECK(has(1));
        CHECK(has(2));
        CHECK_FALSE(has(3));
        // Another process finds the tracker writing: the opt-out waits, counts, and comes home.
        REQUIRE(state.open()->add_opt_out(opt_out_of(3)));
        std::this_thread::sleep_for(look_again);
        CHECK(has(3));
        REQUIRE(store->drain_waiting());
        CHECK(has(3));
        const std::vector<policy::OptOut> many{opt_out_of(4), opt_out_of(5)};
        REQUIRE(store->add_opt_outs(many));
        CHECK(has(5));
        REQUIRE(store->remove_opt_out(0, opt_out_of(5).recipient, policy::OptOutScope::All, noon));
        CHECK_FALSE(has(5));

        // Somebody puts another file in its place, who has not read the manual.
        const auto file = state.path() / "store/optouts/optouts.db";
        const auto restored = state.path() / "restored.db";
        {
            auto database = sqlite::open_for_writing(restored, sqlite::FileKind::OptOuts);
            REQUIRE(database);
            const policy::OptOut other = opt_out_of(9);
            REQUIRE(sqlite::write_opt_outs(*database, {&other, 1}));
        }
        for (const char* beside : {"-wal", "-shm"}) {
            std::filesystem::remove(file.string() + beside);
        }
        std::filesystem::rename(restored, file);
        std::this_thread::sleep_for(look_again);
        CHECK(has(9));
        std::filesystem::remove(file);
        std::this_thread::sleep_for(look_again);
        CHECK(store->opt_outs_of(0, opt_out_of(7).recipient.prefix()).error().fault ==
              Fault::Damaged);
    }
}

}  // namespace candor
