// A table of slots, one per message, found by a MAC under a key made at the start: what
// is left in memory says nothing about anybody, not even to who has all the addresses.
#include "tracker/bursts.h"

#include <algorithm>
#include <random>

#include "policy/tokens/checksum.h"
#include "policy/tokens/token_header.h"

namespace candor::tracker {
namespace {

std::array<std::uint8_t, 32> random_key() {
    std::random_device random;
    std::array<std::uint8_t, 32> key{};
    std::ranges::generate(key, [&] { return static_cast<std::uint8_t>(random()); });
    return key;
}

policy::Block block_of(std::string_view bytes) {
    policy::Block block{};
    std::ranges::copy(bytes.substr(0, block.size()), block.begin());
    return block;
}

}  // namespace

Bursts::Bursts(const BurstLimits& limits)
    : limits_(limits),
      cipher_(random_key(), policy::BlockCipher::Mode::Chain),
      slots_(std::max<std::size_t>(limits.messages, 1)),
      followers_(std::max<std::size_t>(limits.followers, 1)) {}

bool Bursts::is_one_of_many(const policy::IndividualLink& link, Time now) {
    std::string message;
    policy::put_number(message, link.recipient);
    policy::put_number(message, link.campaign);
    policy::put_number(message,
                       static_cast<std::uint32_t>(link.sealed_at.time_since_epoch().count()));
    policy::Block block = block_of(message);
    const auto key = key_of({&block, 1});
    return key && see(*key, link.ordinal, now);
}

bool Bursts::is_one_of_many(policy::CampaignId campaign, std::uint16_t link,
                            const ClientAddress& client, std::string_view user_agent, Time now) {
    if (!client.is_known()) return false;
    std::string rest;
    policy::put_number(rest, policy::checksum(user_agent));
    policy::put_number(rest, campaign);
    std::array whose{client.bytes(), block_of(rest)};
    const auto key = key_of(whose);
    return key && see(*key, link, now);
}

void Bursts::note_follower(const Visit& visit, Time now) {
    const auto key = key_of(visit);
    if (!key) return;
    const std::scoped_lock lock(mutex_);
    followers_[*key % followers_.size()] = {*key, now};
    any_follower_ = true;
}

bool Bursts::has_followed(const Visit& visit, Time now) const {
    if (!any_follower_) return false;
    const auto key = key_of(visit);
    if (!key) return false;
    const std::scoped_lock lock(mutex_);
    const Follower& follower = followers_[*key % followers_.size()];
    return follower.key == *key && now - follower.at < limits_.follower;
}

std::optional<std::uint64_t> Bursts::key_of(const Visit& visit) const {
    if (!visit.client.is_known()) return std::nullopt;
    std::string campaign;
    policy::put_number(campaign, visit.controller);
    policy::put_number(campaign, visit.campaign);
    std::array whose{visit.client.bytes(), block_of(campaign)};
    return key_of(whose);
}

std::optional<std::uint64_t> Bursts::key_of(std::span<policy::Block> blocks) const {
    policy::BlockCipher::Use chain{cipher_};
    chain.apply(blocks);
    if (!chain.ok()) return std::nullopt;
    const policy::Block& mac = blocks.back();
    return policy::number_at<std::uint64_t>(std::string(mac.begin(), mac.end()), 0);
}

bool Bursts::is_fresh(const Seen& seen, Time now) const {
    return seen.is_set && now - seen.at < limits_.window;
}

bool Bursts::see(std::uint64_t key, std::uint16_t link, Time now) {
    const std::scoped_lock lock(mutex_);
    Slot& slot = slots_[key % slots_.size()];
    if (slot.key != key) slot = {key, {}};
    Seen* place = &slot.seen.front();
    std::size_t others = 0;
    for (Seen& seen : slot.seen) {
        if (!is_fresh(seen, now)) seen = {};
        if (seen.is_set && seen.link != link) ++others;
    }
    // In the place of the same link, of none, or of the oldest.
    for (Seen& seen : slot.seen) {
        if (seen.is_set && seen.link == link) {
            place = &seen;
            break;
        }
        if (place->is_set && (!seen.is_set || seen.at < place->at)) place = &seen;
    }
    *place = {now, link, true};
    return others + 1 >= limits_.links;
}

void Bursts::forget(Time now) {
    const std::scoped_lock lock(mutex_);
    for (Slot& slot : slots_) {
        if (slot.key == 0) continue;
        const bool fresh =
            std::ranges::any_of(slot.seen, [&](const Seen& seen) { return is_fresh(seen, now); });
        if (!fresh) slot = {};
    }
    if (!any_follower_) return;
    bool any = false;
    for (Follower& follower : followers_) {
        if (now - follower.at >= limits_.follower) follower = {};
        any |= follower.key != 0;
    }
    any_follower_ = any;
}

std::size_t Bursts::size() const {
    const std::scoped_lock lock(mutex_);
    const auto is_set = [](const auto& one) { return one.key != 0; };
    return static_cast<std::size_t>(std::ranges::count_if(slots_, is_set) +
                                    std::ranges::count_if(followers_, is_set));
}

}  // namespace candor::tracker
