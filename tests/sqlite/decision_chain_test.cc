// Whoever changes, drops, adds or cuts off evidence is found; retention and erasure are not.
#include "sqlite/decision_chain.h"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sqlite/control.h"
#include "sqlite/decisions.h"
#include "sqlite/store.h"
#include "tests/sqlite/temporary_state.h"
#include "tests/store_contract.h"

using namespace candor;
using sqlite::Role;
using tests::decision_about;
using tests::noon;
using tests::TemporaryState;

namespace {

const auto next_month = noon + std::chrono::days{20};  // 13 December

/// Six decisions in two months, about Anna and Bob in turns.
class Log {
  public:
    Log() {
        const auto store = state.open(Role::Milter);
        REQUIRE(store->append_decisions(std::array{decision_about("anna@example.com", "1"),
                                                   decision_about("bob@example.com"),
                                                   decision_about("anna@example.com", "3")}));
        REQUIRE(store->append_decisions(
            std::array{decision_about("bob@example.com", "4", next_month),
                       decision_about("anna@example.com", "5", next_month),
                       decision_about("bob@example.com", "6", next_month)}));
    }

    [[nodiscard]] std::filesystem::path file(const char* month) const {
        return directory() / (std::string{month} + ".db");
    }
    [[nodiscard]] std::filesystem::path directory() const {
        return sqlite::SqliteStore::decision_directory(state.path());
    }
    /// What somebody does who can write the files and has no key.
    void tamper(const char* month, const std::string& sql) const {
        auto database = sqlite::Database::open(file(month), sqlite::Access::Write);
        REQUIRE(database);
        const auto done = database->execute(sql);
        REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().message));
    }
    [[nodiscard]] sqlite::ChainReport verify(std::vector<policy::DecisionHead> heads = {}) const {
        const auto report =
            sqlite::verify_decisions(directory(), TemporaryState::audit_key(), heads);
        REQUIRE(report);
        return *report;
    }
    [[nodiscard]] policy::DecisionHead head_file() const {
        const auto head =
            sqlite::read_head_file(sqlite::SqliteStore::decision_head_file(state.path()));
        REQUIRE(head);
        return *head;
    }

    TemporaryState state;
};

std::string first_fault(const sqlite::ChainReport& report) {
    return report.faults.empty() ? "" : report.faults.front();
}

}  // namespace

