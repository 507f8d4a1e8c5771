// How many connections the system allows this process: each is a descriptor, and store and spool
// need some of their own. Who runs out of them takes no connection at all for a while.
#pragma once

#include <cstdint>

namespace candor::tracker {

/// How many files and sockets this process may have open: the soft limit.
[[nodiscard]] std::uint64_t descriptor_limit();
/// The soft limit becomes the hard one. Of the whole process: nothing in it may use select().
void raise_descriptor_limit();

/// `wanted`, or how many fit beside what else is open; 16 at least, as the configuration has it.
[[nodiscard]] int connections_within(std::uint64_t descriptors, int threads, int wanted);

}  // namespace candor::tracker
