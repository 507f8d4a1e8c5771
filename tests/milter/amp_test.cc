// AMP has a size limit, and both forms of a mail are counted or neither.
#include <doctest/doctest.h>

#include "milter/obey.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

/// A newsletter whose AMP part has `size` bytes.
std::string amp_mail(std::size_t size) {
    const std::string link =
        "<a href=\"https://www.acme.example/one\">One</a> "
        "<a href=\"candor:unsubscribe\">Unsubscribe</a>\n";
    std::string fill;
    while (fill.size() + link.size() < size) fill += fill.size() % 64 == 63 ? '\n' : 'x';
    // Line ends count twice: an MTA delivers CRLF.
    fill.resize(fill.size() - (link.size() + fill.size()) / 65);
    return "From: News <news@acme.example>\nSubject: November\nMIME-Version: 1.0\n"
           "Content-Type: multipart/alternative; boundary=\"b1\"\n\n--b1\n"
           "Content-Type: text/x-amp-html; charset=utf-8\n\n" +
           link + fill + "\n--b1\nContent-Type: text/html; charset=utf-8\n\n" + link + "--b1--\n";
}

}  // namespace

TEST_SUITE("milter/amp") {
    TEST_CASE("where our links would make the AMP part too large, the HTML gets none either") {
        World world;
        world.know("ann@lumen.example", "US");
        for (const std::size_t size : {150'000U, 199'995U}) {
            CAPTURE(size);
            const auto transaction =
                transaction_of(amp_mail(size), "news@acme.example", {"ann@lumen.example"});
            const auto outcome = milter::treat(transaction, world.newsletter(), world.context());
            const std::string body = applied(transaction, outcome.edits).body;
            const bool fits = size < 190'000;
            REQUIRE(outcome.action == milter::Action::Deliver);
            CHECK(outcome.shared.treatment ==
                  (fits ? policy::Treatment::Individual : policy::Treatment::Untracked));
            CHECK(count_of(body, "https://go.acme.example/c/") == (fits ? 2 : 0));
            CHECK(contains(body, "https://go.acme.example/u/"));
            CHECK(fits != (outcome.shared.reasons.back().word == "amp_too_large"));
        }
    }
}

}  // namespace candor::tests
