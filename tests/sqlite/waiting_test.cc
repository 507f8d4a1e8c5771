// The journal of waiting opt-outs: its lines, and what a crash leaves of them.
#include "sqlite/waiting.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/fakes.h"
#include "tests/sqlite/temporary_state.h"

using namespace candor;

TEST_SUITE("sqlite/waiting") {
    const policy::OptOut anna{3, tests::id_of("anna@example.com"), policy::OptOutScope::Tracking,
                              tests::noon, policy::OptOutSource::Reply};

    TEST_CASE("a line is read back, and with any changed or missing byte it is not") {
        std::string line = sqlite::to_waiting_line(anna);
        REQUIRE(line.back() == '\n');
        line.pop_back();
        CHECK(sqlite::from_waiting_line(line) == anna);
        for (std::size_t i = 0; i < line.size(); ++i) {
            std::string changed = line;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            CHECK_FALSE(sqlite::from_waiting_line(changed));
            CHECK_FALSE(sqlite::from_waiting_line(std::string_view(line).substr(0, i)));
        }
    }

    TEST_CASE("an opt-out that its page may take back waits with the number of the page") {
        policy::OptOut made = anna;
        made.page = 0xFEDCBA9876543210;
        std::string line = sqlite::to_waiting_line(made);
        CHECK(line.starts_with("2 3 "));
        line.pop_back();
        CHECK(sqlite::from_waiting_line(line) == made);
        CHECK(sqlite::to_waiting_line(anna).starts_with("1 3 "));
    }

    TEST_CASE("what waits may be any scope there is, and no other") {
        policy::OptOut made = anna;
        for (int scope = 0; scope <= 6; ++scope) {
            made.scope = static_cast<policy::OptOutScope>(scope);
            std::string line = sqlite::to_waiting_line(made);
            line.pop_back();
            CHECK(sqlite::from_waiting_line(line).has_value() == (scope >= 1 && scope <= 5));
        }
    }

    TEST_CASE("a torn line is ignored and does not spoil the next") {
        const tests::TemporaryState state;
        const auto journal = state.path() / "optouts.journal";
        std::ofstream(journal) << sqlite::to_waiting_line(anna).substr(0, 30);
        sqlite::WaitingOptOuts waiting(state.path());
        CHECK(waiting.list().value().empty());
        REQUIRE(waiting.append(anna));
        CHECK(waiting.list().value() == std::vector{anna});
    }

    TEST_CASE("lines that an operator appended are read as editors leave them") {
        const tests::TemporaryState state;
        const auto journal = state.path() / "optouts.journal";
        sqlite::WaitingOptOuts waiting(state.path());
        std::string line = sqlite::to_waiting_line(anna);
        line.pop_back();
        SUBCASE("on Windows") {
            line += "\r\n";
        }
        SUBCASE("with blanks") {
            line += " \t \n\n";
        }
        SUBCASE("without the last line break") {}
        SUBCASE("or with half of it") {
            line += "\r";
        }
        std::ofstream(journal) << line;
        CHECK(waiting.list().value() == std::vector{anna});
        const policy::OptOut bert{3, tests::id_of("bert@example.com"), policy::OptOutScope::All,
                                  tests::noon, policy::OptOutSource::Page};
        REQUIRE(waiting.append(bert));
        CHECK(waiting.list().value() == std::vector{anna, bert});
        CHECK(sqlite::WaitingOptOuts(state.path()).list().value() == std::vector{anna, bert});
        CHECK(waiting.drain([](auto) { return Result<void>(); }).value() == 2);
        CHECK(waiting.lines_set_aside() == 0);
    }

    TEST_CASE("what is no opt-out is set aside, and a torn last line alone is dropped") {
        const tests::TemporaryState state;
        const auto unreadable = state.path() / "optouts.unreadable";
        sqlite::WaitingOptOuts waiting(state.path());
        std::string changed = sqlite::to_waiting_line(anna);
        changed[4] = changed[4] == 'a' ? 'b' : 'a';
        const auto write = [&](const std::string& text) {
            std::ofstream(state.path() / "optouts.journal", std::ios::app) << text;
        };
        const auto drain = [&] {
            return waiting.drain([](auto) { return Result<void>(); }).value();
        };
        write(changed + "\n");
        REQUIRE(waiting.append(anna));
        write("anna@example.com\n" + changed.substr(0, 30));
        REQUIRE(waiting.append(anna));
        write(changed.substr(0, 30));
        CHECK(drain() == 2);
        CHECK(waiting.lines_set_aside() == 2);
        CHECK(waiting.lines_set_aside() == 0);
        CHECK_FALSE(std::filesystem::exists(state.path() / "optouts.journal"));
        const auto kept = [&] {
            std::ifstream file(unreadable);
            return std::string(std::istreambuf_iterator<char>(file), {});
        };
        CHECK(kept() == changed + "anna@example.com\n");
        struct stat known {};
        REQUIRE(::stat(unreadable.c_str(), &known) == 0);
        CHECK((known.st_mode & 07777) == 0660);
        // One that waits alone is no reason to delete it either.
        write("more\n");
        CHECK(drain() == 0);
        CHECK(kept() == changed + "anna@example.com\nmore\n");
    }

    TEST_CASE("what is appended by others is found behind what was read before") {
        const tests::TemporaryState state;
        sqlite::WaitingOptOuts one(state.path()), other(state.path());
        for (int i = 0; i < 50; ++i) {
            const policy::OptOut said{3, tests::id_of(std::to_string(i) + "@example.com"),
                                      policy::OptOutScope::All, tests::noon,
                                      policy::OptOutSource::Page};
            REQUIRE(other.append(said));
            const auto is_meant = [&](const auto& id) { return id == said.recipient; };
            CHECK(one.find(3, said.recipient.prefix(), is_meant).value().all);
            CHECK_FALSE(one.find(4, said.recipient.prefix(), is_meant).value().any());
            CHECK(one.list().value().size() == static_cast<std::size_t>(i % 10 + 1));
            if (i % 10 == 9) REQUIRE(other.drain([](auto) { return Result<void>(); }));
        }
    }

    TEST_CASE("a batch waits as a whole, in its order") {
        const tests::TemporaryState state;
        sqlite::WaitingOptOuts waiting(state.path());
        const std::vector<policy::OptOut> batch{
            anna,
            {3, tests::id_of("bert@example.com"), policy::OptOutScope::All, tests::noon,
             policy::OptOutSource::Import}};
        REQUIRE(waiting.append(batch));
        CHECK(waiting.list().value() == batch);
    }

    TEST_CASE("the journal is emptied only when what waited is stored") {
        const tests::TemporaryState state;
        sqlite::WaitingOptOuts waiting(state.path());
        REQUIRE(waiting.append(anna));
        const auto refused = waiting.drain([](std::span<const policy::OptOut>) -> Result<void> {
            return fail(Fault::Unavailable, "not now");
        });
        CHECK_FALSE(refused);
        CHECK(waiting.list().value().size() == 1);
        std::size_t stored = 0;
        CHECK(waiting
                  .drain([&](std::span<const policy::OptOut> rows) -> Result<void> {
                      stored = rows.size();
                      return {};
                  })
                  .value() == 1);
        CHECK(stored == 1);
        CHECK(waiting.list().value().empty());
        REQUIRE(waiting.append(anna));
        CHECK(waiting.list().value().size() == 1);
    }
}
