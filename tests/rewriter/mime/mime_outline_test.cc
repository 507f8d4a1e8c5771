#include "rewriter/mime/mime_outline.h"

#include <doctest/doctest.h>

#include <random>

#include "rewriter/mime/source_text.h"
#include "tests/rewriter/gmime_structure.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

std::string lines(std::size_t count, std::string_view line = "some words of a text\r\n") {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += line;
    return all;
}

std::size_t shown(std::string_view source) {
    const std::size_t body = source.find("\r\n\r\n") + 4;
    const MimeOutline outline{std::string{source.substr(0, body)}, source, body};
    return outline.front().size() + outline.back().size();
}

std::string two_parts(const std::string& text, const std::string& html) {
    return "Content-Type: multipart/alternative; boundary=b\r\n\r\npreamble\r\n--b\r\n"
           "Content-Type: text/plain\r\n\r\n" +
           text + "\r\n--b\r\nContent-Type: text/html\r\n\r\n" + html + "\r\n--b--\r\n";
}

/// Delimiters with headers behind them, and lines of all kinds, in any order. What GMime makes of a
/// header that has lines without a colon hangs on where they stand in its buffer, so none has.
std::string odd_body(std::mt19937& random) {
    static const std::vector<std::string> headers{
        "\r\n",
        "\n",
        "X: y\r\n\r\n",
        "Content-Type: text/html\r\n\r\n",
        "Content-Type:\r\n text/plain\r\n\r\n",
        "content-type: image/png\r\nX:\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=c\r\n\r\n"};
    static const std::vector<std::string> delimiters{"--b\r\n",  "--c\r\n",   "--b--\r\n",
                                                     "--b \r\n", "--c--\r\n", "--b\n"};
    static const std::vector<std::string> others{"\r\n",  "\r\n", "\n",       "\r",
                                                 "-\r\n", "--x",  "x--b\r\n", "-"};
    const auto any = [&](const auto& pieces) { return pieces[random() % pieces.size()]; };
    std::string body;
    for (std::size_t n = random() % 40; n > 0; --n) {
        switch (random() % 4) {
            case 0: body += any(delimiters) + any(headers); break;
            case 1: body += lines(random() % 60); break;
            case 2: body += any(others); break;
            default: body += "\r\n" + any(delimiters) + any(headers); break;
        }
    }
    return body;
}

}  // namespace

TEST_SUITE("mime_outline") {
    TEST_CASE("a long part is shown by its first and last lines") {
        const std::string source = two_parts(lines(400), lines(4000, "<p>words</p>\r\n"));
        CHECK(source.size() > 60000);
        CHECK(shown(source) < 500);
        CHECK(structure_of_outline(source, source.find("\r\n\r\n") + 4) ==
              structure_of_whole(source));
    }
    TEST_CASE("a message that holds messages is shown whole") {
        const std::string source =
            two_parts(lines(400), lines(10)) + "--b\r\nContent-Type: message/rfc822\r\n\r\n" +
            "Subject: x\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n";
        CHECK(shown(source) == source.size());
    }
    TEST_CASE("the words `message` and `digest` in a text are no messages") {
        const std::string source =
            two_parts("This is a message\r\n" + lines(400) + "digest\r\n", lines(400));
        CHECK(shown(source) < 500);
    }
    TEST_CASE("many dashes do not make a second copy of the message") {
        const std::string source =
            "Content-Type: text/plain\r\n\r\n" + lines(200000, "--------------\r\n");
        const std::size_t body = source.find("\r\n\r\n") + 4;
        const MimeOutline outline{std::string{source.substr(0, body)}, source, body};
        CHECK(outline.front().size() == body);
        CHECK(outline.back() == source.substr(body));
    }
    TEST_CASE("what stands behind the header is found in the source again") {
        const std::string source = two_parts(lines(100), lines(100));
        const std::size_t body = source.find("\r\n\r\n") + 4;
        const MimeOutline outline{"X: y\r\n\r\n", source, body};
        const std::string_view front = outline.front();
        const std::size_t html = front.find("text/html");
        REQUIRE(html != std::string_view::npos);
        CHECK(outline.source_of(html) == source.find("text/html"));
        CHECK(outline.source_of(front.size()) == source.size());
        CHECK(outline.source_of(0) == std::string_view::npos);
    }
    TEST_CASE("GMime sees the same structure in the outline of any message") {
        const unsigned seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random(seed);
        for (int round = 0; round < 2000; ++round) {
            const std::string header =
                "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
            const std::string source = header + odd_body(random) + "\r\n";
            CAPTURE(source);
            REQUIRE(structure_of_outline(source, header.size()) == structure_of_whole(source));
        }
    }
    TEST_CASE("GMime sees the same structure in the outline of every message of the corpus") {
        const auto files = corpus();
        if (files.empty()) {
            MESSAGE("skipped: the shared corpus is not here");
            return;
        }
        std::size_t whole = 0;
        std::size_t in_outline = 0;
        for (const auto& file : files) {
            CAPTURE(file.string());
            const Mail mail{slurp(file)};
            const SourceText source{mail.split.headers, mail.split.body};
            CHECK(structure_of_outline(source.text(), source.body_begin()) ==
                  structure_of_whole(source.text()));
            whole += source.text().size();
            in_outline += shown(source.text());
        }
        CHECK(in_outline * 2 < whole);
    }
}
