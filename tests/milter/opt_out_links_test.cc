// Which opt-outs of a body count, for the decision and for the footer.
#include "milter/opt_out_links.h"

#include <doctest/doctest.h>

#include "policy/tokens/token.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

using policy::Treatment;

std::string mail(const std::string& text, const std::string& html) {
    return "From: <news@acme.example>\nX-Candor-Campaign: c\nMIME-Version: 1.0\n"
           "Content-Type: multipart/alternative; boundary=b\n\n"
           "--b\nContent-Type: text/plain\n\n" +
           text + "\n--b\nContent-Type: text/html\n\n" + html + "\n--b--\n";
}

SentNewsletter sent_to(World& world, const std::string& address, const std::string& text) {
    return send_newsletter(world, transaction_of(text, "news@acme.example", {address}));
}

const std::string leave = "<a href=\"candor:unsubscribe\">Leave</a>";

}  // namespace

TEST_SUITE("milter/opt_out_links") {
    TEST_CASE("nothing is tracked where one form of the mail shows no opt-out") {
        struct Row {
            std::string text, html;
            bool tracked;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"Leave: candor:unsubscribe", leave, true},
                 {"Leave: candor:UNSUBSCRIBE", leave, true},
                 {"Less: candor:stop-tracking", leave, true},
                 {"Leave: candor:privacy", leave, false},
                 {"Hello", leave, false},
                 {"Leave: candor:unsubscribe", "<p>Hello</p>", false},
                 {"Leave: candor:unsubscribe", "<!--[if mso]>" + leave + "<![endif]-->", false},
                 {"Leave: candor:unsubscribe", "<p style=\"display:none\">" + leave, false},
             }) {
            CAPTURE(row.text);
            CAPTURE(row.html);
            World world;
            world.know("ann@lumen.example", "US");
            const auto treatment = [&](const SentNewsletter& sent) {
                return sent.outcome.shared.treatment;
            };
            const std::string file = mail(row.text, row.html);
            const SentNewsletter off = sent_to(world, "ann@lumen.example", file);
            CHECK((treatment(off) == Treatment::Individual) == row.tracked);
            const SentNewsletter again =
                send_newsletter(world, sent_again(off.transaction, off.outcome.edits));
            CHECK(treatment(again) == treatment(off));

            world.newsletter().footer = policy::Footer::Append;
            const SentNewsletter added = sent_to(world, "ann@lumen.example", file);
            CHECK(treatment(added) == Treatment::Individual);
            const std::size_t footers = count_of(added.body, "1 Main Street");
            CHECK(footers == (row.tracked ? 0 : 1));
            const SentNewsletter second =
                send_newsletter(world, sent_again(added.transaction, added.outcome.edits));
            CHECK(second.outcome.edits.empty());
        }
    }

    TEST_CASE("the author's text leaves with a footer where only the HTML had an opt-out") {
        World world;
        world.know("dieter@werkbank.example", "DE");
        world.newsletter().footer = policy::Footer::Append;
        const SentNewsletter sent = sent_to(world, "dieter@werkbank.example", mail("Hello", leave));
        CHECK(sent.outcome.shared.treatment == Treatment::Plaintext);
        CHECK(contains(sent.body, "Hello\r\n\r\n-- \r\nUnsubscribe: https://go.acme.example/u/"));
        const SentNewsletter made =
            sent_to(world, "dieter@werkbank.example", mail("", "<p>Hello</p>"));
        CHECK(contains(made.body, "Hello\r\n\r\n-- \r\nUnsubscribe: https://go.acme.example/u/"));
    }
}

}  // namespace candor::tests
