#include "cli/consent_import.h"

#include "tests/cli/people_files.h"

namespace candor::tests {
namespace {

std::string import_consents(policy::Store& store, const std::string& text) {
    const auto identities = test_identities();
    return imported(text, cli::ConsentImport(store, identities, noon));
}

}  // namespace

TEST_SUITE("cli/consent_import") {
    TEST_CASE("a consent comes with all that proves it") {
        MemoryStore store;
        CHECK(import_consents(store,
                              "address,purpose,given_at,method,source,text_version,proof,"
                              "expires_at,withdrawn_at\n"
                              "Anna@x.example,open,2026-11-22,form,https://x.example/f,v3,\"p, 1\","
                              "2027-11-22,2026-11-23T10:00:00Z\n") == "1 rows");
        const auto day = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
        const policy::Consent expected{policy::ConsentPurpose::Open,
                                       day,
                                       day + std::chrono::days{365},
                                       noon - std::chrono::hours{2},
                                       "form",
                                       "https://x.example/f",
                                       "v3",
                                       "p, 1"};
        CHECK(store.person(0, id_of("anna@x.example"), "").value().consents ==
              std::vector{expected});
    }

    TEST_CASE("what is missing or cannot be is named") {
        MemoryStore store;
        const std::string header = "address,purpose,given_at,method,source,text_version\n";
        CHECK(import_consents(store, header + "a@x.example,mail,2026-11-01,form,u,v\n"
                                              "b@x.example,click,,form,u,v\n"
                                              "c@x.example,click,2026-12-01,form,u,v\n") ==
              "f.csv:2: purpose is not click, open or profile\n"
              "f.csv:3: given_at is empty\n"
              "f.csv:4: given_at is in the future\n");
        CHECK(import_consents(store, "address,purpose,given_at,method\n")
                  .find("f.csv:1: column `source` is missing\n") == 0);
        CHECK(store.consents_after(0, {}, 10).value().empty());
    }

    TEST_CASE("what is kept unsealed holds no address") {
        MemoryStore store;
        const std::string header = "address,purpose,given_at,method,source,text_version,proof\n";
        const std::string held =
            " holds an e-mail address, and it is not kept sealed: name the form, file or ticket "
            "instead\n";
        CHECK(import_consents(store, header + "a@x.example,click,2026-11-01,form,f@v2.1,v,p\n"
                                              "b@x.example,click,2026-11-01,form,b@x.example,v,p\n"
                                              "c@x.example,click,2026-11-01,form,u,v,\"mail of "
                                              "c%40x.example\"\n") ==
              "f.csv:3: source" + held + "f.csv:4: proof" + held);
    }

    TEST_CASE("an older export does not undo a withdrawal") {
        MemoryStore store;
        const std::string file =
            "address,purpose,given_at,method,source,text_version\n"
            "a@x.example,click,2026-11-01,form,u,v\n";
        REQUIRE(import_consents(store, file) == "1 rows");
        auto row = store.consents_after(0, {}, 1).value().front();
        row.consent.withdrawn_at = noon;
        REQUIRE(store.put_consents(std::array{row}, tests::noon));
        REQUIRE(import_consents(store, file) == "1 rows");
        CHECK(store.consents_after(0, {}, 9).value() == std::vector{row});
    }
}

}  // namespace candor::tests
