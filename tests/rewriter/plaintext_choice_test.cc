// Which parts leave: seen in what the whole treatment makes of a message.
#include "rewriter/plaintext_choice.h"

#include <doctest/doctest.h>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

const std::string text =
    "Content-Type: text/plain; charset=utf-8\n\nThis is what the author wrote for text.\n";
const std::string pdf =
    "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment;\n "
    "filename=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJD\n";
const std::string calendar = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n";

std::string html(const std::string& content) {
    return "Content-Type: text/html; charset=utf-8\n\n<p>Hello</p>" + content + "\n";
}
std::string image(const std::string& fields) {
    return "Content-Type: image/png\n" + fields + "Content-Transfer-Encoding: base64\n\nUE5H\n";
}

/// The types of the parts that leave, in order.
std::string leaving(const std::string& file) {
    RewritePlan plan;
    plan.plaintext_only = true;
    const Mail mail{file};
    const Mail after{apply(mail.raw(), *rewrite(mail.parsed(), plan))};
    CHECK(rewrite(after.parsed(), plan)->empty());
    std::string types;
    const Message message = after.parsed();
    for (const Part& part : message.parts()) types += part.mime_type + " ";
    return types;
}

}  // namespace

TEST_SUITE("rewriter/plaintext_choice") {
    TEST_CASE("an image goes with the HTML that shows it; every other is a file, and stays") {
        struct Row {
            std::string html, fields;
            bool stays;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"<img src=\"cid:logo@x\">", "Content-ID: <logo@x>\n", false},
                 {"<img src=cid:logo@x>", "Content-ID: <logo@x>\n", false},
                 {"<img src='CID:logo%40x'>", "Content-Id:\n <logo@x>\n", false},
                 {"<img src=\"cid&#58;a&amp;b\">", "Content-ID: <a&b>\n", false},
                 {"<p style=\"background:url(cid:logo@x)\">", "Content-ID: <logo@x>\n", false},
                 {"<!--[if mso]><v:fill src=\"cid:logo@x\"><![endif]-->", "Content-ID: <logo@x>\n",
                  false},
                 {"<img src=\"cid:logo@x\">",
                  "Content-ID: <logo@x>\nContent-Disposition: attachment; filename=logo.png\n",
                  false},
                 {"<img src=\" http://x.example/l.png\">",
                  "Content-Location: http://x.example/l.png\n", false},
                 {"<img src=l.png>", "Content-Location: l.png\n", false},
                 {"see photo.png", "Content-Location: photo.png\n", true},
                 {"The photo is attached.",
                  "Content-ID: <f_1>\nContent-Disposition: attachment; filename=p.png\n", true},
                 {"The photo is attached.", "Content-ID: <f_1>\n", true},
                 {"<img src=\"cid:f_12\">", "Content-ID: <f_1>\n", true},
                 {"<img src=\"cid:\">", "Content-ID: <>\n", true},
                 {"", "", true},
                 {"", "Content-Disposition: inline\n", true},
             }) {
            CAPTURE(row.html);
            CAPTURE(row.fields);
            const std::string kept = row.stays ? "text/plain image/png " : "text/plain ";
            const std::vector<std::string> parts{html(row.html), image(row.fields)};
            CHECK(leaving(multipart("related", "B", parts)) == kept);
            CHECK(leaving(multipart("mixed", "B", parts)) == kept);
            const std::string with_text =
                multipart("alternative", "A", {text, multipart("related", "B", parts)});
            CHECK(leaving(with_text) == kept);
        }
    }
    TEST_CASE("what stays of a mixed is a mixed still, and its files are as they were") {
        const std::string logo = image("Content-ID: <logo>\n");
        const std::string mail =
            multipart("mixed", "M", {html("<img src=\"cid:logo\">"), logo, pdf});
        CHECK(leaving(mail) == "text/plain application/pdf ");
        const std::string nested = multipart(
            "mixed", "M", {html("<img src=\"cid:logo\">"), multipart("mixed", "N", {logo})});
        CHECK(leaving(nested) == "text/plain ");
    }
    TEST_CASE("of an alternative text, calendar and what is attached leave, and no other form") {
        for (const std::string other : {"text/enriched", "text/markdown", "application/rtf",
                                        "text/xml", "image/png", "application/octet-stream"}) {
            CAPTURE(other);
            const std::string form =
                "Content-Type: " + other + "\n\n<a href=\"http://x.example/\">x</a>\n";
            CHECK(leaving(multipart("alternative", "A", {text, form, html("")})) == "text/plain ");
            CHECK(leaving(multipart("alternative", "A", {form, html("")})) == "text/plain ");
            CHECK(leaving(multipart("alternative", "A", {text, form})) == "text/plain ");
            // What else were there to read?
            CHECK(leaving(multipart("alternative", "A", {form})) == other + " ");
        }
        const std::string rich = "Content-Type: text/enriched\n\n<bold>x</bold>\n";
        const std::string related = multipart("related", "R", {rich, pdf});
        CHECK(leaving(multipart("alternative", "A", {text, related, calendar})) ==
              "text/plain application/pdf text/calendar ");
        const std::string attached =
            "Content-Type: text/xml\nContent-Disposition: attachment\n\n<a/>\n";
        CHECK(leaving(multipart("alternative", "A", {text, attached, html("")})) ==
              "text/plain text/xml ");
        const std::string forwarded = "Content-Type: message/global\n\nSubject: x\n\nHello\n";
        CHECK(leaving(multipart("alternative", "A", {text, forwarded, html("")})) ==
              "text/plain message/global ");
    }
}
