#include "policy/people/address_in_text.h"

#include <doctest/doctest.h>

#include "tests/fakes.h"

namespace candor::tests {

TEST_SUITE("policy/people/address_in_text") {
    TEST_CASE("an address is noticed however it is escaped") {
        for (const char* text : {"welcome bob@us.example", "bob%40us.example", "bob%2540us.example",
                                 "@", "=?utf-8?Q?bob=40us.example?="}) {
            CAPTURE(text);
            CHECK(policy::may_hold_address(text));
        }
        for (const char* text : {"", "november", "50%", "%4", "news.acme.example", "a=4"}) {
            CAPTURE(text);
            CHECK_FALSE(policy::may_hold_address(text));
        }
    }

    TEST_CASE("a mailbox and a domain are told from a version and a place") {
        for (const char* text :
             {"bob@us.example", "asked Bob (bob@us.example) on the phone", "<b@x.b-c.example>",
              "https://x.example/?e=bob%2540us.example", "bob@[192.0.2.1]", "b@b\xC3\xBC.example",
              "form@v2, then bob@us.example"}) {
            CAPTURE(text);
            CHECK(policy::looks_like_address(text));
        }
        for (const char* text : {"", "form@v2.1", "fair @ cologne.example", "@acme",
                                 "https://x.example/f", "privacy@2026-01"}) {
            CAPTURE(text);
            CHECK_FALSE(policy::looks_like_address(text));
        }
    }

    TEST_CASE("a keyed name is the same for the same name of the same controller") {
        const auto named = [](policy::ControllerNumber controller, std::string_view name) {
            return policy::keyed_name(test_recipient_key(), controller, name);
        };
        CHECK(named(1, "bob@us.example") == named(1, "bob@us.example"));
        CHECK(named(1, "bob@us.example") != named(2, "bob@us.example"));
        CHECK(named(1, "bob@us.example") != named(1, "amy@us.example"));
        CHECK(named(1, "bob@us.example").starts_with("hmac-sha256:"));
        CHECK(named(1, "bob@us.example").size() == 28);
        // Not the RecipientId of who is named.
        CHECK(named(1, "bob@us.example").substr(12) !=
              id_of("bob@us.example", 1).hex().substr(0, 16));
    }
}

}  // namespace candor::tests
