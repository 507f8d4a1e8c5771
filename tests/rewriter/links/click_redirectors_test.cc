#include "rewriter/links/click_redirectors.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/shipped_lists.h"

using namespace candor::rewriter;

namespace {

std::string ascii_uppered(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

}  // namespace

TEST_SUITE("rewriter/click_redirectors") {
    TEST_CASE("known redirectors give up the destination where the URL holds it") {
        struct Row {
            std::string_view url;
            bool known;
            std::string_view destination;  // empty: none
        };
        const std::vector<Row> rows{
            {"https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Facme.example%2Fa%3Fb=c/1/01/x=9",
             true, "https://acme.example/a?b=c"},
            {"https://click.pstmrk.it/2s/acme.example%2Fshop/abc/def", true,
             "https://acme.example/shop"},
            {"https://click.pstmrk.it/3s/https%3A%2F%2Facme.example%2Fshop/abc/def/x", true,
             "https://acme.example/shop"},
            {"https://u12.ct.sendgrid.net/ls/click?upn=u001.abc", true, ""},
            {"https://links.acme.example/ls/click?upn=u001.abc", true, ""},
            {"https://x.us8.list-manage.com/track/click?u=1&id=2&e=3", true, ""},
            {"https://x.us8.list-manage.com/unsubscribe?u=1&id=2", false, ""},
            {"https://acme.acemlna.com/Prod/"
             "link-tracker?redirectUrl=https%3A%2F%2Facme.example&x=1",
             true, "https://acme.example"},
            {"https://acme.acemlna.com/Prod/"
             "link-tracker?redirectUrl=https%3A%2F%2Fclick.pstmrk.it%2F2s%2F"
             "acme.example%252Fx%2Fa%2Fb&data=1",
             true, "https://acme.example/x"},
            {"https://acme.acemlna.com/Prod/link-tracker?redirectUrl=javascript:alert(1)", true,
             ""},
            {"https://acme.acemlna.com/Prod/"
             "link-tracker?redirectUrl=https%3A%2F%2Fu1.ct.sendgrid.net"
             "%2Fls%2Fclick%3Fupn=1",
             true, ""},
            {"https://acme.example/ls/clicks", false, ""},
            {"https://d123.hubspotlinks.com/Ctc/abc", true, ""},
            {"https://click.e.acme.example/?qs=d3e2021d40b12ff958733fa2f7e8a99c185cc8be26d2", true,
             ""},
            {"https://acme.example/?qs=winter+coats", false, ""},
            {"https://nl.acme.example/f/a/F_dcuczBSTkJVTsces34Yw~~/AAAAARA~/NcLmVKSNAhd9", true,
             ""},
            {"https://acme.example/f/a/b/c", false, ""},
            {"https://clicks.acme.example/acme/e/.eJwTUogMuaza_PjVAkP1F7/click", true, ""},
            {"https://acme.example/acme/e/about/.eJ", false, ""},
            {"https://e.acme.example/T/v60000019b3d92/30c532c0/30c5-37f9?__dU__=v0G4&__F__=v0f",
             true, ""},
            {"https://email.acme.example/c/eJwVjcsOwiAQAL8GjmQXlpYeOBj1P3gsLbG0hqLx711zZpJJ", true,
             ""},
            {"https://acme.example/c/ejecta", false, ""},
            {"https://t.acme.example/r/?id=h1c2d3,4f5,6a7&p1=x", true, ""},
            {"https://acme.example/r/?id=hello", false, ""},
            {"https://link.acme.example/click/273.14/aHR0cHM6Ly9h/5d1bB", true, ""},
            {"mailto:x@click.pstmrk.it", false, ""},
            {"https://click.pstmrk.it.acme.example/2s/x", false, ""},
        };
        for (const Row& row : rows) {
            CAPTURE(row.url);
            const ForeignTracker found = foreign_tracker(row.url, {});
            CHECK(found.known == row.known);
            CHECK(found.destination.value_or("") == row.destination);
        }
    }

    TEST_CASE("every row of the list is found, in capitals too") {
        for (const ListRow& row : shipped_list("click-redirectors.tsv")) {
            std::string host;
            for (const char c : row[0]) host += c == '*' ? "ab.c" : c == '?' ? "7" : std::string{c};
            const std::string url = "https://" + host + std::string{row[1]} + "x";
            CAPTURE(url);
            CHECK(foreign_tracker(url, {}).known);
            CHECK(
                foreign_tracker("HTTPS://" + ascii_uppered(host) + std::string{row[1]}, {}).known);
        }
    }

    TEST_CASE("wraps of mail security services are undone, one inside the other too") {
        struct Row {
            std::string_view url;
            std::string_view destination;
        };
        const std::vector<Row> rows{
            {"https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.example%2Fa%3F"
             "b%3Dc%23d&data=05%7C01&sdata=x&reserved=0",
             "https://acme.example/a?b=c#d"},
            {"https://eur03.safelinks.protection.outlook.com/ap/w-59584e83/?url=https%3A%2F%2F"
             "acme.example&data=x",
             "https://acme.example"},
            {"https://urldefense.proofpoint.com/v1/url?u=https%3A%2F%2Facme.example%2F&k=x",
             "https://acme.example/"},
            {"https://urldefense.proofpoint.com/v2/"
             "url?u=https-3A__acme.example_a-2Db-5Fc-3Fd-3De&d="
             "x&c=y",
             "https://acme.example/a-b_c?d=e"},
            {"https://urldefense.com/v3/__https://acme.example/a__;!!abc!def$",
             "https://acme.example/a"},
            {"https://urldefense.com/v3/__https://acme.example/a*b__;Pw!!abc!def$",
             "https://acme.example/a?b"},
            {"https://urldefense.com/v3/__https://acme.example/**Ax__;PyM!!abc$",
             "https://acme.example/?#x"},
            {"https://urldefense.com/v3/__https:/acme.example/*__;w6Q!!abc$",
             "https://acme.example/\xC3\xA4"},
            {"https://urldefense.com/v3/__javascript:alert__;!!abc$", ""},
            {"https://urldefense.com/v3/__https://acme.example/", ""},
            {"https://x.awstrack.me/CI0/https:%2F%2Facme.example%2F/1/2/x=3",
             "https://acme.example/"},
            {"https://secure-web.cisco.com/1abc/https%3A%2F%2Facme.example%2Fx",
             "https://acme.example/x"},
            {"https://linkprotect.cudasvc.com/url?a=https%3a%2f%2facme.example&c=E,1",
             "https://acme.example"},
            {"https://www.google.com/url?sa=D&q=https://acme.example/x", "https://acme.example/x"},
            {"https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Furldefense.com%2Fv3"
             "%2F__https%3A%2F%2Fx.awstrack.me%2FL0%2Fhttps%3A*2F*2Facme.example*2Fx__%3BJSUl!!a%24"
             "&data=x",
             "https://acme.example/x"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.url);
            const ForeignTracker found = foreign_tracker(row.url, {});
            CHECK(found.known);
            CHECK(found.destination.value_or("") == row.destination);
        }
    }

    TEST_CASE("what is wrapped deeper than anything honest has no destination") {
        std::string url = "https://acme.example/";
        const auto wrapped = [](const std::string& inner) {
            std::string escaped;
            for (const char c : inner) {
                escaped += c == '%' ? "%25" : c == '&' ? "%26" : std::string(1, c);
            }
            return "https://l.facebook.com/l.php?u=" + escaped;
        };
        for (int layers = 1; layers <= 10; ++layers) {
            url = wrapped(url);
            CAPTURE(layers);
            CHECK(foreign_tracker(url, {}).known);
            CHECK(foreign_tracker(url, {}).destination.has_value() == (layers <= 8));
        }
    }

    TEST_CASE("configured hosts count as well") {
        const std::vector<std::string> more{"go.*.example"};
        CHECK(!foreign_tracker("https://go.acme.example/x", {}).known);
        CHECK(foreign_tracker("https://GO.acme.example:443/x", more).known);
        CHECK(foreign_tracker("https://go.acme.example/x?u=https%3A%2F%2Fb.example", more)
                  .destination == "https://b.example");
    }

    TEST_CASE("a tracker's URL of any length is known, a very long one has no destination") {
        const std::string tail = "&x=" + std::string(20000, 'y');
        const ForeignTracker found = foreign_tracker(
            "https://acme.acemlna.com/Prod/link-tracker?redirectUrl=https%3A%2F%2Facme.example" +
                tail,
            {});
        CHECK(found.known);
        CHECK(!found.destination);
        const std::vector<std::string> more{"go.*.example"};
        CHECK(foreign_tracker("https://go.acme.example/x?" + tail, more).known);
        CHECK(!foreign_tracker("https://acme.example/x?" + tail, more).known);
    }

    TEST_CASE("endless wrapping ends without a destination") {
        std::string url = "https://acme.example/";
        for (int i = 0; i < 12; ++i) {
            std::string escaped;
            for (const char c : url)
                escaped += c == '%' ? "%25" : c == '&' ? "%26" : std::string(1, c);
            url = "https://acme.acemlna.com/Prod/link-tracker?redirectUrl=" + escaped;
        }
        const ForeignTracker found = foreign_tracker(url, {});
        CHECK(found.known);
        CHECK(!found.destination);
    }
}
