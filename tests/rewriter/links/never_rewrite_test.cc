#include "rewriter/links/never_rewrite.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace candor::rewriter {
namespace {

struct Row {
    std::string url;
    std::string expected;
    std::string text = "read on";
};

/// The last two labels: enough for hosts under `.example`.
std::string last_two_labels(std::string_view host) {
    const std::size_t dot = host.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    const std::size_t before = host.rfind('.', dot - 1);
    return std::string{before == std::string_view::npos ? host : host.substr(before + 1)};
}

FoundLink link_to(const Row& row) {
    FoundLink link;
    link.url = row.url;
    link.text = row.text;
    return link;
}

NeverRules::Input usual() {
    NeverRules::Input input;
    input.own_host = "go.acme.example";
    input.organisational_domain = last_two_labels;
    return input;
}

void check(const std::vector<Row>& rows, const NeverRules::Input& input = usual()) {
    const NeverRules rules{input};
    for (const Row& row : rows) {
        CAPTURE(row.url);
        CAPTURE(row.text);
        CHECK(rules.reason_to_keep(link_to(row)).value_or("") == row.expected);
    }
}

}  // namespace

TEST_SUITE("rewriter/never_rewrite") {
    TEST_CASE("only http and https are rewritten, in any case and with blanks around") {
        std::vector<Row> rows{
            {"https://www.acme.example/a?b=c#d", ""},
            {"HTTP://www.acme.example/", ""},
            {" \t\n https://www.acme.example/a \n", ""},
            {"ht\ntps://www.acme.ex\tample/", ""},
            {"https+notrack://www.acme.example/", "scheme"},
            {"hhttp://www.acme.example/", "scheme"},
        };
        for (const char* scheme : {"mailto:a@b.example",
                                   "tel:+1",
                                   "sms:+1",
                                   "callto:x",
                                   "facetime:x",
                                   "whatsapp://send",
                                   "cid:1",
                                   "mid:1",
                                   "data:text/html,x",
                                   "javascript:alert(1)",
                                   "vbscript:x",
                                   "file:///etc/x",
                                   "ftp://x.example/",
                                   "about:blank",
                                   "blob:https://x.example/1",
                                   "news:x",
                                   "geo:1,2",
                                   "maps:x",
                                   "webcal://x.example/a",
                                   "webcals://x.example/a",
                                   "itms-apps://x.example",
                                   "market://x",
                                   "intent://x#Intent;end",
                                   "myapp:x",
                                   "view-source:https://x.example"}) {
            rows.push_back({scheme, "scheme"});
        }
        check(rows);
    }

    TEST_CASE("what is relative to nothing stays") {
        check({{"", "scheme"},
               {"   ", "scheme"},
               {"#top", "scheme"},
               {"news/today", "scheme"},
               {"/news", "scheme"},
               {"?page=2", "scheme"},
               {"//www.acme.example/", "scheme"},
               {"https:", "no_host"},
               {"https:///x", "no_host"},
               {"https://", "no_host"},
               {"https:www.acme.example/", "no_host"}});
    }

    TEST_CASE("a merge tag that nobody filled in stays, in every spelling") {
        check({{"https://{{host}}/x", "merge_tag"},
               {"https://acme.example/{% url %}", "merge_tag"},
               {"https://acme.example/{{{ name }}}", "merge_tag"},
               {"https://acme.example/?u=*|UNIQID|*", "merge_tag"},
               {"https://acme.example/%%email%%", "merge_tag"},
               {"https://acme.example/?e=[[email]]", "merge_tag"},
               {"https://acme.example/<%= id %>", "merge_tag"},
               {"https://acme.example/${id}", "merge_tag"},
               {"https://acme.example/{$id}", "merge_tag"},
               {"https://acme.example/#{id}", "merge_tag"},
               {"https://acme.example/?e=%recipient.email%", "merge_tag"},
               {"https://acme.example/?e=%7B%7Bemail%7D%7D", "merge_tag"},
               {"*|URL|*", "scheme"},
               {"{{url}}", "scheme"},
               {"https://acme.example/a%20b%20c", ""},
               {"https://acme.example/?q=%C3%A4%C3%B6%", ""},
               {"https://acme.example/?a[]=1&b[c]=2", ""},
               {"https://acme.example/{id}", ""}});
    }

    TEST_CASE("what only resembles a merge tag is none, wherever it stands") {
        const std::string word(64, 'w');
        check({{"https://acme.example/?e=%ab%", ""},
               {"https://acme.example/?e=%a%", ""},
               {"https://acme.example/?e=%x.y%", "merge_tag"},
               {"https://acme.example/?e=100%25%20off", ""},
               {"https://acme.example/?e=%" + word + "%", "merge_tag"},
               {"https://acme.example/?e=%w" + word + "%", ""},
               {"https://acme.example/?e=%7B%7bemail", ""},
               {"https://acme.example/?e={email}", ""},
               {"https://acme.example/?e=[email]&f=*a*&g=a|b", ""},
               {"https://acme.example/?e=|*a", "merge_tag"},
               {"https://acme.example/?e=a*|", "merge_tag"},
               {"https://acme.example/?e=%", ""},
               {"https://acme.example/?e={", ""},
               {"https://acme.example/?e=$", ""},
               {"https://acme.example/?e=%%", "merge_tag"},
               {"https://acme.example/?e=%e4%\xC3\xA4{{", "merge_tag"}});
    }

    TEST_CASE("our own tracking host is never tracked again") {
        check({{"https://go.acme.example/c/AbC", "own_host"},
               {"https://GO.acme.example:443/", "own_host"},
               {"https://cargo.acme.example/", ""},
               {"https://go.acme.example.evil.example/", ""}});
    }

    TEST_CASE("opt-outs stay: by the header's URIs, by a word of the URL, by the text") {
        const std::vector<std::string> uris{"https://App.example/l%65ave?id=1",
                                            "mailto:leave@app.example", "https://app.example/"};
        NeverRules::Input input = usual();
        input.header_uris = uris;
        check({{"https://app.example/leave?id=1", "opt_out"},
               {" https://app.example/leave?id=1#x", "opt_out"},
               {"https://app.example/leave?id=2", ""},
               {"https://app.example", "opt_out"},
               {"https://acme.example/Unsubscribe?u=1", "opt_out"},
               {"https://acme.example/UNSUBSCRIBE.php", "opt_out"},
               {"https://acme.example/?action=unsubscribe", "opt_out"},
               {"https://acme.example/?unsubscribe=1", "opt_out"},
               {"https://unsubscribe.acme.example/x", "opt_out"},
               {"https://acme.example/#/opt-out", "opt_out"},
               {"https://acme.example/optOut/1", "opt_out"},
               {"https://acme.example/opt_out/1", "opt_out"},
               {"https://acme.example/email-preferences", "opt_out"},
               {"https://acme.example/preferences?x", "opt_out"},
               {"https://acme.example/newsletter/abmelden", "opt_out"},
               {"https://acme.example/d%C3%A9sinscription", "opt_out"},
               {"https://acme.example/afmelden/1", "opt_out"},
               {"https://acme.example/x", "opt_out", "Unsubscribe"},
               {"https://acme.example/x", "opt_out", "Click here to unsubscribe."},
               {"https://acme.example/x", "opt_out", "SE DÉSINSCRIRE"},
               {"https://acme.example/x", "opt_out", "darse de baja"},
               {"https://acme.example/x", "opt_out", "メールの配信停止はこちら"}},
              input);
    }

    TEST_CASE("an opt-out is known in the languages of the mails that law asks most of") {
        for (const char* text : {"Hier abzumelden",
                                 "Désabonnez-vous",
                                 "Per annullare l'iscrizione",
                                 "Desuscríbete aquí",
                                 "Cancelar a subscrição",
                                 "Schrijf je uit",
                                 "Avanmäl dig",
                                 "Framelding",
                                 "Avmelding",
                                 "Peru tilaus",
                                 "Zrezygnuj z newslettera",
                                 "Zrušit odběr",
                                 "Odhlásiť sa z odberu",
                                 "Leiratkozás a hírlevélről",
                                 "Dezabonare",
                                 "Отписване",
                                 "Odjava",
                                 "Odjavite se",
                                 "Loobu uudiskirjast",
                                 "Atrakstīties",
                                 "Atsisakyti prenumeratos",
                                 "Διαγραφή από τη λίστα",
                                 "Díliostáil",
                                 "Abonelikten çık",
                                 "Отписаться от рассылки",
                                 "Відписатися",
                                 "退订",
                                 "取消訂閱",
                                 "メール配信の停止",
                                 "إلغاء الاشتراك",
                                 "להסרה מרשימת התפוצה",
                                 "Stop receiving these emails",
                                 "수신거부"}) {
            check({{"https://acme.example/x", "opt_out", text}});
        }
        check({{"https://acme.example/odhlasit-odber/1", "opt_out"},
               {"https://acme.example/leiratkozas?u=1", "opt_out"},
               {"https://acme.example/dezabonare", "opt_out"},
               {"https://acme.example/odjava/1", "opt_out"}});
    }

    TEST_CASE("words inside other words and in titles are no opt-outs") {
        check({{"https://acme.example/blog/how-to-lower-your-unsubscribe-rate", ""},
               {"https://acme.example/sunsubscribers", ""},
               {"https://acme.example/optoutfitters", ""},
               {"https://acme.example/dinner-preferences", ""},
               {"https://acme.example/shop/preferenced", ""},
               {"https://acme.example/x", "",
                "Ten tricks of the trade that make fewer readers of your letters unsubscribe"}});
    }

    TEST_CASE("the mail's web version stays") {
        check({{"https://acme.example/view-in-browser/1", "browser_view"},
               {"https://acme.example/x", "browser_view", "View in browser"},
               {"https://acme.example/x", "browser_view", "Im Browser ansehen"},
               {"https://acme.example/browser", ""}});
    }

    TEST_CASE("logins, resets, payments and one-time links stay unless they are to be rewritten") {
        const std::vector<std::string> urls{
            "https://acme.example/login",          "https://acme.example/users/sign_in?x",
            "https://acme.example/password/reset", "https://acme.example/reset-password?t=1",
            "https://acme.example/magic-link/abc", "https://acme.example/?otp=123",
            "https://acme.example/oauth2/start",   "https://acme.example/verify-email/1",
            "https://acme.example/payment/77",     "https://acme.example/invoice/2024-1.pdf",
            "https://acme.example/verify?token=1", "https://acme.example/confirm/3f9a",
            "https://acme.example/activate/3f9a",  "https://sso.acme.example/"};
        NeverRules::Input rewriting = usual();
        rewriting.keep_sensitive = false;
        for (const std::string& url : urls) {
            check({{url, "sensitive"}});
            check({{url, ""}}, rewriting);
        }
        check({{"https://acme.example/x", "sensitive", "Reset your password"},
               {"https://acme.example/x", "sensitive", "Please verify your email now"},
               {"https://acme.example/verified-reviews", ""},
               {"https://acme.example/invoice-software", ""},
               {"https://acme.example/checkout", ""},
               {"https://acme.example/apple-pay", ""},
               {"https://acme.example/login-screens-we-love", ""}});
    }

    TEST_CASE("link text that shows a URL of the same site stays, as filters take it for fraud") {
        const std::string url = "https://www.acme.example/offer?x=1";
        check({{url, "text_is_url", "acme.example"},
               {url, "text_is_url", "www.acme.example"},
               {url, "text_is_url", "https://www.acme.example/offer?x=1"},
               {url, "text_is_url", "http://acme.example/off..."},
               {url, "text_is_url", "www.acme.example/offer\xE2\x80\xA6"},
               {url, "text_is_url", "shop.acme.example"},
               {url, "text_is_url", "ACME.example"},
               {url, "text_is_url", "<https://acme.example>"},
               {url, "text_is_url", " acme.example. "},
               {url, "text_is_url", "\u00A0acme.example\u00A0"},
               {url, "text_is_url", "acme\u200B.example"},
               {url, "text_is_url", "acme\u00AD.example"},
               {url, "text_is_url", "https://acme.example/offer \u2192"},
               {url, "text_is_url", "\u202Fhttps://acme.example/offer\u00A0now"},
               {url, "", "acme.example \u2192"},
               {url, "", "other.example"},
               {url, "", "Sale. Now"},
               {url, "", "read acme.example now"},
               {url, "", "somebody@acme.example"},
               {url, "", "v1.2"},
               {url, "", "3.5"},
               {url, "", "now..."},
               {url, "", ""}});
    }

    TEST_CASE("shown URLs are rewritten as configured") {
        NeverRules::Input input = usual();
        input.shown_urls = ShownUrls::SameSite;
        check({{"https://www.acme.example/x", "", "acme.example"},
               {"https://www.other.example/x", "text_is_url", "other.example"}},
              input);
        input.shown_urls = ShownUrls::Rewrite;
        check({{"https://www.other.example/x", "", "other.example"}}, input);
    }

    TEST_CASE("without a list of registrable domains only the same host is the same site") {
        NeverRules::Input input = usual();
        input.organisational_domain = nullptr;
        check({{"https://www.acme.example/x", "text_is_url", "acme.example"},
               {"https://www.acme.example/x", "", "shop.acme.example"}},
              input);
    }

    TEST_CASE("the text of a plain text link shows what it leads to, whatever that is") {
        FoundLink link = link_to({"https://www.acme.example/x", "", "acme.example"});
        link.place = LinkPlace::Text;
        CHECK(!NeverRules{usual()}.reason_to_keep(link));
    }

    TEST_CASE("calendar entries, contacts, passes and apps stay") {
        const std::vector<std::string> hosts{"app.*.example"};
        NeverRules::Input input = usual();
        input.app_link_hosts = hosts;
        check({{"https://acme.example/day.ICS?x", "app_file"},
               {"https://acme.example/card.vcf", "app_file"},
               {"https://acme.example/ticket.pkpass#x", "app_file"},
               {"https://acme.example/x?file=day.ics", ""},
               {"https://app.acme.example/open/1", "app_link"},
               {"https://APP.acme.example:443/", "app_link"},
               {"https://acme.example/app.acme.example", ""}},
              input);
    }

    TEST_CASE("a user name in the URL stays where it is") {
        check({{"https://user:pw@acme.example/", "credentials"},
               {"https://user@acme.example", "credentials"},
               {"https:\\\\user@acme.example", "credentials"},
               {"https://acme.example/@user", ""},
               {"https://acme.example?x=a@b", ""}});
    }

    TEST_CASE("a URL of more than 8 KB stays") {
        const std::string base = "https://acme.example/";
        check({{base + std::string(8192 - base.size(), 'x'), ""},
               {base + std::string(8193 - base.size(), 'x'), "too_long"}});
    }

    TEST_CASE("a template's mark, an unsure charset and the operator's globs count too") {
        const std::vector<std::string> globs{"https://status.*"};
        NeverRules::Input input = usual();
        input.url_globs = globs;
        check({{"https://status.acme.example/", "configured"}}, input);
        FoundLink link = link_to({"https://www.acme.example/", ""});
        link.marked_no_track = true;
        CHECK(NeverRules{input}.reason_to_keep(link) == "marked");
        link.marked_no_track = false;
        link.ambiguous_charset = true;
        CHECK(NeverRules{input}.reason_to_keep(link) == "charset");
    }
}

}  // namespace candor::rewriter
