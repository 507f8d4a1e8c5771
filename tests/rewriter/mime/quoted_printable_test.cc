#include "rewriter/mime/quoted_printable.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using candor::rewriter::test::longest_line;

namespace {

/// Encoded text as no encoder should write it: half escapes, lone `=`, blanks before line ends.
std::string odd_encoded(std::mt19937& random, std::size_t size) {
    static constexpr std::string_view pieces[] = {
        "=\r\n",
        "= \t\r\n",
        "=",
        "=4",
        "=3D",
        "=c3=a9",
        "=\n",
        "\r\n",
        "\r",
        "\n",
        " ",
        "  ",
        "A1",
        "http",
        "From ",
        "--x",
        ".",
        "\t",
        "=0D",
        "=0A",
        "=20",
        "\xC3\xA9",
        "                                        ",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm"};
    std::string text;
    while (text.size() < size) text += pieces[random() % std::size(pieces)];
    return text;
}

/// Byte after byte, as RFC 2045 says it.
std::string decoded_plainly(std::string_view encoded) {
    static constexpr std::string_view digits = "0123456789ABCDEFabcdef";
    const auto is_digit = [](char c) { return digits.find(c) != digits.npos; };
    std::string decoded;
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        const std::string_view rest = encoded.substr(at + 1);
        const std::size_t blanks = std::min(rest.find_first_not_of(" \t"), rest.size());
        const std::string_view behind = rest.substr(blanks);
        if (encoded[at] != '=') {
            decoded += encoded[at];
        } else if (rest.size() >= 2 && is_digit(rest[0]) && is_digit(rest[1])) {
            decoded += static_cast<char>(std::stoi(std::string{rest.substr(0, 2)}, nullptr, 16));
            at += 2;
        } else if (behind.empty() || behind.starts_with('\n')) {
            at += blanks + 1;
        } else if (behind.starts_with("\r\n")) {
            at += blanks + 2;
        } else {
            decoded += '=';
        }
    }
    return decoded;
}

std::string odd_text(std::mt19937& random) {
    static constexpr std::string_view pieces[] = {
        "4",  "1D",  " ", "\r\n", "\n", "=", "z", "https://go.acme.example/c/TOKEN-TOKEN_TOKEN",
        "--", "\xC3"};
    std::string text;
    for (std::size_t left = random() % 4; left > 0; --left)
        text += pieces[random() % std::size(pieces)];
    return text;
}

}  // namespace

