#include "cli/people_export.h"

#include "tests/cli/people_files.h"

namespace candor::tests {

TEST_SUITE("cli/people_export") {
    TEST_CASE("what is exported is imported as the same, on the same keys") {
        MemoryStore store, other;
        const auto identities = test_identities();
        REQUIRE(import_contacts(
                    store,
                    "address,jurisdiction,class,segments,source,gpc\n"
                    "a@x.example,US-CA,b2b,press high-sensitivity,\"crm, \"\"x\"\"\nb\",yes\n"
                    "b@x.example,,,,,\n") == "2 rows");
        REQUIRE(imported("domain,jurisdiction,class,source\nx.example,IT,b2c,\"a,b\"\n",
                         cli::DomainImport(store, 0)) == "1 rows");
        REQUIRE(imported("address,purpose,given_at,method,source,text_version,withdrawn_at\n"
                         "a@x.example,click,2026-11-01,form,u,\"v,1\",2026-11-02\n"
                         "unknown@x.example,open,2026-11-01,form,u,v,\n",
                         cli::ConsentImport(store, identities, noon)) == "2 rows");
        REQUIRE(imported("address,scope,at,source\na@x.example,all,2026-11-01,page\n"
                         "unknown@x.example,tracking,2026-11-01,reply\n",
                         cli::OptOutImport(store, identities, noon)) == "2 rows");

        CHECK(import_contacts(other, exported(store, cli::export_contacts)) == "2 rows");
        CHECK(imported(exported(store, cli::export_domains), cli::DomainImport(other, 0)) ==
              "1 rows");
        CHECK(imported(exported(store, cli::export_consents),
                       cli::ConsentImport(other, identities, noon)) == "2 rows");
        CHECK(imported(exported(store, cli::export_opt_outs),
                       cli::OptOutImport(other, identities, noon)) == "2 rows");
        CHECK(other.contacts_after(0, {}, 9).value() == store.contacts_after(0, {}, 9).value());
        CHECK(other.domains_after(0, {}, 9).value() == store.domains_after(0, {}, 9).value());
        CHECK(other.consents_after(0, {}, 9).value() == store.consents_after(0, {}, 9).value());
        CHECK(other.opt_outs_after(0, {}, 9).value() == store.opt_outs_after(0, {}, 9).value());
    }

    TEST_CASE("an export goes past its first page, each row once") {
        MemoryStore store;
        std::string text = "address\n";
        for (int i = 0; i < 2500; ++i) text += "p" + std::to_string(i) + "@x.example\n";
        REQUIRE(import_contacts(store, text) == "2500 rows");
        const std::string out = exported(store, cli::export_contacts);
        CHECK(std::ranges::count(out, '\n') == 2501);
        CHECK(out.find("p2499@x.example") != std::string::npos);
    }

    TEST_CASE("an address sealed under another key is left out and counted") {
        MemoryStore store;
        REQUIRE(import_contacts(store, "address\na@x.example\n") == "1 rows");
        auto identities = test_identities();
        identities.address_key[0] ^= 1;
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out{std::tmpfile(), std::fclose};
        cli::Progress unseen(nullptr);
        const auto done = cli::export_contacts(store, identities, out.get(), unseen);
        REQUIRE(done);
        CHECK(done->rows == 1);
        CHECK(done->unreadable == 1);
        CHECK(cli::reported_export(done) != 0);
        CHECK(exported(store, cli::export_contacts, identities).find("@x.example") ==
              std::string::npos);
    }

    TEST_CASE("a store that is away ends the export with its error") {
        MemoryStore store;
        store.set_unavailable(true);
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out{std::tmpfile(), std::fclose};
        cli::Progress unseen(nullptr);
        CHECK(cli::export_opt_outs(store, test_identities(), out.get(), unseen).error().fault ==
              Fault::Unavailable);
    }
}

}  // namespace candor::tests
