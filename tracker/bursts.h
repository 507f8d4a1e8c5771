// Several links of one message within moments: a scanner fetches what a person would read first.
// And who followed a honeypot, which no person sees. In memory only, bounded, under keys that a key
// of this process hides, and forgotten in seconds.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/tokens/block_cipher.h"
#include "policy/tokens/token.h"
#include "tracker/client_address.h"

namespace candor::tracker {

struct BurstLimits {
    std::chrono::milliseconds window{2000};
    std::size_t links = 3;         ///< different ones within the window; at most 3
    std::size_t messages = 16384;  ///< remembered at once; then some are forgotten early
    std::chrono::milliseconds follower{30000};  ///< how long a honeypot's is remembered
    std::size_t followers = 1024;               ///< remembered at once, likewise
};

/// From where a campaign's links are followed.
struct Visit {
    policy::ControllerNumber controller = 0;
    policy::CampaignId campaign = 0;
    const ClientAddress& client;  ///< borrowed
};

/// Safe to call from any thread.
class Bursts {
  public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Bursts(const BurstLimits& limits = {});

    /// Whether this click is the last of so many different links of one person's message. Those
    /// before it were recorded as what they looked like.
    [[nodiscard]] bool is_one_of_many(const policy::IndividualLink& link, Time now);
    /// The same of a campaign, for who comes from `client` with the same program; false where the
    /// client is not known.
    [[nodiscard]] bool is_one_of_many(policy::CampaignId campaign, std::uint16_t link,
                                      const ClientAddress& client, std::string_view user_agent,
                                      Time now);
    /// A honeypot of the campaign was followed. Nothing is remembered of a client that is not
    /// known.
    void note_follower(const Visit& visit, Time now);
    /// Whether one was, from there, moments ago.
    [[nodiscard]] bool has_followed(const Visit& visit, Time now) const;
    /// Wipes what is older than its window.
    void forget(Time now);
    /// How many messages and followers are remembered.
    [[nodiscard]] std::size_t size() const;

  private:
    struct Seen {
        Time at{};
        std::uint16_t link = 0;
        bool is_set = false;
    };
    struct Slot {
        std::uint64_t key = 0;
        std::array<Seen, 3> seen;
    };
    struct Follower {
        std::uint64_t key = 0;
        Time at{};
    };
    [[nodiscard]] std::optional<std::uint64_t> key_of(const Visit& visit) const;
    /// Encrypts `blocks` in place.
    [[nodiscard]] std::optional<std::uint64_t> key_of(std::span<policy::Block> blocks) const;
    [[nodiscard]] bool see(std::uint64_t key, std::uint16_t link, Time now);
    [[nodiscard]] bool is_fresh(const Seen& seen, Time now) const;

    const BurstLimits limits_;
    const policy::BlockCipher cipher_;
    mutable std::mutex mutex_;
    std::vector<Slot> slots_;          // guarded by mutex_
    std::vector<Follower> followers_;  // guarded by mutex_
    /// Whether any is remembered: else no click waits for the lock and the key.
    std::atomic<bool> any_follower_{false};
};

}  // namespace candor::tracker
