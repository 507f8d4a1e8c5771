// The writer's lock, and files that are never seen half made.
#include "sqlite/writer.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/sqlite/temporary_state.h"

using namespace candor;
using sqlite::FileKind;

TEST_SUITE("sqlite/writer") {
    TEST_CASE("a lock is one holder's and free again when it goes") {
        const tests::TemporaryState state;
        const auto file = state.path() / "x.lock";
        {
            const auto first = sqlite::WriterLock::acquire(file, std::chrono::milliseconds{0});
            REQUIRE(first.value());
            CHECK_FALSE(sqlite::WriterLock::acquire(file, std::chrono::milliseconds{0}).value());
        }
        CHECK(sqlite::WriterLock::acquire(file, std::chrono::milliseconds{0}).value());
    }

    TEST_CASE("opt-outs of the first schema are kept, and no page may take them back") {
        const tests::TemporaryState state;
        const auto file = state.path() / "optouts.db";
        {
            std::ofstream{file};
            auto database = sqlite::Database::open(file, sqlite::Access::Write);
            REQUIRE(database);
            REQUIRE(database->execute(
                "CREATE TABLE opt_outs (controller INTEGER NOT NULL, recipient BLOB NOT NULL CHECK "
                "(length(recipient) = 16), scope INTEGER NOT NULL, at INTEGER NOT NULL, source "
                "INTEGER NOT NULL, PRIMARY KEY (controller, recipient, scope)) STRICT, WITHOUT "
                "ROWID; INSERT INTO opt_outs VALUES (0, zeroblob(16), 1, 7, 2); "
                "PRAGMA user_version=1"));
        }
        auto database = sqlite::open_for_writing(file, sqlite::FileKind::OptOuts);
        REQUIRE(database);
        auto query = database->query("SELECT at, source, page FROM opt_outs");
        REQUIRE(query);
        REQUIRE(query->next().value());
        CHECK(query->number_at(0) == 7);
        CHECK(query->number_at(1) == 2);
        CHECK(query->number_at(2) == 0);
        CHECK_FALSE(query->next().value());
    }

    TEST_CASE("every kind of file is made at its last schema, and opened again as it is") {
        for (const FileKind kind : {FileKind::People, FileKind::Campaigns, FileKind::OptOuts,
                                    FileKind::Totals, FileKind::Events}) {
            const tests::TemporaryState state;
            const auto file = state.path() / "x.db";
            for (int twice = 0; twice < 2; ++twice) {
                auto database = sqlite::open_for_writing(file, kind);
                REQUIRE(database);
                CHECK(database->schema_version().value() == sqlite::current_schema(kind));
                auto mode = database->query("PRAGMA journal_mode");
                REQUIRE(mode->next().value());
                CHECK(mode->bytes_at(0) == "wal");
            }
            CHECK_FALSE(std::filesystem::exists(state.path() / "x.db.new"));
        }
    }

    TEST_CASE("a connection to read cannot write and does not checkpoint when it closes") {
        const tests::TemporaryState state;
        const auto file = state.path() / "x.db";
        auto writer = sqlite::open_for_writing(file, FileKind::OptOuts);
        REQUIRE(writer->execute("INSERT INTO opt_outs VALUES (0, zeroblob(16), 1, 0, 1, 0)"));
        const auto wal = state.path() / "x.db-wal";
        const auto size = std::filesystem::file_size(wal);
        {
            auto reader = sqlite::Database::open(file, sqlite::Access::Read);
            REQUIRE(reader);
            CHECK_FALSE(reader->execute("DELETE FROM opt_outs"));
            CHECK_FALSE(reader->execute("CREATE TABLE t (x)"));
        }
        CHECK(std::filesystem::file_size(wal) == size);
    }

    TEST_CASE("what is not committed is rolled back") {
        const tests::TemporaryState state;
        auto database = sqlite::open_for_writing(state.path() / "x.db", FileKind::OptOuts);
        REQUIRE(database);
        {
            auto transaction = sqlite::Transaction::begin(*database);
            REQUIRE(transaction);
            REQUIRE(database->execute("INSERT INTO opt_outs VALUES (0, zeroblob(16), 1, 0, 1, 0)"));
        }
        auto count = database->query("SELECT count(*) FROM opt_outs");
        REQUIRE(count->next().value());
        CHECK(count->number_at(0) == 0);
    }
}
