// How fast one client asks: a token bucket per IPv4 address or IPv6 /64. Memory is bounded and
// holds no address, only a number that the address was scrambled into with a key of this process.
// What happens beyond the rate is not decided here.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "tracker/client_address.h"

namespace candor::tracker {

struct RateLimits {
    int per_second = 50;              ///< 0 = no limit
    int burst = 500;                  ///< at once, after a pause
    std::vector<std::string> exempt;  ///< networks besides rate_exempt_networks
};

/// Behind whom may be anybody: Google's image proxy, loopback, and private addresses, which on the
/// way from the Internet only a proxy of the operator's own has.
[[nodiscard]] std::span<const std::string_view> rate_exempt_networks();

/// Safe to call from any thread.
class RateLimiter {
  public:
    using Time = std::chrono::steady_clock::time_point;

    explicit RateLimiter(const RateLimits& limits);

    /// Whether one more request of `client` is within its rate. Always for who is exempt or not
    /// known: people may not be punished for each other. Constant time.
    [[nodiscard]] bool admits(const ClientAddress& client, Time now);

  private:
    struct Bucket {
        std::uint64_t client = 0;  ///< scrambled; 0 = free
        Time filled_at{};          ///< when it would be or was full again
    };
    // A client competes for a place with few others, and the lock is for them alone.
    struct Shelf {
        std::mutex mutex;  // guards buckets
        std::array<Bucket, 8> buckets;
    };
    [[nodiscard]] std::uint64_t scrambled(const ClientAddress& client) const;

    const std::chrono::nanoseconds refill_;  ///< of one request
    const std::chrono::nanoseconds burst_;
    std::vector<policy::Network> exempt_;
    std::array<std::uint64_t, 4> key_{};
    std::vector<Shelf> shelves_;
};

}  // namespace candor::tracker
