// Which spellings are one mailbox, and what its id is.
#include "policy/people/recipient_id.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>

#include "tests/fakes.h"

using namespace candor;

TEST_SUITE("policy/recipient_id") {
    TEST_CASE("spellings of one mailbox are normalised to one address") {
        const std::pair<const char*, const char*> rows[] = {
            {"anna@example.com", "anna@example.com"},
            {"<Anna@Example.COM>", "anna@example.com"},
            {"  anna@example.com.\t", "anna@example.com"},
            {"<@a.example,@b.example:anna@example.com>", "anna@example.com"},
            {"\"anna\"@example.com", "anna@example.com"},
            {"\"an\\na\"@example.com", "anna@example.com"},
            {"\"anna b\"@example.com", "\"anna b\"@example.com"},
            {"anna+news@example.com", "anna+news@example.com"},
            {"anna@b\xC3\xBC"
             "cher.example",
             "anna@xn--bcher-kva.example"},
            {"anna@[192.0.2.1]", "anna@[192.0.2.1]"},
        };
        for (const auto& row : rows) {
            CAPTURE(row.first);
            const auto address = policy::normalise_address(row.first);
            REQUIRE(address);
            CHECK(*address == row.second);
            CHECK(policy::normalise_address(*address).value() == row.second);
        }
    }

    TEST_CASE("what is no address is refused without being repeated") {
        for (const char* given :
             {"", "anna", "@example.com", "anna@", "<>", "an na@example.com",
              "anna\r\nb@example.com", "@route.example", "\"anna\\\"@x.example"}) {
            CAPTURE(given);
            const auto address = policy::normalise_address(given);
            REQUIRE_FALSE(address);
            CHECK(address.error().fault == Fault::Malformed);
            CHECK(address.error().message.find("anna") == std::string::npos);
        }
        CHECK_FALSE(policy::normalise_address(std::string(2000, 'a') + "@example.com"));
    }

    TEST_CASE("rules make one mailbox of more spellings, and never one of everybody") {
        const policy::AddressRules none;
        const policy::AddressRules rules{policy::PlusTags::Drop, {"mail.example"}};
        const std::array<const char*, 3> rows[] = {
            // given, without rules, with rules
            {"anna+news@example.com", "anna+news@example.com", "anna@example.com"},
            {"an.na@example.com", "an.na@example.com", "an.na@example.com"},
            {"an.na@mail.example", "an.na@mail.example", "anna@mail.example"},
            {"a.nn.a+x+y.z@mail.example", "a.nn.a+x+y.z@mail.example", "anna@mail.example"},
            {"+tag@example.com", "+tag@example.com", "+tag@example.com"},
            {".@mail.example", ".@mail.example", ".@mail.example"},
            {"\"a+b c\"@example.com", "\"a+b c\"@example.com", "\"a+b c\"@example.com"},
            {"not an address", "not an address", "not an address"},
        };
        for (const auto& row : rows) {
            const auto& [given, without, with] = row;
            CAPTURE(row[0]);
            CHECK(policy::mailbox_of(given, none) == without);
            CHECK(policy::mailbox_of(given, rules) == with);
        }
        const auto key = tests::test_recipient_key();
        CHECK(policy::recipient_id(key, rules, 0, "an.na+x@mail.example") ==
              policy::recipient_id(key, none, 0, "anna@mail.example"));
        CHECK(policy::recipient_id(key, none, 0, "anna+x@mail.example") !=
              policy::recipient_id(key, none, 0, "anna@mail.example"));
    }

    TEST_CASE("an id is frozen, differs per controller and starts with its prefix") {
        const auto id = tests::id_of("anna@example.com", 0);
        CHECK(id.hex() == "b968830bbaa73b20260f228203bd90eb");
        CHECK(id != tests::id_of("anna@example.com", 1));
        CHECK(id != tests::id_of("anne@example.com", 0));
        CHECK(policy::RecipientId::from_hex(id.hex()).value() == id);
        CHECK(fmt::format("{:016x}", id.prefix()) == id.hex().substr(0, 16));
    }

    TEST_CASE("a text that is not 32 hex digits is no id") {
        for (const char* given :
             {"", "12", "b968830bbaa73b20260f228203bd90eg", "b968830bbaa73b20260f228203bd90eb0"}) {
            CAPTURE(given);
            CHECK_FALSE(policy::RecipientId::from_hex(given));
        }
    }

    TEST_CASE("the domain of an address is what stands behind the last at sign") {
        CHECK(policy::domain_of("anna@example.com") == "example.com");
        CHECK(policy::domain_of("\"a@b\"@example.com") == "example.com");
        CHECK(policy::domain_of("nothing").empty());
    }
}
