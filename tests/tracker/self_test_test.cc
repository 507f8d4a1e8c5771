// The tracker against itself: what its test of the opt-out page proves, and that it leaves no
// trace.
#include "tracker/self_test.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/fakes.h"
#include "tests/self_signed.h"
#include "tests/temporary_folder.h"
#include "tracker/routes.h"
#include "tracker/server.h"
#include "tracker/tracker.h"

namespace candor::tracker {
namespace {

using policy::Duty;
using tests::noon;

constexpr std::array<policy::ControllerNumber, 2> both{0, 1};

std::shared_ptr<const policy::Config> two_controllers() {
    auto config = std::make_shared<policy::Config>();
    config->tracker.listen = "127.0.0.1:0";
    config->tracker.threads = 1;
    for (const policy::ControllerNumber number : both) {
        policy::Controller controller;
        controller.name = number == 0 ? "acme" : "globex";
        controller.number = number;
        controller.tracking_host = "go." + controller.name + ".example";
        config->controllers.push_back(controller);
    }
    return config;
}

/// A tracker on a free port with fakes of all its ports.
struct Running {
    tests::TemporaryFolder folder;
    tests::MemoryStore store;
    tests::FixedKeys keys;
    tests::FixedClock clock;
    tests::RecordingJournal journal;
    std::unique_ptr<Tracker> tracker;

