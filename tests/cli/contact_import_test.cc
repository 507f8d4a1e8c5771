#include "cli/contact_import.h"

#include "tests/cli/people_files.h"

namespace candor::tests {
namespace {

policy::Contact contact_of(policy::Store& store, std::string_view address) {
    const auto person = store.person(0, id_of(address), "").value();
    REQUIRE(person.contact);
    return *person.contact;
}

}  // namespace

TEST_SUITE("cli/contact_import") {
    TEST_CASE("spellings of one address are one contact, and the later row counts") {
        MemoryStore store;
        CHECK(import_contacts(
                  store,
                  "class,address,jurisdiction,segments,gpc\n"
                  "b2b,<Anna@B\xC3\xBC"
                  "cher.example>,de,press,\n"
                  "b2c,anna@xn--bcher-kva.EXAMPLE,us-ca,\"press, high-sensitivity\",yes\n") ==
              "2 rows");
        const auto contact = contact_of(store, "anna@xn--bcher-kva.example");
        CHECK(contact.jurisdiction == "US-CA");
        CHECK(contact.recipient_class == policy::RecipientClass::B2c);
        CHECK(contact.segments == std::vector<std::string>{"press", "high-sensitivity"});
        CHECK(contact.gpc);
        CHECK(test_identities().unseal(contact.sealed_address).value() ==
              "anna@xn--bcher-kva.example");
        CHECK(store.contacts_after(0, {}, 10).value().size() == 1);
    }

    TEST_CASE("a source holds no address") {
        MemoryStore store;
        CHECK(import_contacts(store, "address,source\na@x.example,card of a@x.example\n") ==
              "f.csv:2: source holds an e-mail address, and it is not kept sealed: name the form, "
              "file or ticket instead\n");
    }

    TEST_CASE("a country and its subdivision may stand in two columns") {
        MemoryStore store;
        CHECK(import_contacts(store,
                              "address,jurisdiction,subdivision\na@x.example,US,CA\n"
                              "b@x.example,US,US-TX\nc@x.example,,us-ny\nd@x.example,US-CA,CA\n"
                              "e@x.example,FR,\n") == "5 rows");
        for (const auto& row :
             {std::pair{"a@x.example", "US-CA"}, std::pair{"b@x.example", "US-TX"},
              std::pair{"c@x.example", "US-NY"}, std::pair{"d@x.example", "US-CA"},
              std::pair{"e@x.example", "FR"}}) {
            const auto& [address, code] = row;
            CAPTURE(row.first);
            CHECK(contact_of(store, address).jurisdiction == code);
        }
        CHECK(import_contacts(store,
                              "address,jurisdiction,subdivision\na@x.example,,CA\n"
                              "b@x.example,FR,US-TX\nc@x.example,US-CA,TX\n"
                              "d@x.example,US,California\n") ==
              "f.csv:2: a subdivision without a jurisdiction\n"
              "f.csv:3: subdivision and jurisdiction contradict each other\n"
              "f.csv:4: subdivision and jurisdiction contradict each other\n"
              "f.csv:5: subdivision is no ISO 3166-2 code\n");
    }

    TEST_CASE("a column that is not there leaves what is on record") {
        MemoryStore store;
        REQUIRE(import_contacts(store,
                                "address,jurisdiction,gpc,segments\n"
                                "a@x.example,US-CA,yes,press\n") == "1 rows");
        REQUIRE(import_contacts(store, "address,class\na@x.example,b2b\n") == "1 rows");
        const auto contact = contact_of(store, "a@x.example");
        CHECK(contact.gpc);
        CHECK(contact.jurisdiction == "US-CA");
        CHECK(contact.segments == std::vector<std::string>{"press"});
        CHECK(contact.recipient_class == policy::RecipientClass::B2b);
        REQUIRE(import_contacts(store, "address,gpc\na@x.example,\n") == "1 rows");
        CHECK_FALSE(contact_of(store, "a@x.example").gpc);
    }

    TEST_CASE("rules of [addresses] make one contact of more spellings") {
        MemoryStore store;
        auto identities = test_identities();
        identities.rules = {policy::PlusTags::Drop, {"mail.example"}};
        CHECK(import_contacts(store, "address\na.n.na+x@mail.example\nanna@mail.example\n",
                              identities) == "2 rows");
        CHECK(store.contacts_after(0, {}, 10).value().size() == 1);
        CHECK(store.person(0, id_of("anna@mail.example"), "").value().contact);
    }

    TEST_CASE("the id alone is enough, and an address counts for more") {
        MemoryStore store;
        const std::string hex = id_of("anna@x.example").hex();
        CHECK(import_contacts(store, "recipient_id,address,class\n" + hex + ",,b2b\n" + hex +
                                         ",bert@x.example,b2c\n") == "2 rows");
        CHECK(contact_of(store, "anna@x.example").recipient_class == policy::RecipientClass::B2b);
        CHECK(contact_of(store, "bert@x.example").recipient_class == policy::RecipientClass::B2c);
        CHECK(import_contacts(store, "recipient_id\n12\n") ==
              "f.csv:2: recipient_id is not 32 hex digits\n");
        CHECK(import_contacts(store, "class\nb2b\n") ==
              "f.csv:1: column `address` is missing\nf.csv:2: not an e-mail address\n");
    }

    TEST_CASE("domains are kept as A-labels") {
        MemoryStore store;
        CHECK(imported("domain,jurisdiction,class\nB\xC3\xBC"
                       "cher.example,DE,b2b\n",
                       cli::DomainImport(store, 0)) == "1 rows");
        CHECK(store.person(0, {}, "xn--bcher-kva.example").value().domain->jurisdiction == "DE");
        CHECK(imported("domain,class\na b,b2x\n", cli::DomainImport(store, 0)) ==
              "f.csv:2: not a domain\nf.csv:2: class is not b2b, b2c or unknown\n");
    }
}

}  // namespace candor::tests
