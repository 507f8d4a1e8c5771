#include "rewriter/mime/source_text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rewriter/message.h"

using namespace candor::rewriter;

TEST_SUITE("rewriter/source_text") {
    TEST_CASE("pieces of any size join, and a line end always stands behind them") {
        GrowingText text;
        CHECK(text.view().empty());
        CHECK(text.with_line_end() == "\r\n");
        std::string expected;
        for (std::size_t size : {0U, 1U, 4095U, 4096U, 1U, 100000U}) {
            const std::string piece(size, static_cast<char>('a' + size % 26));
            text.append(piece);
            expected += piece;
            CHECK(text.view() == expected);
            CHECK(text.with_line_end() == expected + "\r\n");
        }
    }
    TEST_CASE("line ends become CRLF in place") {
        const std::vector<std::pair<std::string, std::string>> rows = {
            {"", ""},
            {"\n", "\r\n"},
            {"\r\n", "\r\n"},
            {"a\n\nb", "a\r\n\r\nb"},
            {"a\r\nb\n\r", "a\r\nb\r\n\r"},
            {"\r\r\n\n", "\r\r\n\r\n"}};
        for (const auto& row : rows) {
            const auto& [before, after] = row;
            CAPTURE(row.first);
            GrowingText text;
            text.append(before);
            text.make_line_ends_crlf();
            CHECK(text.view() == after);
            CHECK(text.with_line_end() == after + "\r\n");
        }
    }
    TEST_CASE("a body that comes in pieces is the same message as one in two pieces") {
        const std::vector<Header> headers = {{"Content-Type", " text/plain;\n charset=utf-8"}};
        SourceText text;
        CHECK(text.body_begin() == 0);
        for (const char* piece : {"one\r", "\ntwo\r\n", "", "three"}) {
            text.append_body(headers, piece);
        }
        CHECK(text.body() == "one\r\ntwo\r\nthree");
        CHECK(text.text() ==
              "Content-Type: text/plain;\r\n charset=utf-8\r\n\r\none\r\ntwo\r\nthree");
        const auto borrowed = Message::parse(headers, text, {});
        const auto copied = Message::parse({headers, text.body()}, {});
        REQUIRE(borrowed.has_value());
        REQUIRE(copied.has_value());
        CHECK(borrowed->source().data() == text.text().data());
        CHECK(borrowed->source() == copied->source());
        REQUIRE(borrowed->parts().size() == 1);
        CHECK(borrowed->parts().front().content == copied->parts().front().content);
    }
    TEST_CASE("a message without a body is a message") {
        const std::vector<Header> headers = {{"From", " a@b.example"}};
        const auto message = Message::parse(headers, SourceText{}, {});
        REQUIRE(message.has_value());
        CHECK_FALSE(message->untouchable());
        CHECK(message->source() == "From: a@b.example\r\n\r\n");
    }
}