TEST_SUITE("rewriter/quoted_printable") {
    TEST_CASE("it is read as mail programs read it") {
        struct Row {
            std::string_view encoded, decoded;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"a=3Db", "a=b"},
                 {"a=3db", "a=b"},
                 {"a=\r\nb", "ab"},
                 {"a= \t\r\nb", "ab"},
                 {"a=\nb", "ab"},
                 {"a=", "a"},
                 {"a=XYb", "a=XYb"},
                 {"a=4", "a=4"},
                 {"==3D", "=="},
                 {"a\r\nb", "a\r\nb"},
             }) {
            CAPTURE(row.encoded);
            CHECK(decode_quoted_printable(row.encoded).bytes == row.decoded);
        }
    }
    TEST_CASE("what others may take for their own at the start of a line is escaped") {
        CHECK(encode_quoted_printable("From me\r\n.\r\n--b1\r\n-x") ==
              "=46rom me\r\n=2E\r\n=2D-b1\r\n-x");
        const std::string full(75, 'x');
        CHECK(encode_quoted_printable(full + "--b1--") == full + "=\r\n=2D-b1--");
    }
    TEST_CASE("a splice keeps all other encoded bytes") {
        const std::string encoded =
            "<a href=3d\"http://old.ex=\r\nample/=3Fa\">caf=c3=A9 =\r\nx</a>\r\n";
        const std::string decoded = decode_quoted_printable(encoded).bytes;
        const std::size_t at = decoded.find("http");
        const Replacement edit{{at, decoded.find("\">")}, "https://go.example/c/T"};
        CHECK(splice_quoted_printable(encoded, {&edit, 1}) ==
              "<a href=3d\"https://go.example/c/T\">caf=c3=A9 =\r\nx</a>\r\n");
    }
    TEST_CASE("a long URL gets soft breaks before, inside and behind it, and only where needed") {
        const std::string head(70, 'h');
        const std::string tail(40, 't');
        const Replacement edit{{70, 71}, "https://go.acme.example/c/" + std::string(60, 'T')};
        CHECK(splice_quoted_printable(head + "u" + "=\r\n" + tail + "\r\n", {&edit, 1}) ==
              head + "https=\r\n://go.acme.example/c/" + std::string(54, 'T') + "=\r\n" +
                  std::string(6, 'T') + tail + "\r\n");
    }
    TEST_CASE("what stands side by side after a splice means what it meant apart") {
        struct Row {
            std::string_view encoded;
            Replacement edit;
            std::string_view spliced;
        };
        for (const Row& row : std::initializer_list<Row>{
                 // A malformed `=` is given no digits and no line end.
                 {"a=x1", {{2, 3}, "4"}, "a==\r\n41"},
                 {"a=4x", {{3, 4}, "1"}, "a=4=\r\n1"},
                 {"a=x41", {{2, 3}, ""}, "a==\r\n41"},
                 {"a= x\r\n", {{3, 4}, ""}, "a= =\r\n\r\n"},
                 // Decoders drop a blank at the end of a line.
                 {"a x\r\nb", {{2, 3}, ""}, "a =\r\n\r\nb"},
                 {"a x", {{2, 3}, "y "}, "a y=20"},
                 // A line that only now ends must not look like a delimiter.
                 {"--b=\r\n", {{3, 3}, "\r\nx"}, "--b=\r\n\r\nx"},
                 {"--bx\r\n", {{3, 4}, ""}, "--b=\r\n\r\n"},
                 {"--b=\r\nx", {{3, 4}, "y"}, "--by"},
             }) {
            CAPTURE(row.encoded);
            const std::string spliced = splice_quoted_printable(row.encoded, {&row.edit, 1});
            CHECK(spliced == row.spliced);
            CHECK(decode_quoted_printable(spliced).bytes ==
                  splice(decode_quoted_printable(row.encoded).bytes, {&row.edit, 1}));
        }
    }
    TEST_CASE("a full line is broken one character earlier") {
        const std::string full(76, 'x');
        const Replacement edit{{76, 80}, "https://go.acme.example/"};
        CHECK(splice_quoted_printable(full + "\r\nhi\r\n", {&edit, 1}) ==
              std::string(75, 'x') + "=\r\nxhttps://go.acme.example/\r\n");
    }
    TEST_CASE("many bytes at a time are read as one after the other") {
        const unsigned seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random(seed);
        for (int round = 0; round < 5000; ++round) {
            const std::string encoded = odd_encoded(random, random() % 700);
            CAPTURE(encoded);
            const auto [text, marks] = decode_quoted_printable(encoded);
            REQUIRE(text == decoded_plainly(encoded));
            for (const OffsetMark& mark : marks) {
                // With a letter behind it an `=` at the cut is as malformed as it was.
                const std::string front = encoded.substr(0, mark.encoded) + 'z';
                REQUIRE(decode_quoted_printable(front).bytes == text.substr(0, mark.decoded) + 'z');
            }
        }
    }
    TEST_CASE("a splice decodes to the splice of the decoded text, whatever the encoded text") {
        const unsigned seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random(seed);
        for (int round = 0; round < 3000; ++round) {
            const std::string encoded =
                odd_encoded(random, random() % (round % 8 == 0 ? 4000 : 300));
            const auto [text, marks] = decode_quoted_printable(encoded);
            std::vector<Replacement> edits;
            for (std::size_t at = random() % 20; at <= text.size(); at += random() % 20) {
                const std::size_t end = std::min(text.size(), at + random() % 9);
                edits.push_back({{at, end}, odd_text(random)});
                at = std::max(end, at + 1);
            }
            CAPTURE(round);
            CAPTURE(encoded);
            const std::string spliced = splice_quoted_printable(encoded, edits);
            REQUIRE(decode_quoted_printable(spliced).bytes == splice(text, edits));
            REQUIRE(splice_quoted_printable(encoded, edits, marks) == spliced);
            // Few edits lie far apart: then marks are jumped to.
            const auto few = std::span{edits}.last(std::min<std::size_t>(edits.size(), 1));
            REQUIRE(splice_quoted_printable(encoded, few, marks) ==
                    splice_quoted_printable(encoded, few));
            // A line that ends in a bare CR or LF is no line to an MTA, but one to longest_line().
            // One that was too long may get the `=` of a soft break on top, or an escaped
            // character in front of it.
            CHECK(longest_line(spliced) <= std::max<std::size_t>(longest_line(encoded) + 3, 77));
        }
    }
}
