// Several links of one message within moments: a scanner fetches what a person would read first.
// In memory only, bounded, under keys that a key of this process hides, and forgotten in seconds.
#pragma once

#include <array>
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
    /// Wipes what is older than the window.
    void forget(Time now);
    /// How many messages are remembered.
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
    /// Encrypts `blocks` in place.
    [[nodiscard]] std::optional<std::uint64_t> key_of(std::span<policy::Block> blocks) const;
    [[nodiscard]] bool see(std::uint64_t key, std::uint16_t link, Time now);
    [[nodiscard]] bool is_fresh(const Seen& seen, Time now) const;

    const BurstLimits limits_;
    const policy::BlockCipher cipher_;
    mutable std::mutex mutex_;
    std::vector<Slot> slots_;  // guarded by mutex_
};

}  // namespace candor::tracker
