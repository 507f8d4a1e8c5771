#include "rewriter/mime/parse_guard.h"

#include <doctest/doctest.h>
#include <pthread.h>

#include "rewriter/mime/header_fields.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

struct Reading {
    std::string mail, word, from;
    bool opaque = false;
};

void* read_it(void* argument) {
    Reading& reading = *static_cast<Reading*>(argument);
    const Mail mail{reading.mail};
    const Message message = mail.parsed();
    reading.word = message.untouchable() ? message.untouchable()->word : "none";
    reading.opaque = message.opaque();
    reading.from = from_domain(mail.raw().headers);
    return nullptr;
}

/// On a stack like that of a small thread.
Reading read_on_small_stack(std::string mail) {
    init_mime();
    Reading reading{std::move(mail), {}, {}};
    pthread_attr_t attributes;
    pthread_t thread{};
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, 256UL << 10) == 0);
    REQUIRE(pthread_create(&thread, &attributes, read_it, &reading) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    return reading;
}

}  // namespace

TEST_SUITE("rewriter/parse_guard") {
    TEST_CASE("an address field of endless groups is refused, not parsed") {
        const std::string groups = repeated("a:", 50000);
        for (const std::string_view name : {"From", "TO", "Cc", "bcc", "Sender", "Reply-To"}) {
            CAPTURE(name);
            const Reading read =
                read_on_small_stack(std::string(name) + ": " + groups + "\n\nhello\n");
            CHECK(read.word == "malformed_mime");
            CHECK(read.opaque);
            CHECK(read.from.empty());
        }
    }
    TEST_CASE("folds and quotes hide no groups") {
        CHECK(read_on_small_stack("To: x\n " + repeated("a:a:a:a:\n ", 500) + "b\n\nx\n").word ==
              "malformed_mime");
        CHECK(read_on_small_stack("From: (\")" + repeated("a:", 50000) + "\n\nx\n").word ==
              "malformed_mime");
    }
    TEST_CASE("the header of a message inside is looked at, other text is not") {
        const std::string field = "\nto: " + repeated("a:", 50000) + "\n\nx\n";
        CHECK(read_on_small_stack("Content-Type: message/rfc822\n\nX: y" + field).word ==
              "malformed_mime");
        CHECK(read_on_small_stack("Content-Type: multipart/digest; boundary=B\n\n--B\n\nX: y" +
                                  field + "--B--\n")
                  .word == "malformed_mime");
        CHECK(read_on_small_stack("Content-Type: text/plain\n\nX: y" + field).word == "none");
    }
    TEST_CASE("nested comments and brackets are read on a small stack") {
        for (const std::string_view opener : {"(", "<", "\"", "[", "@"}) {
            CAPTURE(opener);
            CHECK(read_on_small_stack("From: " + repeated(opener, 100000) + "\n\nx\n").word ==
                  "none");
        }
    }
    TEST_CASE("long lists that people write are read, longer ones are refused in time") {
        const Reading read = read_on_small_stack(
            "From: \"a:b\" <x@acme.example>\nTo: " + repeated("a@b.example,\n ", 1500) +
            "z@b.example\n\nhello\n");
        CHECK(read.word == "none");
        CHECK(read.from == "acme.example");
        CHECK(read_on_small_stack("To: " + repeated("a,", 100000) + "\n\nx\n").word ==
              "malformed_mime");
    }
    TEST_CASE("a flood of parts or of nested parts is over the limit before it is parsed") {
        const std::string root = "Content-Type: multipart/mixed; boundary=B\n\n";
        CHECK(read_on_small_stack(root + repeated("--B\n\nx\n", 100000)).word == "over_limit");
        std::string nested = "Content-Type: multipart/mixed; boundary=b0\n\n";
        for (int i = 0; i < 50000; ++i) {
            nested += "--b" + std::to_string(i) + "\nContent-Type: multipart/mixed; boundary=b" +
                      std::to_string(i + 1) + "\n\n";
        }
        CHECK(read_on_small_stack(nested).word == "over_limit");
    }
    TEST_CASE("patches, rulers and comments are no flood of parts") {
        const std::string text = repeated("-- note\n-----\n--- a/file\n-->\n", 1000);
        CHECK(read_on_small_stack("Content-Type: multipart/mixed; boundary=B\n\n--B\n\n" + text +
                                  "--B--\n")
                  .word == "none");
        CHECK(read_on_small_stack("Subject: x\n\n" + repeated("--x\n", 30000)).word == "none");
    }
}
