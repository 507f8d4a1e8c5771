// The parser meets what hostile and broken clients send; the expectations are those of RFC 9112.
#include "tracker/http_request.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace candor::tracker {
namespace {

using State = RequestReader::State;

/// Feeds `bytes` in portions of `portion` until the reader stops asking.
State feed(RequestReader& reader, std::string_view bytes, std::size_t portion = 65536) {
    while (!bytes.empty() && reader.state() == State::NeedMore) {
        const auto room = reader.room();
        const std::size_t n = std::min({room.size(), bytes.size(), portion});
        std::ranges::copy(bytes.substr(0, n), room.begin());
        reader.commit(n);
        bytes.remove_prefix(n);
    }
    return reader.state();
}

int status_of(std::string_view bytes, std::size_t portion = 65536) {
    RequestReader reader;
    switch (feed(reader, bytes, portion)) {
        case State::NeedMore: return 0;
        case State::Ready: return 200;
        case State::Refused: return reader.refused_status();
    }
    return -1;
}

TEST_SUITE_BEGIN("tracker/http_request");

TEST_CASE("a hostile or broken request is refused with its status, however it is cut") {
    const std::string nul = std::string("GET / HTTP/1.1\r\nHost: a\r\nX: a") + '\0' + "b\r\n\r\n";
    struct Row {
        std::string what;
        std::string bytes;
        int status;
    };
    const std::vector<Row> rows{
        {"a plain request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
        {"1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 200},
        {"chunked",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
         200},
        {"chunked and empty",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200},
        {"chunked with a trailer",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n", 200},
        {"a second Host in the trailer",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: y\r\n\r\n",
         200},
        {"no Host", "GET / HTTP/1.1\r\nX: a\r\n\r\n", 400},
        {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"length and chunked",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         400},
        {"chunked and length",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
         "3\r\n\r\n0\r\n\r\n",
         400},
        {"two lengths",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
        {"+5", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde", 400},
        {"-1", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        {"length past 64 bits",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        {"blank before the colon", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nabcde",
         400},
        {"NUL in a value", nul, 400},
        {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400},
        {"bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
        {"unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: cow\r\n\r\n", 400},
        {"gzip, chunked",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
        {"chunked twice",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         400},
        {"chunked in 1.0",
         "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
        {"a TLS greeting", "\x16\x03\x01\x02\x01\x01\x00\r\n\r\n", 400},
        {"blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"body too long", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4097\r\n\r\n", 413},
        {"target too long", "GET /" + std::string(12300, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
         414},
        {"headers too long", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17000, 'a'), 431},
        {"no end of line at all", std::string(20000, 'a'), 431},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        for (const std::size_t portion : {std::size_t{65536}, std::size_t{7}, std::size_t{1}}) {
            CAPTURE(portion);
            const int status = status_of(row.bytes, portion);
            const bool endless = row.bytes.find("\r\n\r\n") == std::string::npos;
            if (row.status == 431) {
                CHECK((status == 431 || status == 400));
            } else if (endless && portion < row.bytes.size()) {
                // Without an end of the headers it may also be left to the deadline.
                CHECK((status == 0 || status == row.status));
            } else {
                CHECK(status == row.status);
            }
        }
    }
}

TEST_CASE("a body in endless chunks is refused at the limit") {
    std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 5; ++i) bytes += "400\r\n" + std::string(1024, 'x') + "\r\n";
    CHECK(status_of(bytes) == 413);
    CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                    std::string(30000, 'e')) != 200);
}

TEST_CASE("the longest token fits") {
    const std::string path = "/c/" + std::string(11100, 'A');
    RequestReader reader;
    REQUIRE(feed(reader, "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n", 100) == State::Ready);
    CHECK(reader.take().path == path);
}

TEST_CASE("only what the tracker may look at leaves the parser") {
    RequestReader reader;
    REQUIRE(feed(reader,
                 "POST /u/abc?x=1 HTTP/1.1\r\nHost: a\r\nUser-Agent: UA\r\nSec-GPC: 1\r\n"
                 "Sec-Purpose: prefetch;prerender\r\nX-Moz: prefetch\r\nCookie: c=1\r\n"
                 "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc") == State::Ready);
    const Request request = reader.take();
    CHECK(request.method == Method::Post);
    CHECK(request.path == "/u/abc");
    CHECK(request.user_agent == "UA");
    CHECK(request.content_type == "text/plain");
    CHECK(request.purpose == "prefetch;prerender prefetch");
    CHECK(request.objects_to_tracking);
    CHECK(request.keep_alive);
    CHECK(request.body == "abc");
}

TEST_CASE("what stands in a trailer is no header line") {
    for (const std::size_t portion : {std::size_t{1}, std::size_t{7}, std::size_t{65536}}) {
        CAPTURE(portion);
        RequestReader reader;
        REQUIRE(
            feed(reader,
                 "POST / HTTP/1.1\r\nHost: a\r\nUser-Agent: UA\r\nX-Forwarded-For: 192.0.2.1\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Forwarded-For: 192.0.2.2\r\n"
                 "User-Agent: B\r\nContent-Type: b\r\nSec-GPC: 1\r\nPurpose: prefetch\r\n"
                 "Accept-Language: de\r\nConnection: close\r\n\r\n",
                 portion) == State::Ready);
        const Request request = reader.take({{}, true});
        CHECK(request.client == *ClientAddress::parse("192.0.2.1"));
        CHECK(request.user_agent == "UA");
        CHECK(request.content_type.empty());
        CHECK(request.purpose.empty());
        CHECK(request.texts == &languages().front());
        CHECK_FALSE(request.objects_to_tracking);
        CHECK(request.keep_alive);
        CHECK(request.body == "a");
    }
}

TEST_CASE("only the value 1 is an objection") {
    for (const auto& row :
         std::vector<std::pair<std::string, bool>>{{"DNT: 1", true},
                                                   {"dnt:1", true},
                                                   {"Sec-GPC:  1 ", true},
                                                   {"DNT: 0", false},
                                                   {"Sec-GPC: 0\r\nSec-GPC: 1", true},
                                                   {"Sec-GPC: true", false},
                                                   {"X: 1", false}}) {
        const auto& [line, objects] = row;
        CAPTURE(row.first);
        RequestReader reader;
        REQUIRE(feed(reader, "GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n") == State::Ready);
        CHECK(reader.take().objects_to_tracking == objects);
    }
}

TEST_CASE("of Accept-Language only the choice among our languages leaves the parser") {
    for (const auto& row : std::vector<std::pair<std::string, std::string>>{
             {"X: 1", "en"},
             {"Accept-Language: de-AT,en;q=0.5", "de"},
             {"accept-language:ja", "ja"},
             {"Accept-Language: zh;q=0.9\r\nAccept-Language: en;q=0.1\r\nAccept-Language: fi;q=0.2",
              "fi"}}) {
        const auto& [lines, tag] = row;
        CAPTURE(row.first);
        RequestReader reader;
        REQUIRE(feed(reader, "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n") == State::Ready);
        CHECK(reader.take().texts->tag == tag);
    }
}

TEST_CASE("the path is what the target names, in one spelling") {
    for (const auto& row : std::vector<std::pair<std::string, std::string>>{
             {"/c/a%2Db%5Fc%41", "/c/a-b_cA"},
             {"/c/a%2Fb%00%zz%4", "/c/a%2Fb%00%zz%4"},
             {"http://go.acme.example/c/x?y=/z", "/c/x"},
             {"https://go.acme.example", "/"},
             {"HTTP://go.acme.example/c/x", "/c/x"},
             {"Https://go.acme.example/HTTP://a/", "/HTTP://a/"},
             {"*", "*"}}) {
        const auto& [target, path] = row;
        CAPTURE(row.first);
        RequestReader reader;
        REQUIRE(feed(reader, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n") == State::Ready);
        CHECK(reader.take().path == path);
    }
}

TEST_CASE("requests that come in one piece are taken one by one") {
    RequestReader reader;
    std::string bytes;
    for (int i = 0; i < 20; ++i) {
        bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    bytes += "GET /half";
    REQUIRE(bytes.size() < 2000);
    feed(reader, bytes);
    for (int i = 0; i < 20; ++i) {
        REQUIRE(reader.state() == State::Ready);
        CHECK(reader.take().path == "/" + std::to_string(i));
    }
    CHECK(reader.state() == State::NeedMore);
    CHECK(reader.has_bytes());
    CHECK(feed(reader, "/more HTTP/1.1\r\nHost: a\r\n\r\n") == State::Ready);
    CHECK(reader.take().path == "/half/more");
    CHECK_FALSE(reader.has_bytes());
}

TEST_CASE("a client that waits to be told to go on is told once") {
    RequestReader reader;
    feed(reader, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    CHECK(reader.wants_continue());
    CHECK_FALSE(reader.wants_continue());
    CHECK(feed(reader, "x") == State::Ready);
    // HTTP/1.0 knows no interim answers.
    RequestReader of_old;
    feed(of_old, "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    CHECK_FALSE(of_old.wants_continue());
    CHECK(feed(of_old, "x") == State::Ready);
}

TEST_CASE("keep-alive ends with Connection: close and with HTTP/1.0") {
    for (const auto& [head, keep] : std::vector<std::pair<std::string, bool>>{
             {"GET / HTTP/1.1\r\nHost: a\r\n", true},
             {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n", false},
             {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n", false}}) {
        RequestReader reader;
        REQUIRE(feed(reader, head + "\r\n") == State::Ready);
        CHECK(reader.take().keep_alive == keep);
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
