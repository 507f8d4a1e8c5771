#include "rewriter/plaintext_message.h"

#include <doctest/doctest.h>

#include "rewriter/mime/header_fields.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

const std::string long_text =
    "This is the text that the author wrote for people who read text, and it says it all.";
const std::string text = "Content-Type: text/plain; charset=utf-8\n\n" + long_text + "\n";
const std::string html =
    "Content-Type: text/html; charset=utf-8\n\n<p>Rich <a "
    "href=\"http://x.example/\">words</a><img src=\"cid:i\"></p>\n";
const std::string image =
    "Content-Type: image/png\nContent-ID: <i>\nContent-Transfer-Encoding: base64\n\nAAAA\n";
const std::string pdf =
    "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment;\n "
    "filename=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJD\n";
const std::string calendar = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n";
const std::string amp =
    "Content-Type: text/x-amp-html\n\n<html amp4email><a href=http://x.example/>a</a>\n";

Mail plain(const Mail& mail, RewritePlan plan = {}) {
    plan.plaintext_only = true;
    const auto edits = rewrite(mail.parsed(), plan);
    REQUIRE(edits.has_value());
    Mail after{apply(mail.raw(), *edits)};
    CHECK(rewrite(after.parsed(), plan)->empty());
    return after;
}

/// The types of all parts, in order.
std::string shape(const Mail& mail) {
    std::string types;
    const Message message = mail.parsed();
    for (const Part& part : message.parts()) types += part.mime_type + " ";
    for (const Container& container : message.containers()) types += container.mime_type + " ";
    return types;
}

}  // namespace

