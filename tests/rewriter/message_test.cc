#include "rewriter/message.h"

#include <doctest/doctest.h>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

std::string word(const Message& message) {
    return message.untouchable() ? message.untouchable()->word : "none";
}

std::string_view content(const Message& message, std::size_t part) {
    const Span span = message.parts().at(part).content;
    return message.source().substr(span.begin, span.size());
}

std::string multipart(std::string_view type, std::string_view parts) {
    return "MIME-Version: 1.0\nContent-Type: " + std::string(type) + "; boundary=B\n\npreamble\n" +
           std::string(parts) + "--B--\nepilogue\n";
}

}  // namespace

TEST_SUITE("rewriter/message") {
    TEST_CASE("a message without MIME is one text part with exact spans") {
        const Mail mail{"Subject: x\nFrom: a@b\n c\n\nhello\nworld\n"};
        const Message message = mail.parsed();
        CHECK(word(message) == "none");
        REQUIRE(message.parts().size() == 1);
        CHECK(message.parts()[0].kind == PartKind::Text);
        CHECK(content(message, 0) == "hello\r\nworld\r\n");
        CHECK(message.source() == "Subject: x\r\nFrom: a@b\r\n c\r\n\r\nhello\r\nworld\r\n");
        CHECK(message.source().substr(message.body_begin()) == mail.split.body);
    }
    TEST_CASE("parts of nested containers carry their type, encoding, path and bytes") {
        const Mail mail{multipart(
            "multipart/mixed",
            "--B\nContent-Type: multipart/alternative; boundary=C\n\n"
            "--C\nContent-Type: text/plain; charset=UTF-8\n\nplain\n\n"
            "--C\nContent-Type: TEXT/HTML; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: "
            "Quoted-Printable\n\n<p>=E9\n"
            "--C--\n\n"
            "--B\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: "
            "base64\n\nAAAA\n")};
        const Message message = mail.parsed();
        CHECK(word(message) == "none");
        REQUIRE(message.parts().size() == 3);
        CHECK(content(message, 0) == "plain\r\n");
        CHECK(message.parts()[0].charset == "utf-8");
        CHECK(message.parts()[1].kind == PartKind::Html);
        CHECK(message.parts()[1].encoding == TransferEncoding::QuotedPrintable);
        CHECK(message.parts()[1].charset == "iso-8859-1");
        CHECK(message.parts()[1].path == std::vector<int>{0, 1});
        CHECK(content(message, 1) == "<p>=E9");
        CHECK(message.parts()[2].attachment);
        CHECK(content(message, 2) == "AAAA");
        REQUIRE(message.containers().size() == 2);
        CHECK(message.containers()[1].mime_type == "multipart/alternative");
        CHECK(message.containers()[1].boundary == "C");
    }
    TEST_CASE("a final delimiter may lack its line end, or be missing") {
        for (const std::string_view end : {"--B--", "--B--\n", ""}) {
            CAPTURE(end);
            const Mail mail{
                "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nbody\n" +
                std::string(end)};
            const Message message = mail.parsed();
            CHECK(word(message) == "none");
            REQUIRE(message.parts().size() == 1);
            CHECK(content(message, 0).starts_with("body"));
        }
    }
    TEST_CASE("what must not be changed is named") {
        struct Row {
            std::string mail, word;
            bool opaque;
        };
        const std::string text = "--B\nContent-Type: text/plain\n\nhi\n";
        for (const Row& row : std::initializer_list<Row>{
                 {multipart("multipart/signed",
                            text + "--B\nContent-Type: application/pgp-signature\n\nx\n"),
                  "signed", false},
                 {multipart("multipart/encrypted",
                            "--B\nContent-Type: application/octet-stream\n\nx\n"),
                  "encrypted", true},
                 {"Content-Type: application/pkcs7-mime; "
                  "smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nAAAA\n",
                  "encrypted", true},
                 {"Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n\nAAAA\n",
                  "signed", true},
                 {"Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\n\nhi\n", "signed", false},
                 {"Subject: x\n\nhi\n-----BEGIN PGP MESSAGE-----\n\nAAAA\n", "encrypted", true},
                 {"Subject: x\n\n> -----BEGIN PGP MESSAGE-----\n", "none", false},
                 {"Content-Type: multipart/mixed\n\nno boundary\n", "malformed_mime", true},
                 {"Content-Type: multipart/mixed; boundary=B\n\nno such line\n", "malformed_mime",
                  true},
                 {"Content-Type: text/html\nContent-Transfer-Encoding: x-uuencode\n\n<p>\n",
                  "malformed_mime", true},
                 {"Content-Type: text/html\nContent-Type: text/plain\n\n<p>\n", "malformed_mime",
                  true},
                 {multipart("multipart/mixed",
                            "--B\nContent-Type: application/pdf\nContent-Type: "
                            "text/html\nContent-Disposition: attachment\n\n<p>\n"),
                  "malformed_mime", true},
                 {multipart("multipart/mixed",
                            "--B\nContent-Type: text/calendar\ncontent-type : text/html\n\n<p>\n"),
                  "malformed_mime", true},
                 {multipart("multipart/mixed",
                            "--B\nContent-Type: text/html\nContent-Transfer-Encoding: "
                            "7bit\nContent-Transfer-Encoding: base64\n\nAAAA\n"),
                  "malformed_mime", false},
                 {"Content-Type: text/html; charset=utf-16le\n\n<\n", "unknown_charset", false},
                 {"Content-Type: text/plain; charset=utf-7\n\n<\n", "unknown_charset", false},
                 {"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1B$B$3\n\x1B(B\n",
                  "unknown_charset", false},
                 {"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1B$B$3\x1B(B\n", "none",
                  false},
                 {"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+\n--\nfooter "
                  "put behind by somebody\n",
                  "malformed_mime", false},
             }) {
            CAPTURE(row.mail);
            const Mail mail{row.mail};
            const Message message = mail.parsed();
            CHECK(word(message) == row.word);
            CHECK(message.opaque() == row.opaque);
        }
    }
    TEST_CASE("bare line ends in a structure are malformed") {
        Mail mail{multipart("multipart/mixed", "--B\nContent-Type: text/html\n\n<a>\n")};
        const std::size_t at = mail.split.body.find("<a>\r\n");
        mail.split.body.replace(at, 5, "<a>\n");
        CHECK(word(mail.parsed()) == "malformed_mime");
    }
    TEST_CASE("a signed part inside a mixed message locks only itself") {
        const Mail mail{
            multipart("multipart/mixed",
                      "--B\nContent-Type: multipart/signed; boundary=S\n\n--S\nContent-Type: "
                      "text/html\n\n<p>x\n--S\n"
                      "Content-Type: application/pgp-signature\n\nsig\n--S--\n--B\nContent-Type: "
                      "text/html\n\n<p>y\n")};
        const Message message = mail.parsed();
        CHECK(word(message) == "signed");
        REQUIRE(message.parts().size() == 3);
        CHECK(message.parts()[0].untouchable);
        CHECK_FALSE(message.parts()[2].untouchable);
    }
    TEST_CASE("a forwarded message is an attachment nobody looks into") {
        const Mail mail{multipart("multipart/mixed",
                                  "--B\nContent-Type: message/rfc822\n\nContent-Type: "
                                  "text/html\n\n<a href='http://x.example'>\n")};
        const Message message = mail.parsed();
        CHECK(word(message) == "none");
        REQUIRE(message.parts().size() == 1);
        CHECK(message.parts()[0].attachment);
        CHECK(message.parts()[0].kind == PartKind::Other);
    }
    TEST_CASE("messages inside a message are counted") {
        const std::string one = "--B\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n";
        CHECK(Mail{"Content-Type: text/plain\n\nx\n"}.parsed().enclosed_messages() == 0);
        CHECK(Mail{multipart("multipart/mixed", "--B\n\nx\n" + one + one)}
                  .parsed()
                  .enclosed_messages() == 2);
        const Mail digest{multipart("multipart/digest", "--B\n\nSubject: x\n\ny\n" + one)};
        CHECK(digest.parsed().enclosed_messages() == 2);
        CHECK(survey(digest.parsed()).enclosed_messages == 2);
        CHECK(Mail{"Content-Type: message/rfc822\n\nSubject: x\n\ny\n"}
                  .parsed()
                  .enclosed_messages() == 1);
        const std::string global = "--B\nContent-Type: message/global\n\nSubject: x\n\ny\n";
        CHECK(Mail{multipart("multipart/mixed", global)}.parsed().enclosed_messages() == 1);
    }
    TEST_CASE("nobody knows what a part is that does not say so clearly") {
        for (const std::string_view type :
             {"", "html", "text", "text/", "/html", "text/(x)html", "\"text/html\"", "text / html",
              "text/html, text/plain", "text/html,text/plain", "text/html/plain", "text/html=x",
              "(x) text/html", ";", "text/html\"", "t\xc3\xa9xt/html"}) {
            CAPTURE(type);
            const std::string part = "Content-Type: " + std::string(type) + "\n\n<p>\n";
            CHECK(word(Mail{part}.parsed()) == "malformed_mime");
            CHECK(Mail{part}.parsed().opaque());
            CHECK(Mail{multipart("multipart/mixed", "--B\n\nx\n--B\n" + part)}.parsed().opaque());
        }
        for (const std::string_view type :
             {"text/html", "TEXT/HTML", "text/html;", " text/html ; charset=utf-8", "text/html ;",
              "text/html\n ;charset=utf-8", "text/html (comment); charset=utf-8",
              "text/html charset=utf-8", "image/jpg", "application/vnd.ms-excel; name=a b.xls",
              "x-a/b+c_d.e-f"}) {
            CAPTURE(type);
            const std::string part = "Content-Type: " + std::string(type) + "\n\n<p>\n";
            CHECK(word(Mail{part}.parsed()) == "none");
            CHECK(word(Mail{multipart("multipart/mixed", "--B\n" + part)}.parsed()) == "none");
        }
        CHECK(word(Mail{"Subject: x\n\ny\n"}.parsed()) == "none");
    }
    TEST_CASE("HTML that is the message itself is shown, whatever its disposition") {
        const Mail mail{
            "Content-Type: text/html\nContent-Disposition: attachment; filename=a\n\n"
            "<a href='https://x.example/?mc_eid=1'>\n"};
        CHECK_FALSE(mail.parsed().parts()[0].attachment);
        CHECK(survey(mail.parsed()).links.size() == 1);
    }
    TEST_CASE("limits make a message opaque, not an error") {
        Limits limits;
        std::string many;
        for (int i = 0; i < 20; ++i) many += "--B\n\nx\n";
        const Mail mail{multipart("multipart/mixed", many)};
        limits.max_parts = 20;
        CHECK(word(mail.parsed(limits)) == "none");
        limits.max_parts = 19;
        CHECK(word(mail.parsed(limits)) == "over_limit");
        CHECK(mail.parsed(limits).opaque());
        CHECK(mail.parsed(limits).parts().empty());
        limits = {};
        limits.max_message_bytes = 50;
        CHECK(word(mail.parsed(limits)) == "over_limit");
        limits = {};
        limits.max_header_lines = 1;
        CHECK(word(mail.parsed(limits)) == "over_limit");

        std::string deep = "Content-Type: multipart/mixed; boundary=b0\n\n";
        for (int i = 0; i < 40; ++i) {
            deep += "--b" + std::to_string(i) + "\nContent-Type: multipart/mixed; boundary=b" +
                    std::to_string(i + 1) + "\n\n";
        }
        deep += "--b40\n\nx\n";
        CHECK(word(Mail{deep}.parsed()) == "over_limit");
    }
    TEST_CASE("a name makes an attachment of a plain text, unless it is what the message shows") {
        const std::string named = "Content-Type: text/plain; name=a.txt\n\nx\n";
        CHECK_FALSE(Mail{named}.parsed().parts()[0].attachment);
        CHECK_FALSE(Mail{multipart("multipart/alternative", "--B\n" + named)}
                        .parsed()
                        .parts()[0]
                        .attachment);
        CHECK(Mail{multipart("multipart/mixed", "--B\n" + named)}.parsed().parts()[0].attachment);
    }
    TEST_CASE("HTML is an attachment only by its disposition, and never as the root of related") {
        struct Row {
            std::string_view type, header;
            bool attachment;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"multipart/related", "Content-Type: text/html; name=\"mail.html\"\n", false},
                 {"multipart/related",
                  "Content-Type: text/html\nContent-Disposition: inline; filename=mail.html\n",
                  false},
                 {"multipart/related",
                  "Content-Type: text/html\nContent-Disposition: attachment; filename=m.html\n",
                  false},
                 {"multipart/mixed", "Content-Type: text/html; name=a.html\n", false},
                 {"multipart/mixed",
                  "Content-Type: text/html\nContent-Disposition: inline; filename=a.html\n", false},
                 {"multipart/mixed", "Content-Type: application/xhtml+xml; name=a.html\n", false},
                 {"multipart/mixed",
                  "Content-Type: text/html\nContent-Disposition: ATTACHMENT; filename=a.html\n",
                  true},
             }) {
            CAPTURE(row.type);
            CAPTURE(row.header);
            const Mail mail{multipart(row.type, "--B\n" + std::string(row.header) + "\n<p>\n")};
            const Message message = mail.parsed();
            REQUIRE(message.parts().size() == 1);
            CHECK(message.parts()[0].attachment == row.attachment);
        }
    }
}
