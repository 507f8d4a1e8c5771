// What people do on the pages of `/u/`: opt out, take it back, ask for their data.
#include "tracker/opt_out_routes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "policy/tokens/token.h"
#include "tests/fakes.h"
#include "tracker/undo_token.h"

namespace candor::tracker {
namespace {

using policy::OptOut;
using policy::OptOutPage;
using policy::OptOutScope;
using policy::OptOutSource;
using tests::noon;

class NoEvents final : public EventSink {
  public:
    void record(const policy::Event& /*event*/) override { FAIL("an opt-out page was tracked"); }
};

std::string header(const Response& response, std::string_view name) {
    for (const Header& header : response.headers) {
        if (header.name == name) return header.value;
    }
    return {};
}

/// The value of the hidden field `name`; empty when the page has none.
std::string field(const Response& response, const std::string& name) {
    const std::string before = "name=\"" + name + "\" value=\"";
    const std::size_t at = response.body.find(before);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + before.size();
    return response.body.substr(begin, response.body.find('"', begin) - begin);
}

struct Fixture {
    tests::MemoryStore store;
    tests::FixedKeys keys;
    tests::FixedClock clock;
    tests::RecordingJournal journal;
    NoEvents events;
    policy::RecipientId anna = tests::id_of("anna@example.com");
    OptOutRoutes routes{Ports{store, keys, clock, journal, events}};
    Settings settings{config()};

