// What is said of a tracking host without asking it; asking is tests/e2e/t_33_live.py.
#include "cli/live_check.h"

#include <doctest/doctest.h>

#include "cli/https_client.h"
#include "tests/fakes.h"

using namespace candor;

namespace {

policy::Config config_of(std::string host) {
    policy::Config config;
    config.file = "candor.toml";
    policy::Controller controller;
    controller.name = "acme";
    controller.line = 12;
    controller.domains = {"acme.example"};
    controller.tracking_host = std::move(host);
    config.controllers = {controller};
    policy::Stream stream;
    stream.controller = "acme";
    stream.match.sender = {"news@acme.example", "*@*.other.example", "*@*", "sales*"};
    config.streams = {stream};
    return config;
}

/// A port of this host on which nobody listens: taken, and not listened on.
constexpr std::uint16_t closed_port = 1;

}  // namespace

TEST_SUITE("cli/live_check") {
    TEST_CASE("alignment is said for every domain that mail comes from") {
        const auto found = cli::check_live(config_of("go.acme.example"), *tests::FixedKeys().ring(),
                                           {"", {{"127.0.0.1", closed_port}}}, tests::noon);
        CHECK(found.notes ==
              std::vector<std::string>{"go.acme.example: aligned with acme.example"});
        REQUIRE(found.warnings.size() == 1);
        CHECK(found.warnings.front() ==
              "candor.toml:12: warning: go.acme.example: not aligned with other.example: mail from "
              "there stays untracked");
    }

    TEST_CASE("who does not listen is a fault at the line of the controller") {
        const auto found = cli::check_live(config_of("go.acme.example"), *tests::FixedKeys().ring(),
                                           {"", {{"127.0.0.1", closed_port}}}, tests::noon);
        REQUIRE(found.faults.size() == 1);
        CHECK(policy::to_line(found.faults.front()) ==
              "candor.toml:12: go.acme.example: no connection to 127.0.0.1 port 1: Connection "
              "refused");
    }

    TEST_CASE("a controller without tracking host is not asked") {
        const auto found = cli::check_live(config_of(""), *tests::FixedKeys().ring(), {}, {});
        CHECK(found.faults.empty());
        CHECK(found.notes.empty());
    }

    TEST_CASE("HOST:PORT") {
        using Place = std::pair<std::string, std::uint16_t>;
        CHECK(cli::host_and_port("localhost:8443") == Place{"localhost", 8443});
        CHECK(cli::host_and_port("[::1]:443") == Place{"::1", 443});
        for (const char* other :
             {"", ":1", "a", "a:", "a:0", "a:65536", "a:x", "a:1x", "::1:443", "[]:1"}) {
            CAPTURE(other);
            CHECK_FALSE(cli::host_and_port(other));
        }
    }
}
