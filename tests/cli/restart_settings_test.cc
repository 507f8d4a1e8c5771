// A setting that is read once is named where a reload finds another value.
#include "cli/restart_settings.h"

#include <doctest/doctest.h>

using namespace candor;

TEST_SUITE("cli/restart_settings") {
    TEST_CASE("what a reload cannot change is named, and nothing else") {
        policy::Config before, after;
        CHECK(cli::settings_for_restart(before, after, false).empty());
        after.tracker.too_fast += std::chrono::seconds{1};
        after.state_dir = "/elsewhere";
        CHECK(cli::settings_for_restart(before, after, true).empty());
        after.log.level = "debug";
        CHECK(cli::settings_for_restart(before, after, false) == "state_dir, log.level");

        after = before;
        after.tracker.max_connections = 20;
        after.tracker.header_timeout = after.tracker.idle_timeout = std::chrono::seconds{1};
        after.tracker.drain = after.milter.drain = std::chrono::seconds{0};
        CHECK(cli::settings_for_restart(before, after, false) ==
              "milter.drain_seconds, tracker.max_connections, tracker.header_timeout_seconds, "
              "tracker.idle_timeout_seconds, tracker.drain_seconds");
    }
}