    explicit Running(std::shared_ptr<const policy::Config> config = two_controllers(),
                     std::shared_ptr<const Certificates> certificates = nullptr) {
        auto opened =
            Tracker::open({.config = std::move(config), .certificates = std::move(certificates)},
                          folder.path() / "spool", store, keys, clock, journal);
        REQUIRE(opened);
        tracker = *std::move(opened);
        tracker->start();
    }
    std::optional<policy::Instant> tested_at(policy::ControllerNumber controller) {
        return store.duties_of(controller).value().opt_out_tested_at;
    }
};

ServerOptions listening_on(const char* listen) {
    ServerOptions options;
    options.listen = listen;
    options.threads = 1;
    return options;
}

/// A server that answers as `handler` says, spoken to by test_opt_out_page() for controller 0.
Result<void> tested(tests::MemoryStore& store, const Handler& handler) {
    const tests::FixedKeys keys;
    auto server = Server::open(listening_on("127.0.0.1:0"), handler);
    REQUIRE(server);
    (*server)->start();
    return test_opt_out_page(two_controllers()->controllers.front(), (*server)->place(), store,
                             *keys.ring());
}

Response page(std::string body, int status = 200) {
    return {status, {{"Content-Type", "text/html"}}, std::move(body)};
}

void opt_nobody_out(policy::Store& store) {
    REQUIRE(store.add_opt_out(
        {0, policy::nobody, policy::OptOutScope::All, noon, policy::OptOutSource::OneClick}));
}

}  // namespace

TEST_SUITE("tracker/self_test") {
    TEST_CASE("the tracker tests the opt-out page of every controller and records it") {
        Running running;
        CHECK_FALSE(running.tested_at(0));
        running.tracker->tend();
        CAPTURE(running.journal.text());
        CHECK(running.tested_at(0) == noon);
        CHECK(running.tested_at(1) == noon);
        CHECK_FALSE(running.store.duties_of(0).value().events_purged_at);
    }

    TEST_CASE("the test leaves no opt-out, no count and no line that a person would leave") {
        Running running;
        running.tracker->tend();
        for (const policy::ControllerNumber controller : both) {
            CHECK(running.store.opt_outs_after(controller, {}, 100).value().empty());
            CHECK_FALSE(
                running.store.opt_outs_of(controller, policy::nobody.prefix()).value().any());
            CHECK(running.store.totals_of(controller, 0).value().empty());
            CHECK(running.store.events_of(controller, 0).value().empty());
        }
        running.tracker->stop();
        CHECK(running.journal.count("opt_out_recorded") == 0);
        CHECK(running.journal.count("clicks_written") == 0);
        CHECK(running.journal.count("error") == 0);
        CHECK(running.journal.count("warning") == 0);
    }

    TEST_CASE("it is repeated after an hour, not before") {
        Running running;
        running.tracker->tend();
        running.clock.advance(std::chrono::minutes{59});
        running.tracker->tend();
        CHECK(running.tested_at(0) == noon);
        running.clock.advance(std::chrono::minutes{1});
        running.tracker->tend();
        CHECK(running.tested_at(0) == noon + std::chrono::hours{1});
        running.clock.set(noon - std::chrono::days{1});  // put back: a record ahead counts no more
        running.tracker->tend();
        CHECK(running.tested_at(0) == noon - std::chrono::days{1});
    }

    TEST_CASE("a store that is away fails the test, loudly, and it is tried again in a minute") {
        Running running;
        running.store.set_unavailable(true);
        running.tracker->tend();
        CHECK(running.journal.contains("event=opt_out_test_failed"));
        CHECK(running.journal.contains("controller acme"));
        running.store.set_unavailable(false);
        running.clock.advance(std::chrono::seconds{59});
        running.tracker->tend();
        CHECK_FALSE(running.tested_at(0));
        running.clock.advance(std::chrono::seconds{1});
        running.tracker->tend();
        CHECK(running.tested_at(0) == running.clock.now());
    }

    TEST_CASE(
        "before there are link keys there is nothing to test, and nothing to complain about") {
        Running running;
        running.keys.lose_link_keys();
        running.tracker->tend();
        CHECK_FALSE(running.tested_at(0));
        CHECK(running.journal.count("error") == 0);
    }

    TEST_CASE("a controller that a reload brings is tested with it") {
        auto one = std::make_shared<policy::Config>(*two_controllers());
        one->controllers.pop_back();
        Running running{one};
        running.tracker->tend();
        CHECK(running.tested_at(0));
        CHECK_FALSE(running.tested_at(1));
        running.tracker->reload({two_controllers()});
        running.tracker->tend();
        CHECK(running.tested_at(1));
    }

    TEST_CASE("a page that breaks a promise is found out, by name") {
        struct Row {
            const char* message;
            Response (*get)(policy::Store&);
            Response (*post)(policy::Store&);
        };
        const auto form = [](policy::Store&) { return page("<form method=post></form>"); };
        const auto honest = [](policy::Store& store) {
            opt_nobody_out(store);
            return page("done");
        };
        for (const Row& row : std::vector<Row>{
                 {"GET was answered HTTP/1.1 404", [](policy::Store&) { return page("gone", 404); },
                  honest},
                 {"GET shows no form", [](policy::Store&) { return page("hello"); }, honest},
                 {"GET opts out",
                  [](policy::Store& store) {
                      opt_nobody_out(store);
                      return page("<form></form>");
                  },
                  honest},
                 {"POST was answered HTTP/1.1 503", form,
                  [](policy::Store&) { return page("later", 503); }},
                 {"POST was answered 200 and is not on record", form,
                  [](policy::Store&) { return page("done"); }},
                 {"", form, honest}}) {
            CAPTURE(row.message);
            tests::MemoryStore store;
            opt_nobody_out(store);  // an earlier test that was killed half-way
            const auto outcome = tested(store, [&](const Request& request) {
                return request.method == Method::Get ? row.get(store) : row.post(store);
            });
            if (*row.message == '\0') {
                CHECK(outcome.has_value());
                CHECK_FALSE(store.opt_outs_of(0, policy::nobody.prefix()).value().any());
            } else {
                REQUIRE_FALSE(outcome.has_value());
                CHECK(outcome.error().fault == Fault::Broken);
                CHECK(outcome.error().message.find(row.message) == 0);
            }
        }
    }

    TEST_CASE("nobody who answers is said with where it was looked for") {
        tests::MemoryStore store;
        const tests::FixedKeys keys;
        std::uint16_t closed = 0;
        {
            auto server = Server::open(listening_on("127.0.0.1:0"),
                                       [](const Request&) { return Response{}; });
            REQUIRE(server);
            closed = (*server)->place().port;
        }
        const auto outcome =
            test_opt_out_page(two_controllers()->controllers.front(),
                              {"127.0.0.1", closed, "", false, false}, store, *keys.ring());
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().fault == Fault::Unavailable);
        CHECK(outcome.error().message.find("127.0.0.1 port") != std::string::npos);
    }

    TEST_CASE(
        "the test reaches its own server on a unix socket, behind a PROXY header, through TLS") {
        auto local = std::make_shared<policy::Config>(*two_controllers());
        local->tracker.listen = fmt::format("unix:/tmp/candor-self-test-{}.sock", ::getpid());
        auto proxied = std::make_shared<policy::Config>(*two_controllers());
        proxied->tracker.trusted_proxies = {"127.0.0.1"};
        proxied->tracker.proxy_protocol = true;
        auto both_at_once = std::make_shared<policy::Config>(*local);
        both_at_once->tracker.proxy_protocol = true;
        const std::vector<PemPair> pair{tests::SelfSigned("go.acme.example").pem()};
        const auto certificates = Certificates::parse(pair);
        REQUIRE(certificates);
        for (const auto& config : {local, proxied, both_at_once}) {
            for (const auto& own_tls : {std::shared_ptr<const Certificates>(), *certificates}) {
                CAPTURE(config->tracker.listen);
                Running running{config, own_tls};
                running.tracker->tend();
                CHECK(running.tested_at(0) == noon);
                CHECK(running.journal.count("error") == 0);
            }
        }
    }
}

}  // namespace candor::tracker
