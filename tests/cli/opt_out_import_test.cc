#include "cli/opt_out_import.h"

#include "tests/cli/people_files.h"

namespace candor::tests {
namespace {

std::string import_opt_outs(policy::Store& store, const std::string& text) {
    const auto identities = test_identities();
    return imported(text, cli::OptOutImport(store, identities, noon));
}

}  // namespace

TEST_SUITE("cli/opt_out_import") {
    TEST_CASE("an opt-out says from what and when; without that from all, and now") {
        MemoryStore store;
        CHECK(import_opt_outs(store,
                              "address,scope,at,source\n"
                              "Anna@x.example,tracking,2026-11-22,one-click\n"
                              "bert@x.example,,,hubspot\n") == "2 rows");
        CHECK(store.person(0, id_of("anna@x.example"), "").value().opt_outs ==
              policy::OptOuts{false, true});
        CHECK(store.person(0, id_of("bert@x.example"), "").value().opt_outs.all);
        const auto opt_outs = store.opt_outs_after(0, {}, 9).value();
        REQUIRE(opt_outs.size() == 2);
        for (const auto& one : opt_outs) {
            const bool anna = one.recipient == id_of("anna@x.example");
            CHECK(one.at == (anna ? noon - std::chrono::hours{36} : noon));
            CHECK(one.source ==
                  (anna ? policy::OptOutSource::OneClick : policy::OptOutSource::Import));
        }
    }

    TEST_CASE("a word that is no scope stops the import") {
        MemoryStore store;
        CHECK(import_opt_outs(store, "address,scope\na@x.example,news\nb,all\n") ==
              "f.csv:2: scope is not all or tracking\nf.csv:3: not an e-mail address\n");
        CHECK(store.opt_outs_after(0, {}, 9).value().empty());
    }
}

}  // namespace candor::tests