    static std::shared_ptr<const policy::Config> config() {
        auto config = std::make_shared<policy::Config>();
        policy::Controller controller;
        controller.name = "Acme";
        controller.privacy_notice_url = "https://acme.example/privacy";
        controller.retention_days = 90;
        config->controllers.push_back(controller);
        return config;
    }
    std::string token_of(const policy::RecipientId& who,
                         OptOutPage page = OptOutPage::Unsubscribe) const {
        return policy::seal(*keys.ring(), policy::OptOutLink{0, who, 7, page}).value();
    }
    Response ask(Method method, const std::string& token, std::string body = {},
                 std::string type = "application/x-www-form-urlencoded") {
        Request request;
        request.method = method;
        request.body = std::move(body);
        request.content_type = std::move(type);
        Response response = routes.answer(request, token, settings);
        // Whatever was asked: no cookie, no redirect, nothing kept, nobody named.
        CHECK(header(response, "Set-Cookie").empty());
        CHECK(header(response, "Location").empty());
        CHECK(header(response, "Cache-Control") == "no-store");
        CHECK(response.body.find("anna") == std::string::npos);
        CHECK(response.body.find(anna.hex()) == std::string::npos);
        CHECK(response.body.find(token) == std::string::npos);
        return response;
    }
    Response get(const std::string& token) { return ask(Method::Get, token); }
    Response post(const std::string& token, std::string body) {
        return ask(Method::Post, token, std::move(body));
    }
    /// As a browser does it: look, choose, send what the form holds.
    Response choose(const std::string& token, const std::string& choice) {
        return post(token, "page=" + field(get(token), "page") + "&choice=" + choice);
    }
    std::vector<OptOut> opt_outs() { return store.opt_outs_after(0, {}, 100).value(); }
};

bool says(const Response& response, std::string_view text) {
    return response.body.find(text) != std::string::npos;
}
const Texts& english() {
    return languages().front();
}

TEST_SUITE_BEGIN("tracker/opt_out_routes");

TEST_CASE_FIXTURE(Fixture,
                  "the confirmation takes back what it confirmed, and both stay as evidence") {
    for (const auto& [choice, scope] : std::vector<std::pair<std::string, OptOutScope>>{
             {"all", OptOutScope::All}, {"tracking", OptOutScope::Tracking}}) {
        const std::string token = token_of(anna, OptOutPage::Privacy);
        const Response confirmed = choose(token, choice);
        REQUIRE(opt_outs().size() == 1);
        const OptOut made = opt_outs().front();
        CHECK(made.scope == scope);
        clock.advance(std::chrono::minutes{3});
        const Response undone = post(token, "undo=" + field(confirmed, "undo"));
        CHECK(undone.status == 200);
        CHECK(says(undone, english().undone_text));
        CHECK(opt_outs().empty());
        CHECK(store.undone_opt_outs(0).value().back() == policy::UndoneOptOut{made, clock.now()});
        CHECK(journal.contains("opt_out_recorded recipient=" + anna.hex() + " scope=" + choice));
        CHECK(journal.contains("opt_out_undone recipient=" + anna.hex() + " scope=" + choice));
        CHECK(field(undone, "undo").empty());
    }
}

TEST_CASE_FIXTURE(Fixture, "round and round leaves a bounded trail, and the last opt-out stands") {
    const std::string token = token_of(anna);
    std::string undo;
    for (int round = 0; round < 50; ++round) {
        const Response confirmed = post(token, "choice=all&page=00000000000000ff");
        CHECK(confirmed.status == 200);
        CHECK(field(confirmed, "undo").empty() == (round >= 20));
        if (!field(confirmed, "undo").empty()) undo = field(confirmed, "undo");
        CHECK(post(token, "undo=" + undo).status == 200);
    }
    CHECK(opt_outs().size() == 1);
    CHECK(store.undone_opt_outs(0).value().size() == 20);
    CHECK(journal.count("opt_out_undone") == 20);
    CHECK(journal.count("opt_out_recorded") == 21);
    for (int again = 0; again < 5; ++again) (void)post(token, "List-Unsubscribe=One-Click");
    CHECK(journal.count("opt_out_recorded") == 21);
    // Another choice, and another person, have theirs.
    CHECK_FALSE(field(choose(token, "tracking"), "undo").empty());
    CHECK_FALSE(field(choose(token_of(tests::id_of("bert@example.com")), "all"), "undo").empty());
}

TEST_CASE_FIXTURE(Fixture, "undoing works by POST only") {
    const std::string token = token_of(anna);
    const std::string undo = "undo=" + field(choose(token, "all"), "undo");
    for (const Method method : {Method::Get, Method::Head, Method::Other}) {
        (void)ask(method, token, undo);
        CHECK(opt_outs().size() == 1);
    }
}

TEST_CASE_FIXTURE(Fixture, "after a quarter of an hour the choice stays") {
    const std::string token = token_of(anna);
    const std::string undo = "undo=" + field(choose(token, "all"), "undo");
    clock.advance(std::chrono::seconds{901});
    const Response late = post(token, undo);
    CHECK(late.status == 200);
    CHECK(says(late, english().undo_late_text));
    CHECK(opt_outs().size() == 1);
    CHECK(store.undone_opt_outs(0).value().empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "the quarter of an hour begins with the opt-out, however often it is said") {
    const std::string token = token_of(anna);
    const std::string form = "choice=all&page=" + field(get(token), "page");
    (void)post(token, form);
    clock.advance(std::chrono::minutes{14});
    const std::string undo = field(post(token, form), "undo");
    CHECK_FALSE(undo.empty());
    clock.advance(std::chrono::minutes{2});
    CHECK(says(post(token, "undo=" + undo), english().undo_late_text));
    const Response again = post(token, form);
    CHECK(again.status == 200);
    CHECK(field(again, "undo").empty());
    // Nor does another visit learn when it was, or take it back.
    const Response other = choose(token, "all");
    (void)post(token, "undo=" + field(other, "undo"));
    CHECK_FALSE(field(other, "undo").empty());
    CHECK(opt_outs().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "an opt-out made before or elsewhere stays, and the pages do not tell") {
    const std::string token = token_of(anna);
    const Response fresh = choose(token, "all");
    const Response undone = post(token, "undo=" + field(fresh, "undo"));
    REQUIRE(opt_outs().empty());
    const auto without_token = [](const Response& page) {
        std::string body = page.body;
        const std::string undo = field(page, "undo");
        return body.replace(body.find(undo), undo.size(), "");
    };
    for (const OptOutSource source : {OptOutSource::OneClick, OptOutSource::Operator,
                                      OptOutSource::Import, OptOutSource::Reply}) {
        for (const bool before : {true, false}) {
            CAPTURE(before);
            const auto elsewhere = [&] {
                REQUIRE(store.add_opt_out({0, anna, OptOutScope::All, noon, source}));
            };
            if (before) elsewhere();
            const Response confirmed = choose(token, "all");
            if (!before) elsewhere();
            CHECK(without_token(confirmed) == without_token(fresh));
            CHECK(post(token, "undo=" + field(confirmed, "undo")) == undone);
            CHECK(opt_outs().size() == 1);
            REQUIRE(store.remove_opt_out(0, anna, OptOutScope::All, noon));
        }
    }
    // The others are the removals above, which are of no page.
    const auto taken_back = store.undone_opt_outs(0).value();
    CHECK(std::ranges::count_if(taken_back,
                                [](const auto& one) { return one.opt_out.page != 0; }) == 1);
    CHECK(journal.count("opt_out_undone") == 1);
}

TEST_CASE_FIXTURE(Fixture, "of two visits that say the same neither takes back the other's word") {
    const std::string token = token_of(anna);
    const Response first = choose(token, "all"), second = choose(token, "all");
    for (const Response* page : {&first, &second}) {
        CHECK(post(token, "undo=" + field(*page, "undo")).status == 200);
        CHECK(opt_outs().size() == 1);
    }
}

TEST_CASE_FIXTURE(Fixture, "a double click is one visit, and so is the form sent again") {
    const std::string token = token_of(anna);
    const std::string sent = "choice=all&page=" + field(get(token), "page");
    (void)post(token, sent);
    const Response again = post(token, sent);
    (void)post(token, "undo=" + field(again, "undo"));
    CHECK(opt_outs().empty());
}

TEST_CASE_FIXTURE(Fixture, "a form that lost its visit can be undone all the same") {
    const std::string token = token_of(anna);
    for (const char* page : {"", "&page=", "&page=0000000000000000", "&page=xyz", "&page=1"}) {
        CAPTURE(page);
        const Response confirmed = post(token, std::string("choice=all") + page);
        REQUIRE(opt_outs().size() == 1);
        CHECK(opt_outs().front().page > 1);
        (void)post(token, "undo=" + field(confirmed, "undo"));
        CHECK(opt_outs().empty());
    }
    CHECK(field(get(token), "page") != field(get(token), "page"));
    // The 400 page keeps the visit, so that the next try is the same one.
    CHECK(field(post(token, "page=00000000000000ff"), "page") == "00000000000000ff");
}

TEST_CASE_FIXTURE(Fixture,
                  "an undo token of anybody else, a damaged one, or a link changes nothing") {
    const policy::RecipientId bert = tests::id_of("bert@example.com");
    const std::string token = token_of(anna);
    const std::string of_bert = field(choose(token_of(bert), "all"), "undo");
    const std::string of_anna = field(choose(token, "all"), "undo");
    std::string damaged = of_anna;
    damaged[20] = damaged[20] == 'A' ? 'B' : 'A';
    for (const std::string& undo : {of_bert, damaged, token, std::string(), std::string("%00")}) {
        const Response response = post(token, "undo=" + undo);
        CHECK(response.status == 200);
        CHECK(says(response, english().bad_opt_out_text));
        CHECK(opt_outs().size() == 2);
    }
    CHECK(journal.count("opt_out_undone") == 0);
}

TEST_CASE_FIXTURE(Fixture, "what cannot be undone now is said so, and the opt-out stays") {
    const std::string token = token_of(anna);
    const std::string undo = "undo=" + field(choose(token, "all"), "undo");
    store.set_unavailable(true);
    const Response response = post(token, undo);
    CHECK(response.status == 503);
    CHECK(journal.contains("opt_out_not_undone"));
    store.set_unavailable(false);
    CHECK(opt_outs().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "access and erasure are asked for once, by POST, and nothing is shown") {
    const std::string token = token_of(anna, OptOutPage::Privacy);
    const Response page = get(token);
    CHECK(says(page, "name=\"request\" value=\"access\">" + english().ask_access));
    CHECK(says(page, "name=\"request\" value=\"erasure\">" + english().ask_erasure));
    (void)ask(Method::Head, token, "request=access");
    (void)ask(Method::Get, token, "request=access");
    CHECK(store.requests(0).value().empty());

    const Response asked = post(token, "request=access");
    CHECK(asked.status == 200);
    CHECK(says(asked, english().asked_text));
    clock.advance(std::chrono::hours{1});
    CHECK(post(token, "request=access") == asked);
    CHECK(journal.count("data_requested") == 1);
    CHECK(post(token, "request=erasure") == asked);
    const auto requests = store.requests(0).value();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0] == policy::DataRequest{0, anna, policy::RequestKind::Access, noon, {}});
    CHECK(requests[1].kind == policy::RequestKind::Erasure);
    CHECK(journal.contains("data_requested recipient=" + anna.hex() + " kind=erasure"));
    CHECK(opt_outs().empty());
    CHECK(post(token, "request=everything").status == 400);
}

TEST_CASE_FIXTURE(Fixture, "a request that cannot be registered is never called registered") {
    store.set_unavailable(true);
    const Response response = post(token_of(anna), "request=access");
    CHECK(response.status == 503);
    CHECK(header(response, "Retry-After") == "60");
    CHECK(journal.contains("request_not_registered"));
    CHECK(journal.count("data_requested") == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "one click counts in every spelling that RFC 8058 and its senders allow") {
    struct Row {
        std::string type, body;
    };
    const std::string part =
        "Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n";
    for (const Row& row : std::vector<Row>{
             {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
             {"application/x-www-form-urlencoded; charset=UTF-8", "List-Unsubscribe=One-Click\r\n"},
             {"APPLICATION/X-WWW-FORM-URLENCODED", "list-unsubscribe=one-click"},
             {"", "List-Unsubscribe=One-Click"},
             {"text/plain", "List-Unsubscribe=One-Click"},
             {"application/x-www-form-urlencoded", "List%2DUnsubscribe=One%2DClick&x=1"},
             {"multipart/form-data; boundary=x", "--x\r\n" + part + "--x--\r\n"},
             {"multipart/form-data; charset=utf-8; boundary=\"a b\"",
              "--a b\r\n" + part + "--a b--"},
             {"Multipart/Form-Data; Boundary=----=_Part_1",
              "preamble\r\n------=_Part_1\r\nContent-Type: text/plain\r\n" + part +
                  "------=_Part_1--\r\n"},
             {"multipart/form-data; boundary=x",
              "--x\r\nContent-Disposition: form-data;\r\n name=\"List-Unsubscribe\"\r\n\r\n"
              "One-Click \r\n--x--\r\n"},
         }) {
        CAPTURE(row.type);
        CAPTURE(row.body);
        const Response response = ask(Method::Post, token_of(anna), row.body, row.type);
        CHECK(response.status == 200);
        CHECK(field(response, "undo").empty());  // it goes to the provider, not to the person
        REQUIRE(opt_outs().size() == 1);
        CHECK(opt_outs().front() ==
              OptOut{0, anna, OptOutScope::All, noon, OptOutSource::OneClick, 0});
        REQUIRE(store.remove_opt_out(0, anna, OptOutScope::All, noon));
    }
}

// What other senders promise of their unsubscribe links, in our own words.

TEST_CASE_FIXTURE(Fixture,
                  "EmailEngine: a link that never works is 2xx, a store that is away 5xx") {
    CHECK(post("AAAA", "List-Unsubscribe=One-Click").status == 200);
    CHECK(post(token_of(anna).substr(1), "List-Unsubscribe=One-Click").status == 200);
    store.set_unavailable(true);
    CHECK(post(token_of(anna), "List-Unsubscribe=One-Click").status == 503);
    keys.lose_link_keys();  // ours, for a while: not "never works"
    CHECK(post("AAAA", "List-Unsubscribe=One-Click").status == 503);
    CHECK(get("AAAA").status == 200);
}

TEST_CASE_FIXTURE(Fixture, "an opt-out whose own link key is lost is tried again, not answered") {
    const std::string token = token_of(anna);
    policy::KeyRing foreign;
    foreign.add_link_key(9, 1, tests::test_link_key(9));
    const std::string of_another =  // a controller that never was one here
        policy::seal(foreign, policy::OptOutLink{9, anna, 7, OptOutPage::Unsubscribe}).value();
    const std::string click =
        policy::seal(*keys.ring(), policy::AggregateLink{0, 7, 1, "https://a.example"}).value();
    keys.lose_old_link_keys();
    for (const std::string& spelling : {token, token + "%22)", "%2" + token}) {
        CAPTURE(spelling);
        const bool opens = spelling.starts_with(token);
        CHECK(post(spelling, "List-Unsubscribe=One-Click").status == (opens ? 503 : 200));
        CHECK(get(spelling).status == (opens ? 503 : 200));
    }
    CHECK(header(get(token), "Retry-After") == "60");
    for (const std::string& unknown : {of_another, click, std::string("AAAA")}) {
        CHECK(post(unknown, "List-Unsubscribe=One-Click").status == 200);
        CHECK(get(unknown).status == 200);
    }
    CHECK(opt_outs().empty());
    CHECK(journal.count("warning event=link_key_missing") == 1);
}

TEST_CASE_FIXTURE(Fixture, "an opt-out of a controller that left the configuration is taken") {
    const std::string token =
        policy::seal(*keys.ring(), policy::OptOutLink{1, anna, 7, OptOutPage::Unsubscribe}).value();
    CHECK(get(token).status == 200);
    CHECK(post(token, "List-Unsubscribe=One-Click").status == 200);
    CHECK(store.opt_outs_of(1, anna.prefix()).value().all);
    CHECK(opt_outs().empty());
    // With one of its keys lost it is tried again, as with a configured one's.
    keys.lose_old_link_keys();
    CHECK(post(token, "List-Unsubscribe=One-Click").status == 503);
}

TEST_CASE_FIXTURE(Fixture,
                  "Kannon: a token of another purpose, or with a forged claim, opts nobody out") {
    const auto ring = keys.ring();
    const std::string click =
        policy::seal(*ring,
                     policy::IndividualLink{0, 7, anna.prefix(), 1, noon, 5, "https://a.example"})
            .value();
    std::string forged = token_of(anna, OptOutPage::Privacy);
    forged[1] = forged[1] == 'w' ? 'A' : 'w';  // kind and version stand here
    const std::string undo = seal_undo(*ring, {0, anna, OptOutScope::All, noon}).value();
    for (const std::string& token : {click, forged, undo}) {
        CHECK(says(post(token, "List-Unsubscribe=One-Click"), english().bad_opt_out_text));
        CHECK(says(get(token), english().bad_opt_out_text));
    }
    CHECK(opt_outs().empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "MillionSend: a token under a foreign key is unknown, whatever it says") {
    policy::KeyRing foreign;
    foreign.add_link_key(0, 1, tests::test_link_key(3));
    const std::string token =
        policy::seal(foreign, policy::OptOutLink{0, anna, 7, OptOutPage::Unsubscribe}).value();
    CHECK(says(post(token, "List-Unsubscribe=One-Click"), english().bad_opt_out_text));
    CHECK(opt_outs().empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "Keila: programs that fetch every link unsubscribe nobody; twice is once") {
    for (const Method method : {Method::Get, Method::Head, Method::Get}) {
        CHECK(ask(method, token_of(anna)).status == 200);
    }
    CHECK(store.calls() == 0);
    for (int i = 0; i < 2; ++i) {
        CHECK(post(token_of(anna), "List-Unsubscribe=One-Click").status == 200);
        CHECK(opt_outs().size() == 1);
        clock.advance(std::chrono::hours{1});
    }
    CHECK(opt_outs().front().at == noon);
}

TEST_CASE_FIXTURE(Fixture, "HEAD has the status and headers of its GET") {
    for (const std::string& token :
         {token_of(anna), token_of(anna, OptOutPage::Privacy), std::string("nonsense-_x")}) {
        const Response head = ask(Method::Head, token), page = get(token);
        CHECK(head.status == page.status);
        CHECK(head.headers == page.headers);
        CHECK(head.body.size() == page.body.size());
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
