// How long a daemon's last success counts.
#include "policy/decision/duties.h"

#include <doctest/doctest.h>

namespace candor::policy {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Instant noon = start_of(20780) + hours{12};

Duties done(Instant at) {
    return {at, at, at};
}

}  // namespace

TEST_SUITE("policy/duties") {
    TEST_CASE("a test of the opt-out page counts for a day, a purge for two") {
        CHECK(opt_out_tested(done(noon - hours{24}), noon));
        CHECK_FALSE(opt_out_tested(done(noon - hours{24} - seconds{1}), noon));
        CHECK(purge_on_time(done(noon - hours{48}), noon));
        CHECK_FALSE(purge_on_time(done(noon - hours{48} - seconds{1}), noon));
    }

    TEST_CASE("what was never recorded was never done") {
        CHECK_FALSE(opt_out_tested({}, noon));
        CHECK_FALSE(purge_on_time({}, noon));
        Duties keys_only;
        keys_only.at(Duty::ShredKeys) = noon;
        CHECK_FALSE(purge_on_time(keys_only, noon));
        Duties events_only;
        events_only.at(Duty::PurgeEvents) = noon;
        CHECK_FALSE(purge_on_time(events_only, noon));
        events_only.at(Duty::ShredKeys) = noon;
        CHECK(purge_on_time(events_only, noon));
        CHECK_FALSE(opt_out_tested(events_only, noon));
    }

    TEST_CASE(
        "a record of the future counts for nothing, but for the second between two processes") {
        CHECK(opt_out_tested(done(noon + seconds{1}), noon));
        CHECK_FALSE(opt_out_tested(done(noon + hours{1}), noon));
        CHECK_FALSE(purge_on_time(done(noon + hours{1}), noon));
    }

    TEST_CASE("only what was never recorded is assumed, not what is overdue") {
        Duties duties;
        duties.at(Duty::TestOptOut) = noon - hours{30};
        CHECK(assume_unrecorded(duties, noon));
        CHECK_FALSE(opt_out_tested(duties, noon));
        CHECK(purge_on_time(duties, noon));
        CHECK_FALSE(assume_unrecorded(duties, noon));
    }
}

}  // namespace candor::policy
