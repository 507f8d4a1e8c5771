#include "cli/import.h"

#include <array>

#include "tests/cli/people_files.h"

namespace candor::tests {

TEST_SUITE("cli/import") {
    TEST_CASE("one faulty line and nothing is written; all faulty lines are named, no cell is") {
        MemoryStore store;
        const std::string lines = import_contacts(store,
                                                  "address,class\n"
                                                  "good@leak.example,b2b\n"
                                                  "secret-leak,b2b\n"
                                                  "other@leak.example\n"
                                                  "\"third@leak.example\n4\",leak\n"
                                                  "last@leak.example,leak\n");
        CHECK(lines ==
              "f.csv:3: not an e-mail address\n"
              "f.csv:4: 1 fields, the header row has 2\n"
              "f.csv:5: class is not b2b, b2c or unknown\n"
              "f.csv:5: not an e-mail address\n"
              "f.csv:7: class is not b2b, b2c or unknown\n");
        CHECK(store.contacts_after(0, {}, 10).value().empty());
    }

    TEST_CASE("of a million faulty lines a hundred are shown and all are counted") {
        cli::RowFaults faults{"f.csv"};
        for (int line = 2; line < 502; ++line) {
            faults.add(line, "one");
            faults.add(line, "two");
        }
        CHECK(faults.shown().size() == cli::RowFaults::max_shown);
        CHECK(faults.lines() == 500);
    }

    TEST_CASE("batches are in the order of the table, and of two rows in one the later counts") {
        MemoryStore store;
        std::string text = "address,class\n";
        for (std::size_t i = 0; i < cli::import_batch + 10; ++i) {
            text += "p" + std::to_string(i) + "@x.example,b2b\n";
        }
        text += "p0@x.example,b2c\nP0@x.example,unknown\n";
        const int before = store.calls();
        CHECK(import_contacts(store, text) == std::to_string(cli::import_batch + 12) + " rows");
        CHECK(store.calls() == before + 2);
        CHECK(store.person(0, id_of("p0@x.example"), "").value().contact->recipient_class ==
              policy::RecipientClass::Unknown);
    }

    TEST_CASE("people with several rows in one file are counted once each") {
        cli::RepeatedRows rows;
        for (const std::uint64_t key : std::array<std::uint64_t, 7>{3, 1, 3, 2, 3, 3, 1})
            rows.add(key);
        CHECK(rows.count() == 2);
        CHECK(cli::RepeatedRows{}.count() == 0);
    }

    TEST_CASE("a store that stops in between leaves whole batches, and the same again completes") {
        std::string text = "address\n";
        for (std::size_t i = 0; i < 2 * cli::import_batch; ++i) {
            text += "p" + std::to_string(i) + "@x.example\n";
        }
        MemoryStore store;
        struct FailsOnce : cli::ContactImport {
            using ContactImport::ContactImport;
            int batches = 0;
            Result<void> store(std::span<const policy::ContactRow> rows) {
                if (++batches == 2) return fail(Fault::Unavailable, "store: away");
                return ContactImport::store(rows);
            }
        };
        const auto identities = test_identities();
        const std::string answer = imported(text, FailsOnce(store, identities, test_segments));
        CHECK(answer.find("store: away; 50000 rows are on record already: import ") == 0);
        CHECK(store.contacts_after(0, {}, 200000).value().size() == cli::import_batch);
        CHECK(import_contacts(store, text) == "100000 rows");
        CHECK(store.contacts_after(0, {}, 200000).value().size() == 2 * cli::import_batch);
    }

    TEST_CASE("a header row that is wrong stops the import at line 1") {
        MemoryStore store;
        CHECK(import_contacts(store, "").find("f.csv:1: no header row") == 0);
        CHECK(import_contacts(store, "adress\n").find("f.csv:1: unknown column `adress`") == 0);
    }
}

}  // namespace candor::tests
