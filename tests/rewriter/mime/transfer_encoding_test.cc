#include "rewriter/mime/transfer_encoding.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using candor::rewriter::test::longest_line;

namespace {

/// Text made to hurt: line ends, blanks before them, 8-bit bytes, `=`, long lines.
std::string odd_text(std::mt19937& random, std::size_t size) {
    static constexpr std::string_view pieces[] = {
        "\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        "=",
        "=3D",
        "a",
        "Zz9",
        "\xC3",
        "\xA9",
        "From ",
        ".",
        "\x01x",
        "http://x.example/?a=1&b=2",
        "                                                             "};
    std::string text;
    while (text.size() < size) text += pieces[random() % std::size(pieces)];
    return text;
}

}  // namespace

TEST_SUITE("rewriter/transfer_encoding") {
    TEST_CASE("the encoding's name is read without case, blanks and comments") {
        CHECK(transfer_encoding_from(" Quoted-Printable\r\n") == TransferEncoding::QuotedPrintable);
        CHECK(transfer_encoding_from(" base64 (of course)") == TransferEncoding::Base64);
        CHECK(transfer_encoding_from("8BIT") == TransferEncoding::EightBit);
        CHECK(transfer_encoding_from("binary") == TransferEncoding::Binary);
        CHECK(transfer_encoding_from("") == TransferEncoding::SevenBit);
        CHECK(transfer_encoding_from("x-uuencode") == TransferEncoding::Unknown);
    }
    TEST_CASE("the ways real mail spells 7bit and 8bit are known, what is no encoding is not") {
        for (const char* seven : {"7-bit", " 7-Bit\r\n", "7bits", "7 bit", "7bit;", "\"7bit\""}) {
            CAPTURE(seven);
            CHECK(transfer_encoding_from(seven) == TransferEncoding::SevenBit);
        }
        for (const char* eight : {"8-bit", "8bits", "8bit (as it comes);", "'8bit'"}) {
            CAPTURE(eight);
            CHECK(transfer_encoding_from(eight) == TransferEncoding::EightBit);
        }
        CHECK(transfer_encoding_from("base64;") == TransferEncoding::Base64);
        CHECK(transfer_encoding_from("\"quoted-printable\"") == TransferEncoding::QuotedPrintable);
        for (const char* unknown : {"utf-8", "text/html", "6bit", "base64;x", "foobar", ";"}) {
            CAPTURE(unknown);
            CHECK(transfer_encoding_from(unknown) == TransferEncoding::Unknown);
        }
    }
    TEST_CASE("decode undoes encode, and no line is too long") {
        std::mt19937 random(20260727);
        for (int round = 0; round < 300; ++round) {
            const std::string text = odd_text(random, random() % 900);
            CAPTURE(round);
            for (const auto encoding :
                 {TransferEncoding::QuotedPrintable, TransferEncoding::Base64}) {
                const auto encoded = encode(text, encoding);
                REQUIRE(encoded.has_value());
                CHECK(decode(*encoded, encoding) == text);
                CHECK(longest_line(*encoded) <= 76);
            }
        }
    }
    TEST_CASE("7bit and 8bit refuse what they cannot say") {
        CHECK(encode("plain\r\n", TransferEncoding::SevenBit).value() == "plain\r\n");
        CHECK_FALSE(encode("caf\xC3\xA9", TransferEncoding::SevenBit).has_value());
        CHECK(encode("caf\xC3\xA9", TransferEncoding::EightBit).has_value());
        CHECK_FALSE(encode("bare\nline end", TransferEncoding::EightBit).has_value());
        CHECK(encode(std::string(998, 'a') + "\r\n", TransferEncoding::SevenBit).has_value());
        CHECK_FALSE(encode(std::string(999, 'a'), TransferEncoding::SevenBit).has_value());
        CHECK_FALSE(encode("a", TransferEncoding::Unknown).has_value());
    }
    TEST_CASE("a splice into quoted-printable decodes to the splice of the decoded text") {
        std::mt19937 random(7);
        for (int round = 0; round < 400; ++round) {
            const std::string text = odd_text(random, 20 + random() % 500);
            std::string encoded = *encode(text, TransferEncoding::QuotedPrintable);
            std::vector<Replacement> edits;
            for (std::size_t at = random() % 40; at < text.size(); at += 1 + random() % 60) {
                const std::size_t end = std::min(text.size(), at + random() % 50);
                edits.push_back({{at, end}, odd_text(random, random() % 120)});
                at = end;
            }
            CAPTURE(round);
            const std::string spliced = splice_quoted_printable(encoded, edits);
            CHECK(decode(spliced, TransferEncoding::QuotedPrintable) == splice(text, edits));
            CHECK(longest_line(spliced) <= 78);
        }
    }
}
