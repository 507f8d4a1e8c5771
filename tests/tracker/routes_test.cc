// Every address of the tracker against fakes: what it answers, and what it leaves behind. One file,
// because the rules are those of all routes: a case asks several of them for the same promise.
#include "tracker/routes.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "policy/tokens/base64url.h"
#include "policy/tokens/token.h"
#include "policy/tokens/tracker_proof.h"
#include "tests/fakes.h"

namespace candor::tracker {
namespace {

using policy::Event;
using policy::OptOutPage;
using policy::OptOutScope;
using policy::OptOutSource;
using tests::noon;

const std::string browser =
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
const std::string destination = "https://acme.example/offer?a=1&b=2#top";

/// A function: what is compiled in may not be there yet before main().
Look english() {
    return {languages().front(), *Theme::shipped()};
}

class CollectedEvents final : public EventSink {
  public:
    void record(const Event& event) override { events.push_back(event); }
    std::vector<Event> events;
};

struct Fixture {
    tests::MemoryStore store;
    tests::FixedKeys keys;
    tests::FixedClock clock;
    tests::RecordingJournal journal;
    CollectedEvents events;
    policy::RecipientId anna = tests::id_of("anna@example.com");
    Routes routes{{config()}, {store, keys, clock, journal, events}};

    static std::shared_ptr<const policy::Config> config() {
        auto config = std::make_shared<policy::Config>();
        policy::Controller controller;
        controller.name = "Acme <GmbH>";
        controller.privacy_notice_url = "https://acme.example/privacy?a=1&b=2";
        controller.retention_days = 90;
        config->controllers.push_back(controller);
        // Links of these tests are clicked in the second in which they are sealed.
        config->tracker.too_fast = std::chrono::seconds{0};
        config->tracker.too_fast_from_scanner = std::chrono::seconds{0};
        return config;
    }
    template <class Link>
    std::string sealed(const Link& link) const {
        const auto token = policy::seal(*keys.ring(), link);
        REQUIRE(token);
        return *token;
    }
    policy::IndividualLink individual_link() const {
        return {0, 7, anna.prefix(), 3, noon, 5, destination};
    }
    std::string individual() const { return sealed(individual_link()); }
    std::string aggregate() const { return sealed(policy::AggregateLink{0, 7, 3, destination}); }
    std::string opt_out_token(OptOutPage page = OptOutPage::Unsubscribe) const {
        return sealed(policy::OptOutLink{0, anna, 7, page});
    }
    Response ask(Method method, std::string path, std::string body = {},
                 std::string content_type = "application/x-www-form-urlencoded") {
        Request request;
        request.method = method;
        request.path = std::move(path);
        request.user_agent = browser;
        request.body = std::move(body);
        request.content_type = std::move(content_type);
        return routes.answer(request);
    }
    Response get(std::string path) { return ask(Method::Get, std::move(path)); }
    std::vector<policy::OptOut> opt_outs() {
        const auto list = store.opt_outs_after(0, {}, 100);
        REQUIRE(list);
        return *list;
    }
};

std::string header(const Response& response, std::string_view name) {
    for (const Header& header : response.headers) {
        if (header.name == name) return header.value;
    }
    return {};
}

/// Not a word about the person, no cookie, no script, no other file.
void check_page(const Response& response, int status) {
    CHECK(response.status == status);
    CHECK(header(response, "Content-Type") == "text/html; charset=utf-8");
    const std::string policy = header(response, "Content-Security-Policy");
    CHECK(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(header(response, "Referrer-Policy") == "no-referrer");
    CHECK(header(response, "Cache-Control") == "no-store");
    CHECK(header(response, "Vary") == "Accept-Language");
    CHECK(header(response, "Content-Language") == "en");
    CHECK(header(response, "Location").empty());
    CHECK(header(response, "Set-Cookie").empty());
    CHECK(response.body.find("anna") == std::string::npos);
    CHECK(response.body.find("<script") == std::string::npos);
    CHECK(response.body.find("src=") == std::string::npos);
    CHECK(header(response, "X-Frame-Options") == "DENY");
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    CHECK(response.body.find("<html lang=\"en\" dir=\"ltr\">") != std::string::npos);
}

TEST_SUITE_BEGIN("tracker/routes");

TEST_CASE_FIXTURE(Fixture, "a click redirects and is recorded with its person") {
    clock.advance(std::chrono::hours{2});
    const Response response = get("/c/" + individual());
    CHECK(response.status == 302);
    CHECK(response.headers == std::vector<Header>{{"Location", destination},
                                                  {"Referrer-Policy", "no-referrer"},
                                                  {"Cache-Control", "no-store"},
                                                  {"X-Robots-Tag", "noindex"}});
    CHECK(response.body.empty());
    REQUIRE(events.events.size() == 1);
    const Event expected{0,
                         7,
                         anna.prefix(),
                         3,
                         policy::EventKind::Click,
                         policy::Verdict::Human,
                         noon + std::chrono::hours{2},
                         policy::day_of(noon),
                         5};
    CHECK(events.events.front() == expected);
}

TEST_CASE_FIXTURE(Fixture, "an aggregate click is counted without a person") {
    CHECK(get("/c/" + aggregate()).status == 302);
    REQUIRE(events.events.size() == 1);
    CHECK(events.events[0].campaign == 7);
    CHECK(events.events[0].link == 3);
    CHECK_FALSE(events.events[0].recipient);
    CHECK(events.events[0].retention == 0);
    CHECK(store.calls() == 0);
}

TEST_CASE_FIXTURE(Fixture, "the same link after either opt-out redirects without recording who") {
    const std::string link = "/c/" + individual();
    const Response before = get(link);
    for (const OptOutScope scope : {OptOutScope::Tracking, OptOutScope::All}) {
        REQUIRE(store.add_opt_out({0, anna, scope, noon, OptOutSource::Page}));
        events.events.clear();
        CHECK(get(link) == before);
        REQUIRE(events.events.size() == 1);
        CHECK_FALSE(events.events[0].recipient);
        CHECK(events.events[0].retention == 0);
        CHECK(events.events[0].campaign == 7);
        REQUIRE(store.remove_opt_out(0, anna, scope, noon));
    }
}

TEST_CASE_FIXTURE(Fixture, "a withdrawn consent takes the name from links sealed before it") {
    policy::IndividualLink old = individual_link();
    policy::IndividualLink fresh = old;
    fresh.sealed_at = noon + std::chrono::hours{1};
    clock.advance(std::chrono::hours{2});
    const auto names = [&](const std::string& path) {
        events.events.clear();
        const Response response = get(path);
        CHECK((response.status == 302 || response.status == 200));
        REQUIRE(events.events.size() == 1);
        CHECK(events.events[0].campaign == 7);
        CHECK((events.events[0].retention != 0) == events.events[0].recipient.has_value());
        return events.events[0].recipient.has_value();
    };
    const std::string old_click = "/c/" + sealed(old), fresh_click = "/c/" + sealed(fresh);
    const std::string old_open = "/o/" + policy::seal_image(*keys.ring(), old).value();
    const std::string fresh_open = "/o/" + policy::seal_image(*keys.ring(), fresh).value();
    policy::ConsentRow consent{
        0, anna, {policy::ConsentPurpose::Open, noon, {}, {}, "form", "url", "v1", ""}};
    REQUIRE(store.put_consents(std::array{consent}, noon));
    CHECK(names(old_open));
    consent.consent.withdrawn_at = noon;
    REQUIRE(store.put_consents(std::array{consent}, noon));
    CHECK_FALSE(names(old_open));
    CHECK(names(fresh_open));
    CHECK(names(old_click));
    consent.consent.purpose = policy::ConsentPurpose::Click;
    REQUIRE(store.put_consents(std::array{consent}, noon));
    CHECK_FALSE(names(old_click));
    CHECK(names(fresh_click));
    REQUIRE(store.delete_contact(0, anna, fresh.sealed_at));
    CHECK_FALSE(names(fresh_click));
    CHECK_FALSE(names(fresh_open));
}

TEST_CASE_FIXTURE(Fixture, "an opt-out at another controller changes nothing here") {
    REQUIRE(store.add_opt_out({1, anna, OptOutScope::All, noon, OptOutSource::Page}));
    (void)get("/c/" + individual());
    REQUIRE(events.events.size() == 1);
    CHECK(events.events[0].recipient == anna.prefix());
}

TEST_CASE_FIXTURE(Fixture, "who objects by GPC or DNT is neither named nor looked up") {
    Request request;
    request.method = Method::Get;
    request.path = "/c/" + individual();
    request.user_agent = browser;
    request.objects_to_tracking = true;
    CHECK(routes.answer(request).status == 302);
    REQUIRE(events.events.size() == 1);
    CHECK_FALSE(events.events[0].recipient);
    // The campaign stands beside the person in the sealed identity, which stays closed.
    CHECK(events.events[0].campaign == 0);
    CHECK(store.calls() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a store that does not answer costs the person, never the redirect") {
    const std::string link = "/c/" + individual();
    store.set_unavailable(true);
    CHECK(get(link).status == 302);
    CHECK(get(link).status == 302);
    REQUIRE(events.events.size() == 2);
    CHECK_FALSE(events.events[0].recipient);
    CHECK(journal.count("warning event=click_without_person") == 1);
    clock.advance(std::chrono::minutes{2});
    (void)get(link);
    CHECK(journal.count("warning event=click_without_person") == 2);
}

TEST_CASE_FIXTURE(Fixture, "a link whose daily key is destroyed still leads where it led") {
    const std::string link = "/c/" + individual();
    keys.lose_daily_keys();
    const Response response = get(link);
    CHECK(header(response, "Location") == destination);
    REQUIRE(events.events.size() == 1);
    CHECK_FALSE(events.events[0].recipient);
}

TEST_CASE_FIXTURE(Fixture, "the answer is the same whoever asks") {
    const std::string link = "/c/" + individual();
    const std::string expected = serialise(get(link), {});
    std::vector<Request> requests(6);
    for (Request& request : requests) {
        request.method = Method::Get;
        request.path = link;
        request.user_agent = browser;
    }
    requests[0].user_agent = "curl/8";
    requests[1].user_agent = "";
    requests[2].purpose = "prefetch";
    requests[3].objects_to_tracking = true;
    requests[4].method = Method::Head;
    requests[5].path = link + ").";
    for (const Request& request : requests) {
        CHECK(serialise(routes.answer(request), {}) == expected);
    }
    REQUIRE(events.events.size() == 7);
    CHECK(events.events[1].verdict == policy::Verdict::Machine);
    CHECK(events.events[3].verdict == policy::Verdict::Machine);
    CHECK(events.events[5].verdict == policy::Verdict::Machine);
    CHECK(events.events[6].verdict == policy::Verdict::Human);
}

TEST_CASE_FIXTURE(Fixture, "the picture is always there; what it tells is what may be kept") {
    const std::string token = policy::seal_image(*keys.ring(), individual_link()).value();
    const Response picture = get("/o/" + token);
    CHECK(picture.status == 200);
    CHECK(picture.body.size() == 43);
    CHECK(picture.body.starts_with("GIF89a"));
    CHECK(picture.body.ends_with(";"));
    CHECK(header(picture, "Content-Type") == "image/gif");
    CHECK(header(picture, "Cache-Control") == "no-store");
    REQUIRE(events.events.size() == 1);
    CHECK(events.events[0].kind == policy::EventKind::Open);
    CHECK(events.events[0].recipient == anna.prefix());
    CHECK(events.events[0].campaign == 7);
    CHECK(events.events[0].link == 0);
    CHECK(events.events[0].retention == 5);

    // The other purpose, damaged, empty: the same picture, and nothing is recorded.
    for (const std::string& other : {individual(), aggregate(), opt_out_token(), token.substr(2),
                                     std::string(), std::string("x")}) {
        CHECK(get("/o/" + other) == picture);
    }
    CHECK(get("/c/" + token).status == 404);
    CHECK(ask(Method::Post, "/o/" + token).status == 405);
    CHECK(events.events.size() == 1);

    // With GPC and after an opt-out it is counted without the person.
    Request request;
    request.method = Method::Get;
    request.path = "/o/" + token;
    request.user_agent = browser;
    request.objects_to_tracking = true;
    CHECK(routes.answer(request) == picture);
    REQUIRE(store.add_opt_out({0, anna, OptOutScope::Tracking, noon, OptOutSource::Page}));
    CHECK(get("/o/" + token) == picture);
    REQUIRE(events.events.size() == 3);
    CHECK_FALSE(events.events[1].recipient);
    CHECK_FALSE(events.events[2].recipient);

    // Whoever fetches all mail at once has opened nothing.
    request.objects_to_tracking = false;
    request.user_agent = "Mozilla/5.0";
    CHECK(routes.answer(request) == picture);
    CHECK(events.events.back().verdict == policy::Verdict::Machine);
    CHECK(events.events.back().reason == policy::VerdictReason::MailPrivacy);
}

TEST_CASE_FIXTURE(Fixture, "the picture of a campaign counts an opening of nobody") {
    const std::string token =
        policy::seal_image(*keys.ring(), policy::AggregateLink{0, 7, 0, {}}).value();
    const Response picture = get("/o/" + token);
    CHECK(picture == get("/o/none"));
    CHECK(get("/c/" + token).status == 404);
    REQUIRE(events.events.size() == 1);
    const Event expected{
        0, 7, std::nullopt, 0, policy::EventKind::Open, policy::Verdict::Human, noon, 0, 0};
    CHECK(events.events[0] == expected);
    CHECK(store.calls() == 0);
    Request request;
    request.method = Method::Get;
    request.path = "/o/" + token;
    request.user_agent = "Mozilla/5.0";
    CHECK(routes.answer(request) == picture);
    CHECK(events.events[1].reason == policy::VerdictReason::MailPrivacy);
}

TEST_CASE_FIXTURE(Fixture,
                  "a click is judged by its network, the age of its message, and its company") {
    auto judging = std::make_shared<policy::Config>(*config());
    judging->tracker.too_fast = std::chrono::seconds{10};
    routes.reload({judging});
    Request request;
    request.method = Method::Get;
    request.user_agent = browser;
    const auto reason_of = [&](const std::string& token) {
        request.path = "/c/" + token;
        CHECK(routes.answer(request).status == 302);
        return events.events.back().reason;
    };
    using enum policy::VerdictReason;
    CHECK(reason_of(individual()) == TooFast);
    clock.advance(std::chrono::seconds{9});
    CHECK(reason_of(individual()) == TooFast);
    clock.advance(std::chrono::seconds{1});
    CHECK(reason_of(individual()) == None);
    CHECK(reason_of(aggregate()) == None);
    // The clock was put back: nobody can say how old the message is.
    clock.set(noon - std::chrono::seconds{1});
    CHECK(reason_of(individual()) == None);
    clock.set(noon + std::chrono::hours{1});

    request.client = *ClientAddress::parse("40.92.0.1");
    CHECK(reason_of(aggregate()) == Network);
    request.client = *ClientAddress::parse("203.0.113.7");
    CHECK(reason_of(aggregate()) == None);

    policy::IndividualLink link = individual_link();
    for (const policy::VerdictReason expected : {None, Burst, Burst}) {
        ++link.ordinal;
        CHECK(reason_of(sealed(link)) == expected);
        CHECK(events.events.back().recipient);
    }
    policy::AggregateLink shared{0, 7, 3, destination};
    // Its third link was the click above.
    for (const policy::VerdictReason expected : {None, Burst, Burst}) {
        ++shared.ordinal;
        CHECK(reason_of(sealed(shared)) == expected);
    }
    // Of who objects to being tracked nothing is remembered, not even for seconds.
    request.objects_to_tracking = true;
    for (int i = 0; i < 5; ++i) {
        ++shared.ordinal;
        CHECK(reason_of(sealed(shared)) == None);
    }
}

TEST_CASE_FIXTURE(Fixture, "who follows a honeypot is a machine, and so are its next clicks") {
    Request request;
    request.method = Method::Get;
    request.user_agent = browser;
    request.client = *ClientAddress::parse("203.0.113.7");
    const auto reason_of = [&](const std::string& token) {
        request.path = "/c/" + token;
        const Response response = routes.answer(request);
        CHECK(response.status == 302);
        CHECK(header(response, "Location") == destination);
        const Event& event = events.events.back();
        const bool honeypot = event.reason == policy::VerdictReason::Honeypot;
        CHECK((event.verdict == policy::Verdict::Machine) == honeypot);
        return event.reason;
    };
    using enum policy::VerdictReason;
    policy::IndividualLink hidden = individual_link();
    hidden.ordinal = policy::honeypot_ordinal;
    const policy::AggregateLink shared{0, 8, policy::honeypot_ordinal, destination};
    const std::string other_campaign = sealed(policy::AggregateLink{0, 8, 4, destination});
    CHECK(reason_of(individual()) == None);
    CHECK(reason_of(sealed(hidden)) == Honeypot);
    CHECK(events.events.back().recipient == anna.prefix());
    CHECK(reason_of(individual()) == Honeypot);
    CHECK(reason_of(aggregate()) == Honeypot);
    CHECK(reason_of(other_campaign) == None);
    // Its links do not make a burst of what a person elsewhere reads in the same moment.
    policy::IndividualLink link = individual_link();
    while (link.ordinal < 9) {
        ++link.ordinal;
        CHECK(reason_of(sealed(link)) == Honeypot);
    }
    request.client = *ClientAddress::parse("203.0.113.8");
    CHECK(reason_of(sealed(link)) == None);
    CHECK(reason_of(aggregate()) == None);

    // Of who objects to being tracked nothing is remembered; of whom nothing is known, neither.
    request.objects_to_tracking = true;
    CHECK(reason_of(sealed(shared)) == Honeypot);
    CHECK(reason_of(sealed(hidden)) == None);  // it does not even say which link it is
    CHECK_FALSE(events.events.back().recipient);
    request.objects_to_tracking = false;
    CHECK(reason_of(other_campaign) == None);
    request.client = {};
    CHECK(reason_of(sealed(shared)) == Honeypot);
    CHECK(reason_of(other_campaign) == None);

    // A picture is no link: it has no number, and a mail program fetches it.
    request.client = *ClientAddress::parse("203.0.113.7");
    request.path =
        "/o/" + policy::seal_image(*keys.ring(), policy::AggregateLink{0, 7, 0, {}}).value();
    CHECK(routes.answer(request).status == 200);
    CHECK(events.events.back().reason == None);
    // When the day's key is gone the link leads on and says nothing.
    clock.advance(std::chrono::days{400});
    CHECK(reason_of(sealed(hidden)) == None);
}

TEST_CASE_FIXTURE(Fixture, "what is no click token is a page, never a redirect or an event") {
    std::string damaged = individual();
    damaged[30] = damaged[30] == 'A' ? 'B' : 'A';
    const std::string cut = individual().substr(0, 60);
    for (const std::string& path :
         {std::string("/c/"), "/c/" + damaged, "/c/" + cut, std::string("/c/https://evil.example"),
          std::string("/c/%68ttps://evil.example/"), "/c/" + opt_out_token(),
          "/c/" + individual() + "/x", std::string("/c/") + std::string(12000, 'A')}) {
        CAPTURE(path);
        const Response response = get(path);
        check_page(response, 404);
        CHECK(response == unknown_link_page(english()));
    }
    CHECK(events.events.empty());
}

TEST_CASE_FIXTURE(Fixture, "a sealed destination that is no web address is not followed") {
    for (const char* bad :
         {"javascript:alert(1)", "data:text/html,x", "https:/x", "https://", "https://a/\r\nX: y",
          "https://a/\x80", "//evil.example", "http:///x"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_safe_location(bad));
        // The sealer may refuse it as well; if it does not, the tracker must.
        if (const auto token = policy::seal(*keys.ring(), policy::AggregateLink{0, 7, 1, bad})) {
            check_page(get("/c/" + *token), 404);
        }
    }
    CHECK(is_safe_location("HTTP://acme.example"));
    CHECK(is_safe_location(destination));
    CHECK(events.events.empty());
}

TEST_CASE_FIXTURE(Fixture, "a challenge is answered under the link key, and only a challenge") {
    const std::string challenge(policy::challenge_bytes, 'c');
    const std::string path = "/.well-known/candor/0/" + policy::to_base64url(challenge);
    const Response response = get(path);
    CHECK(response.status == 200);
    REQUIRE(response.body.ends_with('\n'));
    const std::string proof = response.body.substr(0, response.body.size() - 1);
    CHECK(policy::verify_tracker(*keys.ring(), 0, challenge, proof));
    check_page(get(path + "x"), 404);
    check_page(get("/.well-known/candor/"), 404);
    check_page(ask(Method::Post, path), 405);
    keys.lose_link_keys();
    check_page(get(path), 404);
    CHECK(events.events.empty());
}

TEST_CASE_FIXTURE(Fixture, "only GET and HEAD click") {
    for (const Method method : {Method::Post, Method::Other}) {
        const Response response = ask(method, "/c/" + individual());
        check_page(response, 405);
        CHECK(header(response, "Allow") == "GET, HEAD");
    }
    CHECK(events.events.empty());
}

TEST_CASE_FIXTURE(Fixture, "a lost link key is told to the operator once a minute") {
    const std::string link = "/c/" + individual();
    keys.lose_link_keys();
    check_page(get(link), 404);
    check_page(get(link), 404);
    CHECK(journal.count("warning event=link_key_missing") == 1);
}

TEST_CASE_FIXTURE(Fixture, "looking at the opt-out page changes nothing") {
    for (const OptOutPage page :
         {OptOutPage::Unsubscribe, OptOutPage::StopTracking, OptOutPage::Privacy}) {
        for (const Method method : {Method::Get, Method::Head}) {
            const std::string path = "/u/" + opt_out_token(page);
            const Response response = ask(method, path, "List-Unsubscribe=One-Click");
            check_page(response, 200);
            CHECK(response.body.find("<form method=\"post\">") != std::string::npos);
            CHECK(response.body.find("Acme &lt;GmbH&gt;") != std::string::npos);
            CHECK(response.body.find("https://acme.example/privacy?a=1&amp;b=2") !=
                  std::string::npos);
            CHECK(response.body.find(path.substr(3)) == std::string::npos);
        }
    }
    CHECK(store.calls() == 0);
    CHECK(events.events.empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "every page is in the language of the request, which changes nothing else") {
    for (const Texts& texts : languages()) {
        CAPTURE(texts.tag);
        Request request;
        request.method = Method::Get;
        request.texts = &texts;
        for (const auto& [path, title] : std::vector<std::pair<std::string, std::string>>{
                 {"/u/" + opt_out_token(), texts.choice_title},
                 {"/u/" + opt_out_token(OptOutPage::Privacy), texts.privacy_title},
                 {"/u/x", texts.bad_opt_out_title},
                 {"/c/x", texts.bad_link_title},
                 {"/x", texts.no_page_title}}) {
            request.path = path;
            const Response response = routes.answer(request);
            CHECK(header(response, "Content-Language") == texts.tag);
            CHECK(header(response, "Vary") == "Accept-Language");
            CHECK(response.body.find("<html lang=\"" + texts.tag + "\" dir=\"ltr\">") !=
                  std::string::npos);
            CHECK(response.body.find("<h1>" + title + "</h1>") != std::string::npos);
            CHECK(response.body.find('{', response.body.find("</style>")) == std::string::npos);
        }
        request.path = "/c/" + individual();
        CHECK(header(routes.answer(request), "Location") == destination);
    }
    CHECK(store.opt_outs_after(0, {}, 100).value().empty());
}

TEST_CASE_FIXTURE(Fixture, "each kind of opt-out page preselects what its link promised") {
    const auto checked = [this](OptOutPage page) {
        const std::string body = get("/u/" + opt_out_token(page)).body;
        const bool all = body.find(
                             "value=\"all\" aria-labelledby=\"all\" aria-describedby=\"all-hint\" "
                             "required checked") != std::string::npos;
        const bool tracking = body.find(
                                  "value=\"tracking\" aria-labelledby=\"tracking\" "
                                  "aria-describedby=\"tracking-hint\" "
                                  "required checked") != std::string::npos;
        return std::pair(all, tracking);
    };
    CHECK(checked(OptOutPage::Unsubscribe) == std::pair(true, false));
    CHECK(checked(OptOutPage::StopTracking) == std::pair(false, true));
    CHECK(checked(OptOutPage::Privacy) == std::pair(false, false));
    CHECK(get("/u/" + opt_out_token(OptOutPage::Privacy)).body.find("at the latest:\u00A090") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "one click opts out of all, urlencoded or multipart") {
    struct Row {
        std::string type, body;
    };
    for (const Row& row : std::vector<Row>{
             {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
             {"multipart/form-data; boundary=x",
              "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
              "One-Click\r\n--x--\r\n"}}) {
        const Response response = ask(Method::Post, "/u/" + opt_out_token(), row.body, row.type);
        check_page(response, 200);
        REQUIRE(opt_outs().size() == 1);
        CHECK(opt_outs()[0] ==
              policy::OptOut{0, anna, OptOutScope::All, noon, OptOutSource::OneClick});
        REQUIRE(store.remove_opt_out(0, anna, OptOutScope::All, noon));
    }
    CHECK(journal.contains("opt_out_recorded recipient=" + anna.hex() +
                           " scope=all source=one-click"));
}

TEST_CASE_FIXTURE(Fixture, "guide: an opt-out link of 61 days or ten years ago still opts out") {
    const std::string link = "/u/" + opt_out_token();
    for (const int after : {61, 3653}) {
        CAPTURE(after);
        clock.set(noon + std::chrono::days{after});
        keys.lose_daily_keys();
        check_page(get(link), 200);
        check_page(ask(Method::Post, link, "List-Unsubscribe=One-Click",
                       "application/x-www-form-urlencoded"),
                   200);
        REQUIRE(opt_outs().size() == 1);
        CHECK(opt_outs()[0].recipient == anna);
        REQUIRE(store.remove_opt_out(0, anna, OptOutScope::All, noon));
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "the tracker's own test opts out nobody, and no line says a person did") {
    const std::string link =
        "/u/" + sealed(policy::OptOutLink{0, policy::nobody, 0, OptOutPage::Unsubscribe});
    check_page(
        ask(Method::Post, link, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        200);
    CHECK(store.opt_outs_of(0, policy::nobody.prefix()).value().all);
    CHECK(opt_outs().empty());
    CHECK(journal.count("opt_out_recorded") == 0);
}

TEST_CASE_FIXTURE(Fixture, "the form records the choice that was made") {
    for (const auto& [choice, scope] : std::vector<std::pair<std::string, OptOutScope>>{
             {"all", OptOutScope::All}, {"tracking", OptOutScope::Tracking}}) {
        const Response response = ask(Method::Post, "/u/" + opt_out_token(OptOutPage::Privacy),
                                      "page=00000000000000ff&choice=" + choice);
        check_page(response, 200);
        CHECK(response.body.find("Your choice is saved") != std::string::npos);
        REQUIRE(opt_outs().size() == 1);
        CHECK(opt_outs()[0] == policy::OptOut{0, anna, scope, noon, OptOutSource::Page, 255});
        REQUIRE(store.remove_opt_out(0, anna, scope, noon));
    }
}

TEST_CASE_FIXTURE(Fixture, "a form without a choice is asked again and changes nothing") {
    for (const char* body : {"", "choice=", "choice=everything", "List-Unsubscribe=yes"}) {
        check_page(ask(Method::Post, "/u/" + opt_out_token(), body), 400);
    }
    CHECK(opt_outs().empty());
}

TEST_CASE_FIXTURE(Fixture, "an opt-out that cannot be saved is never called saved") {
    store.set_unavailable(true);
    const Response response =
        ask(Method::Post, "/u/" + opt_out_token(), "List-Unsubscribe=One-Click");
    check_page(response, 503);
    CHECK(header(response, "Retry-After") == "60");
    CHECK(journal.contains("opt_out_not_recorded"));
    CHECK(journal.count("opt_out_recorded") == 0);
}

TEST_CASE_FIXTURE(Fixture, "an unknown opt-out link is a neutral page and opts nobody out") {
    for (const std::string& token : {std::string(), std::string("nonsense"), individual(),
                                     aggregate(), opt_out_token().substr(1)}) {
        for (const Method method : {Method::Get, Method::Head, Method::Post}) {
            const Response response = ask(method, "/u/" + token, "List-Unsubscribe=One-Click");
            check_page(response, 200);
            CHECK(response == unknown_opt_out_page(english()));
        }
    }
    CHECK(store.calls() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "an opt-out works without daily keys and for a controller that is gone") {
    keys.lose_daily_keys();
    const std::string token = sealed(policy::OptOutLink{1, anna, 7, OptOutPage::Unsubscribe});
    CHECK(get("/u/" + token).body.find("class=\"sender\"") == std::string::npos);
    check_page(ask(Method::Post, "/u/" + token, "List-Unsubscribe=One-Click"), 200);
    const auto list = store.opt_outs_after(1, {}, 100);
    REQUIRE(list);
    CHECK(list->size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "the fixed addresses answer, and all others are a page") {
    CHECK(get("/healthz").status == 200);
    CHECK(get("/robots.txt").body == "User-agent: *\nDisallow: /\n");
    CHECK(get("/.well-known/gpc.json").body.find("\"gpc\": true") != std::string::npos);
    CHECK(ask(Method::Post, "/healthz").status == 405);
    for (const char* path : {"/", "", "*", "/c", "/u", "/C/x", "/favicon.ico", "/c%2F"}) {
        CAPTURE(path);
        check_page(get(path), 404);
    }
}

TEST_CASE_FIXTURE(Fixture, "a balancer hears of a drain, and who is here is served") {
    routes.drain();
    CHECK(get("/healthz").status == 503);
    CHECK(ask(Method::Post, "/healthz").status == 405);
    check_page(get("/u/" + opt_out_token()), 200);
}

TEST_CASE_FIXTURE(Fixture, "a reload shows the new sender at once") {
    auto config = std::make_shared<policy::Config>();
    policy::Controller controller;
    controller.name = "Newco";
    controller.privacy_notice_url = "javascript:alert(1)";
    config->controllers.push_back(controller);
    routes.reload({config});
    const std::string body = get("/u/" + opt_out_token()).body;
    CHECK(body.find("Newco") != std::string::npos);
    CHECK(body.find("javascript:") == std::string::npos);
}

TEST_CASE(
    "beyond the rate a link leads where it did and is a machine's, an opt-out is done, the rest "
    "is a 429") {
    Fixture tracker;
    const auto fast = [&tracker](Method method, std::string path, std::string body = {}) {
        Request request;
        request.method = method;
        request.path = std::move(path);
        request.user_agent = browser;
        request.content_type = "application/x-www-form-urlencoded";
        request.body = std::move(body);
        return tracker.routes.answer(request, Pace::BeyondRate);
    };
    const std::string link = "/c/" + tracker.individual();
    const Response flooded = fast(Method::Get, link);
    CHECK(flooded == tracker.get(link));
    REQUIRE(tracker.events.events.size() == 2);
    CHECK(tracker.events.events.front().verdict == policy::Verdict::Machine);
    CHECK_FALSE(tracker.events.events.front().recipient);
    CHECK(tracker.events.events.front().campaign == 7);
    CHECK(tracker.events.events.back().recipient);

    const std::string page = "/u/" + tracker.opt_out_token();
    CHECK(fast(Method::Get, page).status == 200);
    CHECK(fast(Method::Post, page, "List-Unsubscribe=One-Click").status == 200);
    CHECK(tracker.opt_outs().size() == 1);
    CHECK(fast(Method::Get, "/healthz").status == 200);
    for (const char* other : {"/", "/robots.txt", "/wp-login.php"}) {
        CAPTURE(other);
        const Response refused = fast(Method::Get, other);
        CHECK(refused.status == 429);
        CHECK(header(refused, "Retry-After") == "1");
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
