// Connections leave room for the files of the store.
#include "tracker/descriptors.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <limits>

namespace candor::tracker {
namespace {

TEST_SUITE_BEGIN("tracker/descriptors");

TEST_CASE("as many connections as are wanted, or as fit beside store and spool") {
    CHECK(connections_within(16384, 2, 4096) == 4096);
    CHECK(connections_within(std::numeric_limits<std::uint64_t>::max(), 64, 100000) == 100000);
    CHECK(connections_within(4096, 2, 4096) == 3832);
    CHECK(connections_within(1024, 2, 4096) == 760);
    CHECK(connections_within(1024, 2, 100) == 100);
    CHECK(connections_within(64, 2, 4096) == 16);
    CHECK(connections_within(0, 2, 4096) == 16);
}

TEST_CASE("the soft limit becomes the hard one") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit low{before.rlim_cur - 1, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    CHECK(descriptor_limit() == low.rlim_cur);
    raise_descriptor_limit();
    CHECK(descriptor_limit() == before.rlim_max);
    CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0);
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
