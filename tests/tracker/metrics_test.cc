// Counting, the text Prometheus reads, and the socket it is read from.
#include "tracker/metrics.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <regex>
#include <sstream>
#include <string>

#include "tests/fakes.h"
#include "tests/temporary_folder.h"
#include "tracker/self_request.h"
#include "tracker/tracker.h"

namespace candor::tracker {
namespace {

using namespace std::chrono_literals;

bool holds(const std::string& text, std::string_view line) {
    return text.find("\n" + std::string(line) + "\n") != std::string::npos;
}

std::string request_for(std::string_view path, std::string_view more = "") {
    return fmt::format(
        "GET {} HTTP/1.1\r\nHost: a\r\nUser-Agent: Mozilla/5.0 (X11) Firefox/132.0\r\n{}"
        "Connection: close\r\n\r\n",
        path, more);
}

}  // namespace

TEST_SUITE("tracker/metrics") {
    TEST_CASE("what was counted stands in the text, once, in the format of Prometheus") {
        Metrics metrics;
        metrics.answered(RouteClass::Click, 302, 8us);
        metrics.answered(RouteClass::Click, 302, 10us);  // a limit belongs to its bucket
        metrics.answered(RouteClass::OptOut, 503, 11us);
        metrics.answered(RouteClass::Other, 404, 1h);
        metrics.beyond_rate();
        policy::Event event;
        event.kind = policy::EventKind::Open;
        event.verdict = policy::Verdict::Machine;
        metrics.recorded(event);
        metrics.opted_out(policy::OptOutScope::Tracking, policy::OptOutSource::Page);
        const std::string text =
            prometheus_text(metrics, Gauges{.connections_open = 3,
                                            .connections_accepted = 9,
                                            .events = {.written = 5, .waiting = 2, .dropped = 1},
                                            .store_answers = true,
                                            .daily_keys = 4,
                                            .newest_daily_key = policy::Day{20000},
                                            .opt_out_tested_at = tests::noon});
        for (const std::string line :
             {"candor_requests_total{route=\"click\",status=\"3xx\"} 2",
              "candor_requests_total{route=\"opt_out\",status=\"5xx\"} 1",
              "candor_requests_total{route=\"other\",status=\"4xx\"} 1",
              "candor_request_seconds_bucket{le=\"1e-05\"} 2",
              "candor_request_seconds_bucket{le=\"2.5e-05\"} 3",
              "candor_request_seconds_bucket{le=\"+Inf\"} 4", "candor_request_seconds_count 4",
              "candor_requests_beyond_rate_total 1",
              "candor_events_total{kind=\"open\",verdict=\"machine\"} 1",
              "candor_opt_outs_total{scope=\"tracking\",source=\"page\"} 1",
              "candor_opt_outs_total{scope=\"all\",source=\"one_click\"} 0",
              "candor_connections_open 3", "candor_connections_total 9",
              "candor_events_written_total 5", "candor_events_waiting 2",
              "candor_events_dropped_total 1", "candor_store_up 1", "candor_daily_keys 4",
              "candor_newest_daily_key_timestamp_seconds 1728000000"}) {
            CAPTURE(line);
            CHECK(holds(text, line));
        }
        const std::regex sample(
            R"(candor_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)");
        const std::regex comment("# (HELP|TYPE) candor_[a-z_]+ .+");
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            CAPTURE(line);
            CHECK((std::regex_match(line, sample) || std::regex_match(line, comment)));
        }
    }

    TEST_CASE("a path is of one class") {
        CHECK(route_class_of("/c/x") == RouteClass::Click);
        CHECK(route_class_of("/o/x") == RouteClass::Open);
        CHECK(route_class_of("/u/") == RouteClass::OptOut);
        CHECK(route_class_of("/c") == RouteClass::Other);
    }

    TEST_CASE("the admin socket tells what clients did, and nothing of the tracker's own test") {
        const tests::TemporaryFolder folder;
        tests::MemoryStore store;
        tests::FixedKeys keys;
        const tests::FixedClock clock;
        tests::RecordingJournal journal;
        auto config = std::make_shared<policy::Config>();
        config->tracker.listen = "127.0.0.1:0";
        config->tracker.admin_socket = "unix:" + (folder.path() / "admin.sock").string();
        config->controllers.emplace_back();
        auto tracker =
            Tracker::open({config}, folder.path() / "spool", store, keys, clock, journal);
        REQUIRE(tracker);
        (*tracker)->start();
        (*tracker)->tend();
        const Place admin{"", 0, config->tracker.admin_socket.substr(5), false, false};
        const auto metrics = [&admin] { return answer_of(admin, request_for("/metrics")).value(); };
        const std::string before = metrics();
        CHECK(before.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(holds(before, "candor_requests_total{route=\"opt_out\",status=\"2xx\"} 0"));
        CHECK(holds(before, "candor_opt_outs_total{scope=\"all\",source=\"one_click\"} 0"));
        CHECK(holds(before, "candor_request_seconds_count 0"));
        CHECK(holds(before, fmt::format("candor_opt_out_test_timestamp_seconds {}",
                                        tests::noon.time_since_epoch().count())));
        CHECK(holds(before, "candor_store_up 1"));

        const Place place{"127.0.0.1", (*tracker)->port(), "", false, false};
        const auto anna = tests::id_of("anna@example.com");
        const auto link = policy::seal(
            *keys.ring(), policy::IndividualLink{0, 7, anna.prefix(), 1, tests::noon - 1h, 5,
                                                 "https://acme.example/"});
        const auto opt_out = policy::seal(
            *keys.ring(), policy::OptOutLink{0, anna, 0, policy::OptOutPage::Unsubscribe});
        REQUIRE(answer_of(place, request_for("/c/" + *link)));
        REQUIRE(answer_of(place, request_for("/nothing")));
        REQUIRE(answer_of(place, fmt::format("POST /u/{} HTTP/1.1\r\nHost: a\r\n"
                                             "Content-Type: application/x-www-form-urlencoded\r\n"
                                             "Content-Length: 26\r\nConnection: close\r\n\r\n"
                                             "List-Unsubscribe=One-Click",
                                             *opt_out)));
        store.set_unavailable(true);
        const std::string after = metrics();
        for (const char* line :
             {"candor_requests_total{route=\"click\",status=\"3xx\"} 1",
              "candor_requests_total{route=\"other\",status=\"4xx\"} 1",
              "candor_requests_total{route=\"opt_out\",status=\"2xx\"} 1",
              "candor_request_seconds_count 3",
              "candor_events_total{kind=\"click\",verdict=\"human\"} 1",
              "candor_opt_outs_total{scope=\"all\",source=\"one_click\"} 1", "candor_store_up 0"}) {
            CAPTURE(line);
            CHECK(holds(after, line));
        }
        for (const char* other : {"/", "/healthz", "/c/x"}) {
            CHECK(answer_of(admin, request_for(other))->starts_with("HTTP/1.1 404 "));
        }
        CHECK(answer_of(place, request_for("/metrics"))->starts_with("HTTP/1.1 404 "));
    }
}

}  // namespace candor::tracker
