#include "rewriter/message_text.h"

#include <doctest/doctest.h>

#include <string>

namespace candor::rewriter {
namespace {

MessageFile read(std::string_view file) {
    GrowingText text;
    text.append(file);
    return MessageFile::read(std::move(text));
}

std::string there_and_back(std::string_view file) {
    const MessageFile message = read(file);
    std::string out;
    CHECK(message.form.write(message.text, [&](std::string_view piece) {
        out += piece;
        return true;
    }));
    return out;
}

std::string edited(std::string_view file, const Edits& edits) {
    const MessageFile message = read(file);
    std::string out;
    CHECK(message.form.write_edited(message.headers, message.text, edits,
                                    [&](std::string_view piece) {
                                        out += piece;
                                        return true;
                                    }));
    return out;
}

Edits with_field(std::string name, std::string value) {
    Edits edits;
    edits.headers.push_back({HeaderEdit::Kind::Insert, std::move(name), 1, std::move(value)});
    return edits;
}

}  // namespace

TEST_SUITE("rewriter/message_text") {
    TEST_CASE("a message nobody edits is written byte for byte, whatever its line ends") {
        for (const std::string_view file :
             {"", "\n", "A: 1\n\nbody\n", "A: 1\r\nB:\r\n folded\r\n\tagain\r\n\r\nbody\r\n.\r\n",
              "A:1\nB:odd\n\n", "A: 1\n\nbody without an end", "A: 1\n", "A: 1", "A: 1\r\n",
              "A: 1\r\n b\n\r\nmixed\nends\r\n\n\r\n", "A: 1\n\nx\r\ny\rz\r\r\n\n",
              "From x@y Mon Jan  1\n\nA: 1\n\nb\n", "From x@y", "no field\nat all\r\n",
              "A: 1\nno field\n", "A: 1\r\r\n b\n\nx\r", "\r\n\nA: 1\n\n"}) {
            CAPTURE(file);
            CHECK(there_and_back(file) == file);
        }
    }

    TEST_CASE("fields keep their leading blank and get bare LF folds, the text CRLF") {
        const MessageFile message = read("Subject:  two\n words\n\na\nb\n");
        REQUIRE(message.headers.size() == 1);
        CHECK(message.headers[0].name == "Subject");
        CHECK(message.headers[0].value == "  two\n words");
        CHECK(message.text.text() == "Subject:  two\r\n words\r\n\r\na\r\nb\r\n");
        CHECK(message.text.body() == "a\r\nb\r\n");
        CHECK(message.form.line_ends() == LineEnds::Lf);
    }

    TEST_CASE("an edited message has the line ends of its file, mixed ones become CRLF") {
        Edits edits = with_field("X", " y\n z");
        edits.body = {{{0, 1}, "A\r\nA"}, {{3, 4}, "B\r"}, {{4, 4}, "\nC"}};
        CHECK(edited("A: 1\n\na\nb\n", edits) == "A: 1\nX: y\n z\n\nA\nA\nB\nC\n");
        CHECK(edited("A: 1\r\n\r\na\r\nb\r\n", edits) ==
              "A: 1\r\nX: y\r\n z\r\n\r\nA\r\nA\r\nB\r\nC\r\n");
        CHECK(edited("A: 1\n\na\r\nb\n", edits) ==
              "A: 1\r\nX: y\r\n z\r\n\r\nA\r\nA\r\nB\r\nC\r\n");
    }

    TEST_CASE(
        "a line that is no field ends the header, and an added field does not run into the body") {
        const MessageFile message = read("A: 1\nno field here\nB: 2\n");
        REQUIRE(message.headers.size() == 1);
        CHECK(message.text.body() == "no field here\r\nB: 2\r\n");
        CHECK(edited("A: 1\nno field here\nB: 2\n", with_field("X", " y")) ==
              "A: 1\nX: y\n\nno field here\nB: 2\n");
    }

    TEST_CASE("an mbox line in front is not a field") {
        const auto split = split_message("From x@y Mon Jan  1\nA: 1\n\nb\n");
        REQUIRE(split.headers.size() == 1);
        CHECK(split.headers[0].name == "A");
    }

    TEST_CASE("writing ends when the sink says so") {
        const MessageFile message = read("A: 1\n\nbody\n");
        CHECK_FALSE(message.form.write(message.text, [](std::string_view) { return false; }));
    }
}

}  // namespace candor::rewriter
