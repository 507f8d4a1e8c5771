#include "rewriter/mime/base64.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using candor::rewriter::test::longest_line;

namespace {

std::string wrapped(std::string_view bytes, std::size_t column, std::string_view line_end) {
    std::string digits = encode_base64(bytes);
    std::erase_if(digits, [](char c) { return c == '\r' || c == '\n'; });
    std::string out;
    for (std::size_t at = 0; at < digits.size(); at += column) {
        out += digits.substr(at, column);
        if (at + column < digits.size()) out += line_end;
    }
    return out;
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

}  // namespace

TEST_SUITE("rewriter/base64") {
    TEST_CASE("foreign bytes are skipped, and after padding it goes on") {
        CHECK(decode_base64("aGVs\r\nbG8=") == "hello");
        CHECK(decode_base64("aG*VsbG8") == "hello");
        CHECK(decode_base64("aGk=aGk=") == "hihi");
        CHECK(decode_base64("") == "");
        CHECK(decode_base64("a") == "");
        CHECK(is_clean_base64("aGVs\r\nbG8=\r\n"));
        CHECK_FALSE(is_clean_base64("aGk=aGk="));
        CHECK_FALSE(is_clean_base64("aGVsbG8=\r\n-- \r\nfooter"));
        CHECK_FALSE(is_clean_base64("aGVsb"));
    }
    TEST_CASE("a splice keeps the lines before it, the line length and the last line end") {
        const std::string text =
            "<html><body><p>Hello</p><a href=\"http://x.example/\">x</a></body>";
        const Replacement edit{{33, 50}, "https://go.acme.example/c/TOKEN"};
        REQUIRE(text.substr(33, 17) == "http://x.example/");
        for (const std::size_t column : {20U, 60U, 64U, 72U, 76U}) {
            for (const std::string_view end : {"", "\r\n", "\r\n\r\n"}) {
                CAPTURE(column);
                const std::string before = wrapped(text, column, "\r\n") + std::string(end);
                const std::string after = splice_base64(before, {&edit, 1});
                CHECK(decode_base64(after) == splice(text, {&edit, 1}));
                CHECK(after.substr(0, 44) == before.substr(0, 44));
                CHECK(after.ends_with(end));
                CHECK(longest_line(after) == column);
                CHECK(is_clean_base64(after));
            }
        }
    }
    TEST_CASE("a text of one line may grow to 76 characters, and one beyond 998 is not imitated") {
        const Replacement longer{{0, 0}, std::string(90, 'a')};
        CHECK(longest_line(splice_base64("aGVsbG8=", {&longer, 1})) == 76);
        const std::string wide = wrapped(std::string(3000, 'b'), 1200, "\r\n");
        CHECK(longest_line(splice_base64(wide, {&longer, 1})) == 76);
        CHECK(splice_base64("", {&longer, 1}).size() == 122);
    }
    TEST_CASE("a splice decodes to the splice of what was decoded") {
        const unsigned seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random(seed);
        for (int round = 0; round < 300; ++round) {
            const std::string bytes = random_bytes(random, random() % 400);
            const std::size_t column = 4 + random() % 90;
            const std::string encoded = wrapped(bytes, column, random() % 4 == 0 ? "\n" : "\r\n") +
                                        (random() % 2 == 0 ? "\r\n" : "");
            std::vector<Replacement> edits;
            for (std::size_t at = random() % 80; at <= bytes.size(); at += 1 + random() % 60) {
                const std::size_t end = std::min(bytes.size(), at + random() % 50);
                edits.push_back({{at, end}, random_bytes(random, random() % 40)});
                at = end;
            }
            CAPTURE(round);
            const std::string spliced = splice_base64(encoded, edits);
            CHECK(decode_base64(spliced) == splice(bytes, edits));
            CHECK(longest_line(spliced) <= std::max<std::size_t>(76, longest_line(encoded)));
            const std::size_t kept = edits.empty() ? encoded.size() : edits[0].where.begin / 3 * 4;
            CHECK(spliced.substr(0, kept) == encoded.substr(0, kept));
        }
    }
}
