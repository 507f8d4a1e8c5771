#include "rewriter/rewrite.h"

#include <doctest/doctest.h>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

constexpr std::string_view new_link = "https://go.acme.example/c/TOKEN";

RewritePlan link_plan() {
    RewritePlan plan;
    plan.replace_link = [](const FoundLink& link) -> std::optional<std::string> {
        if (link.url.find("acme.example/c/") != std::string::npos) return std::nullopt;
        return std::string(new_link);
    };
    return plan;
}

Mail rewritten(const Mail& mail, const RewritePlan& plan) {
    const auto edits = rewrite(mail.parsed(), plan);
    REQUIRE(edits.has_value());
    return Mail{apply(mail.raw(), *edits)};
}

std::string html_mail(std::string_view encoding, std::string_view body,
                      std::string_view charset = "utf-8") {
    return "MIME-Version: 1.0\nContent-Type: text/html; charset=" + std::string(charset) +
           "\nContent-Transfer-Encoding: " + std::string(encoding) + "\n\n" + std::string(body);
}

}  // namespace

TEST_SUITE("rewriter/rewrite") {
    TEST_CASE("only the bytes of the links change, in every transfer encoding") {
        struct Row {
            std::string_view encoding, before, after;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"7bit", "<A HREF = 'http://x.example/?a&amp;b' >x</A>\n",
                  "<A HREF = 'https://go.acme.example/c/TOKEN' >x</A>\r\n"},
                 {"8bit", "<a href=http://x.example/>\xC3\xA9</a>\n",
                  "<a href=https://go.acme.example/c/TOKEN>\xC3\xA9</a>\r\n"},
                 {"quoted-printable", "<a href=3D\"http://x.ex=\nample/\">=c3=A9=20</a>\n",
                  "<a href=3D\"https://go.acme.example/c/TOKEN\">=c3=A9=20</a>\r\n"},
                 {"base64", "PGEgaHJlZj0iaHR0cDovL3guZXhhbXBsZS8iPng8L2E+\n",
                  "PGEgaHJlZj0iaHR0cHM6Ly9nby5hY21lLmV4YW1wbGUvYy9UT0tFTiI+eDwvYT4=\r\n"},
             }) {
            CAPTURE(row.encoding);
            const Mail mail{html_mail(row.encoding, row.before)};
            const Mail after = rewritten(mail, link_plan());
            CHECK(after.split.body == row.after);
            CHECK(after.header("Content-Transfer-Encoding") ==
                  mail.header("Content-Transfer-Encoding"));
            CHECK(rewrite(after.parsed(), link_plan())->empty());
        }
    }
    TEST_CASE("an answer equal to the link is no change") {
        const Mail mail{html_mail("7bit", "<a href=\"http://x.example/?a=1&amp;b=2\">x</a>\n")};
        RewritePlan plan;
        plan.replace_link = [](const FoundLink& link) { return std::optional(link.url); };
        CHECK(rewrite(mail.parsed(), plan)->empty());
    }
    TEST_CASE("an answer that is no absolute ASCII URL is refused, not sent") {
        const Mail mail{html_mail("7bit", "<a href=\"http://x.example/\">x</a>\n")};
        for (const std::string_view bad :
             {"", "relative", "https://x.example/a b", "https://x.example/\r\nX: y",
              "https://caf\xC3\xA9.example/"}) {
            RewritePlan plan;
            plan.replace_link = [&](const FoundLink&) { return std::optional(std::string(bad)); };
            CAPTURE(bad);
            CHECK_FALSE(rewrite(mail.parsed(), plan).has_value());
        }
    }
    TEST_CASE("ordinals count all links of the message, and survey and rewrite agree") {
        const Mail mail{
            "Content-Type: multipart/alternative; boundary=B\n\n--B\n\nsee http://t.example/1 and "
            "candor:unsubscribe\n--B\n"
            "Content-Type: text/html; charset=iso-8859-1\n\n<a href='mailto:a@b'>m</a><a "
            "href='http://h.example/caf\xE9?q=\xE9'>x  <b>y</b></a>\n--B--\n"};
        const Survey found = survey(mail.parsed());
        REQUIRE(found.links.size() == 4);
        std::vector<FoundLink> asked;
        RewritePlan plan;
        plan.replace_link = [&](const FoundLink& link) -> std::optional<std::string> {
            asked.push_back(link);
            return std::nullopt;
        };
        CHECK(rewrite(mail.parsed(), plan)->empty());
        REQUIRE(asked.size() == 4);
        static constexpr std::uint16_t html_first[] = {3, 4, 1, 2};
        for (std::size_t i = 0; i < asked.size(); ++i) {
            CHECK(asked[i].ordinal == html_first[i]);
            CHECK(found.links[i].ordinal == html_first[i]);
            CHECK(asked[i].url == found.links[i].url);
        }
        CHECK(asked[1].url == "candor:unsubscribe");
        CHECK(asked[1].place == LinkPlace::Text);
        CHECK(asked[3].url == "http://h.example/caf\xC3\xA9?q=\xC3\xA9");
        CHECK(asked[3].ambiguous_charset);
        CHECK(asked[3].text == "x y");
        CHECK(found.has_html);
        CHECK(found.has_text);
    }
    TEST_CASE(
        "a line that grows past 998 octets is broken between attributes, else the part becomes "
        "quoted-printable") {
        const std::string fill(960, 'x');
        RewritePlan plan;
        plan.replace_link = [](const FoundLink&) {
            return std::optional("https://go.acme.example/c/" + std::string(80, 'T'));
        };

        const Mail breakable{
            html_mail("8bit", fill + "<a class=q href=\"http://x.example/\">x</a>\n")};
        const Mail broken = rewritten(breakable, plan);
        CHECK(broken.split.body.starts_with(fill + "<a class=q\r\nhref=\"https://go"));
        CHECK(broken.header("Content-Transfer-Encoding") == " 8bit");

        const Mail tight{html_mail(
            "8bit", "<a href=\"http://x.example/\">x</a>" + std::string(980, 'y') + "\n")};
        const Mail encoded = rewritten(tight, plan);
        CHECK(longest_line(encoded.split.body) <= 76);
        CHECK(encoded.header("Content-Transfer-Encoding") == " quoted-printable");
        CHECK(rewrite(encoded.parsed(), plan)->empty());
    }
    TEST_CASE("a long text line with a link becomes quoted-printable, a binary part stays binary") {
        const std::string line = std::string(970, 'x') + " http://x.example/ y";
        const Mail text{"Content-Type: text/plain; charset=utf-8\n\n" + line + "\n"};
        const Mail after = rewritten(text, link_plan());
        CHECK(after.header("Content-Transfer-Encoding") == " quoted-printable");
        CHECK(longest_line(after.split.body) <= 76);
        CHECK(decode(after.split.body, TransferEncoding::QuotedPrintable) ==
              std::string(970, 'x') + " " + std::string(new_link) + " y\r\n");
        CHECK(rewrite(after.parsed(), link_plan())->empty());

        const Mail binary{html_mail("binary", "<a href=http://x.example/>\xFF\x01</a>\n")};
        CHECK(rewritten(binary, link_plan()).split.body ==
              "<a href=https://go.acme.example/c/TOKEN>\xFF\x01</a>\r\n");
    }
    TEST_CASE("a line that was too long stays as it is where no edit touches it") {
        const std::string line(1200, 'x');
        const Mail mail{html_mail("8bit", line + "\n<a href=http://x.example/>x</a>\n")};
        CHECK(rewritten(mail, link_plan()).split.body ==
              line + "\r\n<a href=https://go.acme.example/c/TOKEN>x</a>\r\n");
    }
    TEST_CASE("links of ISO-2022-JP mail are found between two-byte characters that hold quotes") {
        // The bytes between the switches are `"<a"` and `href="http://no.example/"`.
        const std::string word = "\x1B$B\"<a\"href=\"http://no.example/\"\x1B(B";
        const Mail html{html_mail("7bit",
                                  "<p title=\"" + word + "\">" + word +
                                      "</p><a href=\"http://x.example/\">" + word + "</a>\n",
                                  "iso-2022-jp")};
        const Message message = html.parsed();
        CHECK_FALSE(message.untouchable());
        const Survey found = survey(message);
        REQUIRE(found.links.size() == 1);
        CHECK(found.links[0].url == "http://x.example/");
        CHECK(rewritten(html, link_plan()).split.body ==
              "<p title=\"" + word + "\">" + word + "</p><a href=\"" + std::string(new_link) +
                  "\">" + word + "</a>\r\n");

        const Mail text{
            "Content-Type: text/plain; charset=ISO-2022-JP\n\nhttp://x.example/\x1B$B%F"
            "\x1B(B\n"};
        RewritePlan plan = link_plan();
        plan.footer_text = "\xE3\x82\xA2";
        const Mail after = rewritten(text, plan);
        CHECK(after.split.body ==
              std::string(new_link) + "\x1B$B%F\x1B(B\r\n\r\n\x1B$B%\"\x1B(B\r\n");
        CHECK(rewrite(after.parsed(), plan)->empty());
    }
    TEST_CASE("unlabelled HTML is read in the charset of its meta element") {
        const Mail mail{
            "Content-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n<meta "
            "charset=koi8-r><a href='http://x.example/'>\xD4</a>\n"};
        CHECK(survey(mail.parsed()).links.at(0).text == "\xD1\x82");
    }
    TEST_CASE("charsets that cannot be edited in place are left alone, and that is said") {
        for (const std::string_view charset : {"utf-16le", "utf-7", "hz-gb-2312", "ibm037"}) {
            CAPTURE(charset);
            const Mail mail{html_mail("8bit", "<a href=\"http://x.example/\">x</a>\n", charset)};
            CHECK(survey(mail.parsed()).untouchable->word == "unknown_charset");
            CHECK(rewrite(mail.parsed(), link_plan())->empty());
        }
    }
    TEST_CASE("a link that was only cleaned stays in the charset of its part") {
        RewritePlan plan;
        plan.remove_tracking = true;
        const Mail text{
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n"
            "http://x.example/\xE9?mc_eid=1&a=\xE9\n"};
        CHECK(rewritten(text, plan).split.body == "http://x.example/\xE9?a=\xE9\r\n");
        const Mail html{
            html_mail("8bit", "<a href=\"http://x.example/\xE9?mc_eid=1\">x</a>\n", "iso-8859-1")};
        CHECK(rewritten(html, plan).split.body == "<a href=\"http://x.example/&#233;\">x</a>\r\n");
    }
    TEST_CASE("a part inside a multipart that becomes quoted-printable says so in its own header") {
        for (const std::string_view cte : {"", "Content-Transfer-Encoding: 8bit\n"}) {
            CAPTURE(cte);
            const Mail mail{
                "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/html\n" +
                std::string(cte) + "\n<a href=http://x.example/>" + std::string(980, 'y') +
                "\n--B--\n"};
            const Mail after = rewritten(mail, link_plan());
            CHECK(after.split.body.find("Content-Transfer-Encoding: quoted-printable\r\n") !=
                  std::string::npos);
            CHECK(longest_line(after.split.body) <= 998);
            CHECK(after.parsed().parts()[0].encoding == TransferEncoding::QuotedPrintable);
        }
    }
    TEST_CASE("the footer goes before the last end tag of body and to the end of the text, once") {
        const Mail mail{
            "Content-Type: multipart/alternative; boundary=B\n\n--B\nContent-Type: text/plain; "
            "charset=us-ascii\n\ntext\n--B\n"
            "Content-Type: text/html\n\n<body>a</BODY ></html>\n--B--\n"};
        RewritePlan plan;
        plan.footer_html = "<p>caf\xC3\xA9</p>";
        plan.footer_text = "caf\xC3\xA9\nline two";
        const Mail after = rewritten(mail, plan);
        CHECK(after.split.body.find("<body>a<p>caf&#233;</p></BODY ></html>") != std::string::npos);
        CHECK(after.split.body.find("text\r\n\r\ncafe\r\nline two\r\n") != std::string::npos);
        CHECK(rewrite(after.parsed(), plan)->empty());
    }
    TEST_CASE("the footer goes to the first text that says something, else to the first") {
        RewritePlan plan;
        plan.footer_text = "Postal address";
        const std::string head = "Content-Type: multipart/mixed; boundary=B\n\n--B\n\n\n--B\n\n";
        const Mail mail{head + "Hello\n--B--\n"};
        const Mail once = rewritten(mail, plan);
        CHECK(once.split.body.find("Hello\r\n\r\nPostal address") != std::string::npos);
        CHECK(rewrite(once.parsed(), plan)->empty());
        const Mail blank = rewritten(Mail{head + "\n\n--B--\n"}, plan);
        CHECK(blank.split.body.starts_with("--B\r\n\r\n\r\nPostal address"));
        CHECK(rewrite(blank.parsed(), plan)->empty());
    }
    TEST_CASE("a footer that needs more than ASCII turns a 7bit part into quoted-printable") {
        const Mail mail{"Content-Type: text/plain; charset=utf-8\n\ntext\n"};
        RewritePlan plan;
        plan.footer_text = "caf\xC3\xA9";
        const Mail after = rewritten(mail, plan);
        CHECK(after.header("Content-Transfer-Encoding") == " quoted-printable");
        CHECK(after.split.body.find("caf=C3=A9") != std::string::npos);
    }
    TEST_CASE("links of an untouchable part are reported and never replaced") {
        const Mail mail{
            "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: multipart/signed; "
            "boundary=S\n\n--S\nContent-Type: text/html\n\n"
            "<a href=http://x.example/?mc_eid=abc>x</a>\n--S\nContent-Type: "
            "application/pgp-signature\n\nsig\n--S--\n--B\n"
            "Content-Type: text/html\n\n<a href=http://y.example/>y</a>\n--B--\n"};
        const Survey found = survey(mail.parsed());
        REQUIRE(found.links.size() == 2);
        CHECK(found.links[0].untouchable);
        CHECK_FALSE(found.links[1].untouchable);
        CHECK(found.untouchable_html);
        CHECK(found.untouchable_tracking);
        const Mail after = rewritten(mail, link_plan());
        CHECK(after.split.body.find("http://x.example/?mc_eid=abc") != std::string::npos);
        CHECK(after.split.body.find("http://y.example/") == std::string::npos);
    }
    TEST_CASE("what nobody may touch but would have to go is told, click trackers included") {
        struct Row {
            std::string_view content;
            bool tracking;
        };
        const auto mail = [](std::string_view type, std::string_view content) {
            return Mail{"Content-Type: multipart/signed; boundary=S\n\n--S\nContent-Type: " +
                        std::string(type) + "\n\n" + std::string(content) +
                        "\n--S\nContent-Type: application/pgp-signature\n\nsig\n--S--\n"};
        };
        RewritePlan rules;
        rules.click_redirect_hosts = {"go.*.example"};
        rules.own_hosts = {"t.acme.example"};
        for (const Row& row :
             std::initializer_list<Row>{{"https://u12.ct.sendgrid.net/ls/click?upn=u001.abc", true},
                                        {"https://go.acme.example/x", true},
                                        {"https://x.example/?mc_eid=abc", true},
                                        {"https://x.example/?a=b", false}}) {
            CAPTURE(row.content);
            CHECK(survey(mail("text/plain", row.content).parsed(), rules).untouchable_tracking ==
                  row.tracking);
            const std::string html = "<a href=\"" + std::string(row.content) + "\">x</a>";
            CHECK(survey(mail("text/html", html).parsed(), rules).untouchable_tracking ==
                  row.tracking);
        }
        const std::string own = "<img src=https://t.acme.example/o/abc>";
        CHECK(survey(mail("text/html", own).parsed(), rules).untouchable_tracking);
        CHECK_FALSE(survey(mail("text/html", own).parsed()).untouchable_tracking);
    }
    TEST_CASE("tracking images go without the parameters when only images are to go") {
        const Mail mail{html_mail("7bit",
                                  "<a href=\"http://x.example/?mc_eid=abc\">x</a>\n"
                                  "<img src=\"http://x.example/big.png?mc_eid=abc\">\n"
                                  "<img src=\"https://y.example/open?u=1\" width=1 height=1>\n")};
        RewritePlan plan;
        plan.remove_tracking_images = true;
        const auto edits = rewrite(mail.parsed(), plan);
        REQUIRE(edits.has_value());
        CHECK(edits->images_neutralised == 1);
        CHECK(edits->parameters_removed == 0);
        const std::string body = apply(mail.raw(), *edits).body;
        CHECK(body.find("y.example") == std::string::npos);
        CHECK(body.find("http://x.example/?mc_eid=abc") != std::string::npos);
        CHECK(body.find("big.png?mc_eid=abc") != std::string::npos);
        CHECK(rewrite(rewritten(mail, plan).parsed(), plan)->empty());
    }
    TEST_CASE("an open image of our own host goes whatever the plan, seen or not") {
        const Mail mail{html_mail("7bit",
                                  "<img src=\"https://T.acme.example/o/abc\" width=600>\n"
                                  "<img src=\"https://t.acme.example/other.png\">\n"
                                  "<img src=\"https://y.example/open?u=1\" width=1 height=1>\n")};
        RewritePlan plan = link_plan();
        CHECK(rewrite(mail.parsed(), plan)->empty());
        plan.own_hosts = {"t.acme.example"};
        plan.trusted_image_hosts = {"t.acme.example"};
        const auto edits = rewrite(mail.parsed(), plan);
        REQUIRE(edits.has_value());
        CHECK(edits->images_neutralised == 1);
        const std::string body = apply(mail.raw(), *edits).body;
        CHECK(body.find("/o/abc") == std::string::npos);
        CHECK(body.find("other.png") != std::string::npos);
        CHECK(body.find("y.example") != std::string::npos);
    }
    TEST_CASE("an AMP part gets what the HTML gets, and only its web links") {
        const std::string amp =
            "<!doctype html><html amp4email><body><a href=\"http://x.example/\">x</a>"
            "<form action-xhr=\"https://x.example/api\" method=post></form>"
            "<amp-img src=\"https://x.example/p.png\" [src]=\"s.u\"></amp-img>"
            "<a [href]=\"s.u\" href=\"mailto:a@x.example\">y</a></body></html>";
        const auto alternatives = [](const std::string& part) {
            return Mail{
                "Content-Type: multipart/alternative; boundary=B\n\n--B\nContent-Type: "
                "text/x-amp-html\n\n" +
                part +
                "\n--B\nContent-Type: text/html\n\n<a "
                "href=\"http://x.example/\">x</a>\n--B--\n"};
        };
        RewritePlan plan;
        plan.replace_link = [](const FoundLink& link) -> std::optional<std::string> {
            if (link.url != "http://x.example/") return std::nullopt;
            return std::string(new_link);
        };
        const Mail mail = alternatives(amp);
        const Survey found = survey(mail.parsed());
        REQUIRE(found.links.size() == 3);
        CHECK(found.links[0].ordinal == found.links[2].ordinal);
        std::string expected = mail.split.body;
        for (auto at = expected.find("\"http://x."); at != std::string::npos;
             at = expected.find("\"http://x."))
            expected.replace(at + 1, 17, new_link);
        CHECK(rewritten(mail, plan).split.body == expected);
        CHECK_FALSE(rewrite(mail.parsed(), plan)->amp_outgrown);

        plan.footer_html = "<p>f</p>";
        CHECK(rewritten(mail, plan).split.body.find("y</a><p>f</p></body>") != std::string::npos);
    }
    TEST_CASE("an AMP part that would pass the size that clients show says so") {
        const auto mail_of = [](std::size_t size) {
            const std::string link = "<a href=\"http://x.example/\">x</a>";
            std::string fill;
            while (fill.size() + link.size() < size) fill += fill.size() % 80 == 79 ? '\n' : 'x';
            Mail mail{"Content-Type: text/x-amp-html\n\n"};
            mail.split.body = link + fill;
            return mail;
        };
        const std::size_t growth = new_link.size() - 17;
        CHECK_FALSE(rewrite(mail_of(max_amp_bytes - growth).parsed(), link_plan())->amp_outgrown);
        CHECK(rewrite(mail_of(max_amp_bytes - growth + 1).parsed(), link_plan())->amp_outgrown);
        CHECK_FALSE(rewrite(mail_of(max_amp_bytes + 1).parsed(), link_plan())->amp_outgrown);
    }
    TEST_CASE("a footer in ASCII stays alone when a link was all that was not UTF-8") {
        const Mail mail("From: a@acme.example\n\nSee http://x.example/\xFF now, caf\xC3\xA9\n");
        RewritePlan plan = link_plan();
        plan.footer_text = "caf\xC3\xA9: leave";
        const Mail once = rewritten(mail, plan);
        CHECK(once.split.body.find("cafe: leave") != std::string::npos);
        const auto again = rewrite(once.parsed(), plan);
        REQUIRE(again.has_value());
        CHECK(again->empty());
    }
    TEST_CASE("a footer is never put into a comment") {
        const Mail mail{html_mail("7bit", "<body>a</body></html><!-- old </body> -->\n")};
        RewritePlan plan;
        plan.footer_html = "<p>f</p>";
        CHECK(rewritten(mail, plan).split.body ==
              "<body>a<p>f</p></body></html><!-- old </body> -->\r\n");
    }
    TEST_CASE("remove_tracking cleans links that nobody replaced") {
        const Mail mail{
            html_mail("7bit", "<a href=\"http://x.example/?a=1&amp;mc_eid=abc\">x</a>\n")};
        RewritePlan plan;
        plan.remove_tracking = true;
        const auto edits = rewrite(mail.parsed(), plan);
        REQUIRE(edits.has_value());
        CHECK(edits->parameters_removed == 1);
        CHECK(apply(mail.raw(), *edits).body.find("mc_eid") == std::string::npos);
        CHECK(survey(mail.parsed()).personal_parameters == 1);
    }
    TEST_CASE("too many links are an error of rewrite and make the survey opaque") {
        Limits limits;
        limits.max_links = 2;
        const Mail mail{html_mail("7bit", "<a href=a:1><a href=a:2><a href=a:3>\n")};
        CHECK(rewrite(mail.parsed(limits), link_plan()).error().fault == candor::Fault::OverLimit);
        CHECK(survey(mail.parsed(limits)).untouchable->word == "over_limit");
    }
    TEST_CASE("header edits count fields of one name before any edit") {
        const std::vector<Header> headers = {
            {"X-A", " 1"}, {"From", " f"}, {"x-a", " 2"}, {"X-A", " 3"}};
        Edits edits;
        edits.headers = {{HeaderEdit::Kind::Remove, "X-A", 1, {}},
                         {HeaderEdit::Kind::Replace, "X-A", 3, " three"},
                         {HeaderEdit::Kind::Insert, "X-B", 1, " new"},
                         {HeaderEdit::Kind::Remove, "X-A", 9, {}}};
        const AppliedMessage applied = apply({headers, "body"}, edits);
        REQUIRE(applied.headers.size() == 4);
        CHECK(applied.headers[0].name == "From");
        CHECK(applied.headers[1].value == " 2");
        CHECK(applied.headers[2].value == " three");
        CHECK(applied.headers[3].name == "X-B");
        CHECK(applied.body == "body");
    }
}
