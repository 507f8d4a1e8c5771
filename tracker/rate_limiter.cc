// Buckets as times (the generic cell rate algorithm): one that is full again at T is empty when T
// lies `burst` ahead. See rate_limiter.h.
#include "tracker/rate_limiter.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

namespace candor::tracker {
namespace {

constexpr std::size_t shelf_count = 8192;  // 65536 buckets, about 1.5 MB
constexpr std::size_t ipv4_prefix_bits = 128;
constexpr std::size_t ipv6_prefix_bits = 64;  // what a household has (RFC 6177)

constexpr std::array<std::string_view, 9> exempt_networks{
    "66.102.0.0/20", "66.249.64.0/19", "64.233.160.0/19", "127.0.0.0/8", "::1",
    "10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",  "fc00::/7"};

std::chrono::nanoseconds time_of_one(int per_second) {
    return std::chrono::nanoseconds(std::chrono::seconds(1)) / std::max(per_second, 1);
}

}  // namespace

std::span<const std::string_view> rate_exempt_networks() {
    return exempt_networks;
}

RateLimiter::RateLimiter(const RateLimits& limits)
    : refill_(limits.per_second == 0 ? std::chrono::nanoseconds{0}
                                     : time_of_one(limits.per_second)),
      burst_(refill_ * std::max(limits.burst, 1)),
      shelves_(limits.per_second == 0 ? 0 : shelf_count) {
    for (const std::string_view text : exempt_networks) {
        if (const auto network = policy::Network::parse(text)) exempt_.push_back(*network);
    }
    for (const std::string& text : limits.exempt) {
        if (const auto network = policy::Network::parse(text)) exempt_.push_back(*network);
    }
    // Without randomness the key stays zero: clients could then be made to collide, no more.
    static_cast<void>(
        RAND_bytes(reinterpret_cast<unsigned char*>(key_.data()), static_cast<int>(sizeof key_)));
}

/// Two rounds of multiply and fold (as wyhash does): nobody without the key finds addresses that
/// share a shelf, and the number says nothing about the address.
std::uint64_t RateLimiter::scrambled(const ClientAddress& client) const {
    const auto network = client.prefix(client.is_ipv4() ? ipv4_prefix_bits : ipv6_prefix_bits);
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), network.bytes().data(), sizeof halves);
    const auto fold = [](std::uint64_t a, std::uint64_t b) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
    };
    const std::uint64_t once = fold(halves[0] ^ key_[0], halves[1] ^ key_[1]);
    return std::max<std::uint64_t>(fold(once ^ key_[2], key_[3] | 1), 1);
}

bool RateLimiter::admits(const ClientAddress& client, Time now) {
    if (shelves_.empty() || !client.is_known()) return true;
    const bool is_exempt = std::ranges::any_of(
        exempt_, [&client](const policy::Network& network) { return network.contains(client); });
    if (is_exempt) return true;

    const std::uint64_t number = scrambled(client);
    Shelf& shelf = shelves_[number % shelves_.size()];
    const std::scoped_lock lock(shelf.mutex);
    auto found = std::ranges::find(shelf.buckets, number, &Bucket::client);
    if (found == shelf.buckets.end()) {
        // Who takes the fullest bucket's place does nobody wrong: full is how everybody begins.
        found = std::ranges::min_element(shelf.buckets, {}, &Bucket::filled_at);
        *found = {number, now};
    }
    const Time filled_at = std::max(found->filled_at, now) + refill_;
    if (filled_at > now + burst_) return false;
    found->filled_at = filled_at;
    return true;
}

}  // namespace candor::tracker
