// Names and what cannot be reached; a real server is asked by tests/e2e/t_33_live.py.
#include "cli/https_client.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace candor;

TEST_SUITE("cli/https_client") {
    TEST_CASE("a name of this host resolves, and each address is said once") {
        const auto found = cli::resolve("localhost");
        REQUIRE(found);
        auto addresses = found->addresses;
        CHECK(std::ranges::find(addresses, "127.0.0.1") != addresses.end());
        std::ranges::sort(addresses);
        CHECK(std::ranges::adjacent_find(addresses) == addresses.end());
    }

    TEST_CASE("what is no name is said to be none, or the resolver has no answer") {
        // RFC 6761, section 6.4: `invalid` never resolves.
        const auto none = cli::resolve("go.invalid");
        REQUIRE_FALSE(none);
        CHECK(none.error().message.starts_with("go.invalid does not resolve: "));
    }

    TEST_CASE("an answer is read by its length, its chunks, or to the end of the connection") {
        for (const char* answer : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproof",
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                                   "chunked\r\n\r\n2\r\npr\r\n3\r\noof\r\n0\r\n\r\n",
                                   "HTTP/1.0 200 OK\r\n\r\nproof"}) {
            const auto read = cli::read_answer(answer);
            REQUIRE(read);
            CHECK(read->status == 200);
            CHECK(read->body == "proof");
        }
        CHECK(cli::read_answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")->status ==
              404);
        for (const char* other : {"", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\n",
                                  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"}) {
            CHECK(cli::read_answer(other).error().fault == Fault::Malformed);
        }
    }

    TEST_CASE("a file without certificates is refused before anything is sent") {
        const auto answer = cli::https_get({"go.acme.example", "/", "127.0.0.1", 1, "/dev/null"});
        CHECK(answer.error().fault == Fault::Missing);
    }
}