TEST_SUITE("rewriter/plaintext_message") {
    TEST_CASE("a message with text and attachments only stays byte-identical") {
        for (const std::string& mail : {text, multipart("mixed", "M", {text, pdf, image}),
                                        multipart("alternative", "A", {text, calendar})}) {
            CAPTURE(mail);
            RewritePlan plan;
            plan.plaintext_only = true;
            CHECK(rewrite(Mail{mail}.parsed(), plan)->empty());
        }
    }
    TEST_CASE("HTML alone becomes a text message") {
        const Mail after = plain(Mail{"MIME-Version: 1.0\nSubject: s\n" + html});
        CHECK(after.header("Content-Type") ==
              " text/plain; charset=utf-8; format=flowed; delsp=no");
        CHECK(after.header("Content-Transfer-Encoding") == " 7bit");
        CHECK(after.header("MIME-Version") == " 1.0");
        CHECK(after.split.body.find("Rich") != std::string::npos);
        CHECK(after.split.body.find("http://x.example/") != std::string::npos);
        CHECK(after.split.body.find('<') == std::string::npos);
    }
    TEST_CASE("text made of HTML is quoted-printable when it needs to be") {
        const Mail after =
            plain(Mail{"Content-Type: text/html; charset=iso-8859-1\n\n<p>caf\xE9\n"});
        CHECK(after.header("Content-Transfer-Encoding") == " quoted-printable");
        CHECK(after.split.body.find("caf=C3=A9") != std::string::npos);
    }
    TEST_CASE("every shape keeps its text and its attachments and loses the rest") {
        struct Row {
            std::string mail, shape;
        };
        const std::string related = multipart("related", "R", {html, image});
        const std::string stub = "Content-Type: text/plain\n\n\n";
        for (const Row& row : std::initializer_list<Row>{
                 {multipart("alternative", "A", {text, html}), "text/plain "},
                 {multipart("alternative", "A", {text, amp, html}), "text/plain "},
                 {multipart("alternative", "A", {stub, html}), "text/plain "},
                 {multipart("alternative", "A", {html}), "text/plain "},
                 {multipart("alternative", "A", {text, related}), "text/plain "},
                 {related, "text/plain "},
                 {multipart("related", "R", {multipart("alternative", "A", {text, html}), image}),
                  "text/plain "},
                 {multipart("alternative", "A", {text, html, calendar}),
                  "text/plain text/calendar multipart/alternative "},
                 {multipart("mixed", "M", {multipart("alternative", "A", {text, html}), pdf}),
                  "text/plain application/pdf multipart/mixed "},
                 {multipart("mixed", "M", {html, pdf}),
                  "text/plain application/pdf multipart/mixed "},
                 {multipart("mixed", "M", {related, pdf}),
                  "text/plain application/pdf multipart/mixed "},
                 {multipart("alternative", "A", {text, multipart("mixed", "M", {html, pdf, html})}),
                  "text/plain application/pdf multipart/mixed "},
                 {multipart("alternative", "A", {stub, multipart("mixed", "M", {html, pdf})}),
                  "text/plain application/pdf multipart/mixed "},
             }) {
            CAPTURE(row.mail);
            const Mail mail{row.mail};
            const Mail after = plain(mail);
            CHECK(shape(after) == row.shape);
            if (row.shape.find("pdf") != std::string::npos) {
                CHECK(after.split.body.find(Mail{"X: y\n\n" + pdf}.split.body) !=
                      std::string::npos);
            }
            const bool own_text = row.mail.find(long_text) != std::string::npos;
            CHECK((after.split.body.find(long_text) != std::string::npos) == own_text);
            CHECK(after.header("Content-Type").starts_with(" multipart") ==
                  (row.shape.find("multipart") != std::string::npos));
        }
    }
    TEST_CASE("the start parameter of related says which HTML is shown") {
        std::string mail = multipart(
            "related", "R",
            {"Content-Type: text/html\nContent-ID: <frame>\n\n<p>frame\n",
             "Content-Type: text/html\nContent-ID: <page>\n\n<p>page<img src=cid:i>\n", image});
        mail.replace(mail.find("boundary="), 0, "start=\"<page>\"; ");
        const Mail after = plain(Mail{mail});
        CHECK(shape(after) == "text/plain ");
        CHECK(after.split.body.find("page") != std::string::npos);
        CHECK(after.split.body.find("frame") == std::string::npos);
    }
    TEST_CASE("a forwarded message and a signed part are kept as they are") {
        const std::string forwarded = "Content-Type: message/rfc822\n\n" + html;
        const Mail mail{multipart("mixed", "M", {html, forwarded})};
        const Mail after = plain(mail);
        CHECK(after.split.body.find(Mail{"X: y\n\n" + forwarded}.split.body) != std::string::npos);
    }
    TEST_CASE("placeholders become links in the text, and the footer stands once") {
        RewritePlan plan;
        plan.replace_link = [](const FoundLink& link) -> std::optional<std::string> {
            if (link.url == "candor:unsubscribe") return "https://go.acme.example/u/T";
            return std::nullopt;
        };
        plan.footer_text = "Postal address";
        const std::string placeholder =
            "Content-Type: text/html\n\n<a href=\"candor:unsubscribe\">Leave</a>\n";
        const Mail made = plain(Mail{placeholder}, plan);
        CHECK(made.split.body.find("https://go.acme.example/u/T") != std::string::npos);
        CHECK(made.split.body.find("Postal address") != std::string::npos);
        const Mail own = plain(
            Mail{multipart("alternative", "A", {"\n" + long_text + " candor:unsubscribe\n", html})},
            plan);
        CHECK(own.split.body.find(long_text + " https://go.acme.example/u/T") != std::string::npos);
        CHECK(own.split.body.find("Postal address") != std::string::npos);
    }
    TEST_CASE("each link of made text is asked for once") {
        std::vector<std::string> asked;
        RewritePlan plan;
        plan.plaintext_only = true;
        plan.replace_link = [&asked](const FoundLink& link) -> std::optional<std::string> {
            asked.push_back(link.url);
            if (link.url == "candor:unsubscribe") return "https://go.acme.example/u/T";
            return std::nullopt;
        };
        const Mail mail{
            "Content-Type: text/html\n\n<a href=\"http://x.example/?a=1&amp;b=2\">one</a> "
            "<a href=candor:unsubscribe>out</a> and http://y.example/ in words\n"};
        REQUIRE(rewrite(mail.parsed(), plan).has_value());
        CHECK(asked == std::vector<std::string>{"http://x.example/?a=1&b=2", "candor:unsubscribe",
                                                "http://y.example/"});
        asked.clear();
        const Mail odd{
            "Content-Type: text/html\n\n<a href='https://x.example/\"q\"<'>one</a> <a "
            "href='https://x.example/a b.'>two</a>\n"};
        REQUIRE(rewrite(odd.parsed(), plan).has_value());
        CHECK(asked ==
              std::vector<std::string>{"https://x.example/\"q\"<", "https://x.example/a b."});
    }
    TEST_CASE("the footer stands once, with the text that people read") {
        RewritePlan plan;
        plan.footer_text = "Postal address";
        const std::string empty = "Content-Type: text/plain\n\n\n";
        // Its encoding cannot be read: nothing is made of it.
        const std::string broken_amp =
            "Content-Type: text/x-amp-html\nContent-Transfer-Encoding: x-own\n\n<html amp4email>\n";
        const std::string headless = "\n";  // not even an empty line: a delimiter follows at once
        for (const std::string& mail : {
                 multipart("alternative", "A", {headless, text, html}),
                 multipart("alternative", "A", {empty, text, calendar, html}),
                 multipart("mixed", "M", {empty, text, pdf}),
                 multipart("mixed", "M", {empty, multipart("alternative", "A", {text, html})}),
                 multipart("mixed", "M", {headless, html, pdf}),
                 multipart("mixed", "M", {empty, pdf}),
                 // The empty text gets an empty line, and is as empty as before.
                 multipart("alternative", "A", {headless, text, broken_amp}),
                 // Of the last part not even the header has an end; it becomes the message.
                 "Content-Type: multipart/alternative; boundary=\"A\"\n\n--A\n" + broken_amp +
                     "--A\nContent-Type: text/plain\n",
             }) {
            CAPTURE(mail);
            const std::string body = plain(Mail{mail}, plan).split.body;
            const std::size_t footer = body.find("Postal address");
            REQUIRE(footer != std::string::npos);
            CHECK(body.find("Postal address", footer + 1) == std::string::npos);
            const std::size_t own = std::min(body.find(long_text), body.find("Rich"));
            CHECK((own == std::string::npos || own < footer));
        }
    }
    TEST_CASE("of the message's own content fields one is left") {
        const Mail after =
            plain(Mail{"Content-Transfer-Encoding: x\nContent-Disposition: inline\n"
                       "Content-Transfer-Encoding: base64\nContent-Disposition: inline\n" +
                       multipart("alternative", "A", {html})});
        CHECK(after.header("Content-Transfer-Encoding") == " 7bit");
        CHECK(count_fields(after.parsed().headers(), "Content-Transfer-Encoding") == 1);
        CHECK(count_fields(after.parsed().headers(), "Content-Disposition") == 0);
    }
    TEST_CASE("the last part's header may be cut off anywhere") {
        RewritePlan plan;
        plan.footer_text = "caf\u00E9";
        const std::string amp_of_nobody =
            "Content-Type: text/x-amp-html\nContent-Transfer-Encoding: x\n\na\n";
        const Mail after = plain(
            Mail{"Content-Type: multipart/alternative; boundary=\"A\"\n\n--A\n" + amp_of_nobody +
                 "--A\nContent-Type: text/plain; charset=utf-8\nno field\n--A--\n"},
            plan);
        CHECK(after.header("Content-Transfer-Encoding") == " quoted-printable");
        CHECK(after.split.body == "\r\ncaf=C3=A9\r\n");
    }
    TEST_CASE("a container that is cut off in a header can be read still when others leave") {
        const Mail after = plain(Mail{
            "Content-Type: multipart/alternative; boundary=\"A\"\n\n--A\n" + text + "--A\n" + html +
            "--A\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
            "words=\nCo"});
        CHECK_FALSE(after.parsed().opaque());
        CHECK(shape(after) == "text/plain text/plain multipart/alternative multipart/mixed ");
    }
    TEST_CASE("a line of made text is never a delimiter") {
        const std::string page = "Content-Type: text/html\n\n<p>Words<br>&#45;-M<p>and more\n";
        const Mail after = plain(Mail{multipart("mixed", "M", {page, pdf})});
        CHECK(shape(after) == "text/plain application/pdf multipart/mixed ");
        CHECK(after.split.body.find("quoted-printable\r\n\r\nWords\r\n=2D-M\r\n") !=
              std::string::npos);
    }
    TEST_CASE("an empty text that is left in a container is a part still") {
        const Mail after =
            plain(Mail{"Content-Type: multipart/mixed; boundary=m\n\n--m\n"
                       "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n--b\n"
                       "Content-Type: x/y\n\nwords"});
        CHECK_FALSE(after.parsed().opaque());
        CHECK(shape(after) == "text/plain multipart/mixed ");
    }
    TEST_CASE("an alternative that says nothing leaves when another says it all") {
        const std::string stub = "Content-Type: text/plain\n\nView this mail in your browser.\n";
        const std::string much = "Content-Type: text/html\n\n<p>" + long_text + long_text;
        const Mail after = plain(Mail{multipart("alternative", "A", {stub, text, much + "\n"})});
        CHECK(shape(after) == "text/plain ");
        CHECK(after.split.body.find(long_text) != std::string::npos);
    }
}
