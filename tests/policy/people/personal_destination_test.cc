#include "policy/people/personal_destination.h"

#include <doctest/doctest.h>

namespace candor::policy {

TEST_SUITE("policy/personal_destination") {
    TEST_CASE("an address is found in every spelling that links use") {
        const AddressSpellings anna{"anna.b@example.com"};
        for (const char* url : {
                 "https://x.example/?e=anna.b@example.com",
                 "https://x.example/?e=Anna.B%40Example.com",
                 "https://x.example/bounce+anna.b=example.com",
                 "https://x.example/?e=YW5uYS5iQGV4YW1wbGUuY29t",     // base64
                 "https://x.example/?e=eHhhbm5hLmJAZXhhbXBsZS5jb20",  // base64, two bytes in
                 "https://x.example/avatar/2B2C1A66A16CCF3A1FD7DA6E1F7D5D11",  // not hers
             }) {
            CAPTURE(url);
            const bool hers = std::string_view{url}.find("avatar") == std::string_view::npos;
            CHECK(anna.found_in(url) == hers);
        }
        CHECK(!anna.found_in("https://x.example/?e=hanna@other.example"));
    }

    TEST_CASE("an address in a parameter of a redirect's address names the person") {
        const AddressSpellings ivo{"ivo@it.example"};
        CHECK(ivo.found_in(
            "https://r.example/?u=https%3A%2F%2Fshop.acme.example%2F%3Fe%3Divo%2540it.example"));
        CHECK(ivo.found_in("https://r.example/?u=ivo%252540it.example"));
        CHECK(ivo.found_in("https://r.example/?u=ivo%25252540it.example"));
        CHECK(
            !ivo.found_in("https://r.example/?u=ivo%2525252540it.example"));  // nobody writes that
        // What another round would change is seen before it.
        const AddressSpellings odd{"a%41b@it.example"};
        CHECK(odd.found_in("https://r.example/?e=a%2541b%40it.example"));
    }

    TEST_CASE("a hash of the address names the person") {
        // printf 'anna.b@example.com' | md5sum, sha256sum, sha512sum, xxd -p
        const AddressSpellings anna{"anna.b@example.com"};
        CHECK(anna.found_in("https://g.example/avatar/635EE49EF466F102B5E85D6CD3CF05A4"));
        CHECK(
            anna.found_in("https://g.example/"
                          "?h=9d77b80b67f60461367f60bafaef2f0f836a70373d73cfa8d996e206e0836df7"));
        CHECK(
            anna.found_in("https://g.example/d6b5573771ee37539c0deb590cc94bcc5ba8c64af4fd8f6b2d86"
                          "29e77397dd3828632edb2186569a267641720f14b1237b2243599af92ce7615cfd7122"
                          "26a4e9"));
        CHECK(anna.found_in("https://g.example/616E6E612E62406578616D706C652E636F6D/x"));
    }

    TEST_CASE("no address is found nowhere") {
        CHECK(!AddressSpellings{""}.found_in("https://x.example/"));
    }
}

}  // namespace candor::policy
