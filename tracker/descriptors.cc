// RLIMIT_NOFILE; see descriptors.h.
#include "tracker/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace candor::tracker {
namespace {

constexpr int fewest_connections = 16;
// 32 event files of three each, the other files of the store, spool, log, 64 who read the metrics.
constexpr std::uint64_t others = 256;
constexpr std::uint64_t per_thread = 4;  // its sockets to listen on and what it waits with

}  // namespace

std::uint64_t descriptor_limit() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));  // else as it was: connections_within()
}

int connections_within(std::uint64_t descriptors, int threads, int wanted) {
    const std::uint64_t kept = others + per_thread * static_cast<std::uint64_t>(threads);
    const std::uint64_t left = descriptors > kept ? descriptors - kept : 0;
    if (left >= static_cast<std::uint64_t>(wanted)) return wanted;
    return std::max(static_cast<int>(left), fewest_connections);
}

}  // namespace candor::tracker
