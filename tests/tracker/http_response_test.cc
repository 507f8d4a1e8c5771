#include "tracker/http_response.h"

#include <doctest/doctest.h>

namespace candor::tracker {
namespace {

TEST_SUITE_BEGIN("tracker/http_response");

TEST_CASE("a response is written with its length, and HEAD without its body") {
    const Response response{200, {{"X-A", "b"}}, "hello"};
    CHECK(serialise(response, {.date = "now"}) ==
          "HTTP/1.1 200 OK\r\nDate: now\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello");
    CHECK(serialise(response, {.head = true, .close = true}) ==
          "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a header value cannot split a response") {
    const Response response{302, {{"Location", "https://a/\r\nSet-Cookie: x=1"}, {"X", "y"}}, ""};
    CHECK(serialise(response, {}) == "HTTP/1.1 302 Found\r\nX: y\r\nContent-Length: 0\r\n\r\n");
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