TEST_SUITE("sqlite/decision_chain") {
    TEST_CASE("a log that nobody touched is whole, over the turn of a month") {
        const Log log;
        const auto report = log.verify({log.head_file()});
        CHECK(report.whole());
        CHECK(report.first == 1);
        CHECK(report.last == 6);
        CHECK(report.decisions == 6);
        CHECK(report.heads_seen == 1);
        CHECK(report.head == log.head_file());
        CHECK(std::filesystem::exists(log.file("202611")));
        CHECK(std::filesystem::exists(log.file("202612")));
    }

    TEST_CASE("no log is a whole log") {
        const TemporaryState state;
        const auto report = sqlite::verify_decisions(
            sqlite::SqliteStore::decision_directory(state.path()), TemporaryState::audit_key(), {});
        REQUIRE(report);
        CHECK(report->whole());
        CHECK(report->first == 0);
    }

    TEST_CASE("every field that is edited is found") {
        for (const char* change :
             {"at = at + 1", "controller = 1", "recipient = zeroblob(16)", "campaign = 8",
              "outcome = 2", "queue_id = X'00'", "evidence = X'6C6961'", "body = zeroblob(32)",
              "body = NULL", "salt = zeroblob(16)", "note = 'x'", "evidence = NULL", "grounds = 99",
              "grounds = NULL"}) {
            CAPTURE(change);
            const Log log;
            log.tamper("202611", std::string{"UPDATE decisions SET "} + change + " WHERE number=2");
            CHECK(first_fault(log.verify()) == "row 2 was edited");
        }
        for (const char* change :
             {"kind = 2", "commitment = zeroblob(32)", "link = zeroblob(32)"}) {
            CAPTURE(change);
            const Log log;
            log.tamper("202611", std::string{"UPDATE decisions SET "} + change + " WHERE number=2");
            CHECK_FALSE(log.verify().whole());
        }
    }

    TEST_CASE("reasons that are rewritten are found in every decision that rests on them") {
        const Log log;
        log.tamper("202612", "UPDATE grounds SET text = X'78'");
        CHECK(log.verify().fault_count == 3);
    }

    TEST_CASE("rows that are dropped are named") {
        const Log log;
        log.tamper("202611", "DELETE FROM decisions WHERE number = 2");
        CHECK(first_fault(log.verify()) == "row 2 is missing");
        log.tamper("202611", "DELETE FROM decisions WHERE number = 3");
        CHECK(first_fault(log.verify()) == "rows 2 to 3 are missing");
    }

    TEST_CASE("rows that are dropped and numbered anew are found") {
        const Log log;
        log.tamper("202611", "DELETE FROM decisions WHERE number = 1");
        log.tamper("202611", "UPDATE decisions SET number = number - 1");
        CHECK_FALSE(log.verify().whole());
    }

    TEST_CASE("two rows that changed places are found") {
        const Log log;
        log.tamper("202611",
                   "UPDATE decisions SET number = 99 WHERE number = 1;"
                   "UPDATE decisions SET number = 1 WHERE number = 2;"
                   "UPDATE decisions SET number = 2 WHERE number = 99");
        CHECK_FALSE(log.verify().whole());
    }

    TEST_CASE("a row that somebody adds has no link that fits") {
        const Log log;
        log.tamper("202612",
                   "INSERT INTO decisions SELECT 7, kind, at, controller, recipient, campaign,"
                   " outcome, queue_id, evidence, grounds, body, note, salt, commitment, link"
                   " FROM decisions WHERE number = 6");
        CHECK(first_fault(log.verify()).find("row 7: its link does not fit") == 0);
    }

    TEST_CASE("a log that was cut off is found by the head that was noted") {
        const Log log;
        log.tamper("202612", "DELETE FROM decisions WHERE number > 4");
        CHECK(log.verify().whole());  // of itself it cannot know
        CHECK(first_fault(log.verify({log.head_file()})) ==
              "rows after 4 are missing: a head was noted for row 6");
    }

    TEST_CASE("a log that was written anew from some row on differs from the head") {
        const Log log;
        const auto head = log.head_file();
        std::filesystem::remove_all(log.directory());
        std::filesystem::remove(sqlite::SqliteStore::decision_head_file(log.state.path()));
        const auto store = log.state.open(Role::Milter);
        for (int k = 0; k < 6; ++k) {
            REQUIRE(store->append_decisions(std::array{decision_about("carl@example.com")}));
        }
        CHECK(log.verify().whole());
        CHECK(first_fault(log.verify({head})) == "row 6 is not the one whose head was noted");
    }

    TEST_CASE("a month that vanished is found, and the log goes on behind it") {
        const Log log;
        std::filesystem::remove(log.file("202612"));
        {
            const auto store = log.state.open(Role::Milter);
            REQUIRE(store->append_decisions(
                std::array{decision_about("bob@example.com", "7", next_month)}));
        }
        CHECK(first_fault(log.verify()) == "rows 4 to 6 are missing");
        CHECK(log.verify().last == 7);

        const Log other;
        std::filesystem::remove(other.file("202611"));
        CHECK(first_fault(other.verify()) ==
              "rows 1 to 3 are missing, and no retirement names them");
    }

    TEST_CASE("another key fits nothing") {
        const Log log;
        const auto report = sqlite::verify_decisions(log.directory(),
                                                     tests::counting_key<policy::AuditKey>(77), {});
        REQUIRE(report);
        CHECK(report->fault_count == 6);
    }

    TEST_CASE("erasure takes fields and salt, and reads as erased") {
        const Log log;
        {
            const auto store = log.state.open(Role::Milter);
            CHECK(store->erase_decisions(0, tests::id_of("anna@example.com"), next_month).value() ==
                  3);
        }
        const auto report = log.verify({log.head_file()});
        CHECK_MESSAGE(report.whole(), first_fault(report));
        CHECK(report.erased == 3);
        CHECK(report.decisions == 6);
        CHECK(report.last == 7);  // the erasure itself is a row
        // Nothing of Anna is left in any file: not her id, and not a byte that she could be found
        // by.
        const auto anna = tests::id_of("anna@example.com");
        const std::string id(anna.bytes.begin(), anna.bytes.end());
        for (const auto& entry : std::filesystem::directory_iterator(log.directory())) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(file), {}};
            CHECK_MESSAGE(bytes.find(id) == std::string::npos, entry.path().string());
        }
    }

    TEST_CASE("what the milter still holds is written before an erasure, and erased with it") {
        const Log log;
        const auto milter = log.state.open(Role::Milter);
        const auto server = sqlite::ControlServer::start(
            *milter, sqlite::SqliteStore::control_socket(log.state.path(), Role::Milter));
        REQUIRE(server);
        const auto anna = tests::id_of("anna@example.com");
        milter->before_erasing_decisions([&] {
            return milter->append_decisions(
                std::array{decision_about("anna@example.com", "7", next_month)});
        });
        CHECK(log.state.open()->erase_decisions(0, anna, next_month).value() == 4);
        policy::DecisionQuery about_anna;
        about_anna.recipient = anna;
        CHECK(milter->decisions(about_anna).value().empty());
        // What cannot be written would come after: then nothing is said to be erased.
        milter->before_erasing_decisions(
            []() -> Result<void> { return fail(Fault::Unavailable, "held"); });
        CHECK(log.state.open()->erase_decisions(0, anna, next_month).error().fault ==
              Fault::Unavailable);
        milter->before_erasing_decisions({});
        CHECK(log.state.open()->erase_decisions(0, anna, next_month).error().fault ==
              Fault::Missing);
    }

    TEST_CASE("a row that somebody blanks is no erasure") {
        const Log log;
        log.tamper("202612",
                   "UPDATE decisions SET at = NULL, controller = NULL, recipient = NULL,"
                   " campaign = NULL, outcome = NULL, queue_id = NULL, evidence = NULL,"
                   " grounds = NULL, body = NULL, salt = NULL WHERE number = 5");
        CHECK(first_fault(log.verify()) == "row 5 is blank, and no erasure names it");
    }

    TEST_CASE("a log that was put back and written on gives numbers again, and is found out") {
        const Log log;
        const policy::DecisionHead head = log.head_file();
        policy::DecisionHead lost = head;
        lost.link.front() ^= 1U;
        for (const auto& heads : {std::vector{head, lost}, std::vector{lost, head}}) {
            const auto report = log.verify(heads);
            CHECK(first_fault(report) == "row 6 is not the one whose head was noted");
            CHECK(report.heads_seen == 2);
        }
        CHECK(log.verify({head, head}).whole());
    }

    TEST_CASE("retention takes whole months, and reads as retired") {
        const Log log;
        const auto store = log.state.open(Role::Milter);
        const auto after = [](int months) { return noon + std::chrono::days{30 * months}; };
        CHECK(store->retire_decisions(after(3), 3).value() == 0);
        CHECK(store->retire_decisions(after(4), 3).value() == 1);
        CHECK_FALSE(std::filesystem::exists(log.file("202611")));
        auto report = log.verify({log.head_file()});
        CHECK_MESSAGE(report.whole(), first_fault(report));
        CHECK(report.retired == 3);
        CHECK(report.first == 4);
        // The heads of rows that are gone say nothing against it.
        CHECK(log.verify({{2, {}}}).whole());
        // All that is left is the row that says so.
        CHECK(store->retire_decisions(after(24), 3).value() == 2);
        report = log.verify();
        CHECK_MESSAGE(report.whole(), first_fault(report));
        CHECK(report.first == report.last);
    }

    TEST_CASE("no mail begins a month far ahead, unless housekeeping believes the clock") {
        const Log log;
        const auto store = log.state.open(Role::Milter);
        const auto ahead = noon + std::chrono::days{3650};
        const auto append = [&](policy::Instant at) {
            REQUIRE(store->append_decisions(std::array{decision_about("c@example.com", "c", at)}));
        };
        append(ahead);
        CHECK_FALSE(std::filesystem::exists(log.file("203611")));
        REQUIRE(store->retire_decisions(next_month, 36));
        append(ahead);
        CHECK_FALSE(std::filesystem::exists(log.file("203611")));
        append(next_month);
        const auto slept = noon + std::chrono::days{100};  // 3 March
        REQUIRE(store->retire_decisions(slept, 36));
        append(slept);
        CHECK(std::filesystem::exists(log.file("202703")));
        const auto report = log.verify({log.head_file()});
        CHECK_MESSAGE(report.whole(), first_fault(report));
        CHECK(report.decisions == 10);
    }

    TEST_CASE("a month far ahead that was begun is left as soon as the right one has no file") {
        const Log log;
        const auto store = log.state.open(Role::Milter);
        const auto append = [&](policy::Instant at) {
            REQUIRE(store->append_decisions(std::array{decision_about("c@example.com", "c", at)}));
        };
        const auto ahead = noon + std::chrono::days{3650}, january = noon + std::chrono::days{40};
        REQUIRE(store->retire_decisions(ahead, 1000));
        append(ahead);
        REQUIRE(std::filesystem::exists(log.file("203611")));
        REQUIRE(store->retire_decisions(next_month, 36));
        append(next_month);  // 202612 has a file, which the chain has left
        REQUIRE(store->retire_decisions(january, 36));
        append(january);
        append(january);
        CHECK(std::filesystem::exists(log.file("202701")));
        auto report = log.verify({log.head_file()});
        CHECK_MESSAGE(report.whole(), first_fault(report));
        CHECK(report.decisions == 10);
        const auto found = store->decisions({}).value();
        CHECK(found.size() == 10);
        CHECK(found.back().number == 10);
        CHECK(found.back().record.at == january);
        CHECK(store->decision_head().value() == log.head_file());
        // It goes with the months it was written in.
        CHECK(store->retire_decisions(january, 1).value() == 1);
        CHECK(store->retire_decisions(january + std::chrono::days{31}, 1).value() == 2);
        CHECK_FALSE(std::filesystem::exists(log.file("203611")));
        report = log.verify();
        CHECK_MESSAGE(report.whole(), first_fault(report));
    }

    TEST_CASE("rows that a later month put into a file keep it for their time") {
        const Log log;
        const auto store = log.state.open(Role::Milter);
        const auto slept = noon + std::chrono::days{100};  // 3 March, not yet believed
        REQUIRE(store->append_decisions(std::array{decision_about("c@example.com", "c", slept)}));
        CHECK_FALSE(std::filesystem::exists(log.file("202703")));
        CHECK(store->retire_decisions(slept, 2).value() == 1);
        CHECK(std::filesystem::exists(log.file("202612")));
        CHECK(store->retire_decisions(slept + std::chrono::days{80}, 2).value() == 0);
        CHECK(store->retire_decisions(slept + std::chrono::days{90}, 2).value() == 2);
    }

    TEST_CASE("without a key nothing is written") {
        const TemporaryState state;
        auto store = sqlite::SqliteStore::open({state.path(), Role::Milter, std::nullopt});
        REQUIRE(store);
        const auto done = (*store)->append_decisions(std::array{decision_about("a@example.com")});
        REQUIRE_FALSE(done);
        CHECK(done.error().fault == Fault::Missing);
        CHECK((*store)->decisions({}).value().empty());
    }
}
