// The key ring: long-lived link keys, and one random key per day and retention class.
// Holds keys in memory, immutable once built; reading and making key files is `cli/key_files`.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "policy/clock.h"
#include "policy/people/recipient_id.h"

namespace candor::policy {

class Siv;
class SubjectCipher;

/// AES-256-SIV key (RFC 5297: two AES-256 keys). Losing it kills every link ever sent.
using LinkKey = std::array<std::uint8_t, 64>;
/// AES-256 key of one day and class. Destroying it makes that day's links forget whom they were
/// for.
using DailyKey = std::array<std::uint8_t, 32>;
/// AES-256-SIV key that seals the address of a contact row. Not for the tracker.
using AddressKey = std::array<std::uint8_t, 64>;

/// A retention class: 1..15, 0 = none. The numbers are frozen: they stand in tokens and file names.
using RetentionClass = std::uint8_t;

/// Days of each class, index = class. Frozen; new classes are appended.
inline constexpr std::array<int, 8> retention_class_days{0, 7, 14, 30, 60, 90, 180, 365};

/// The class that keeps longest without passing `days`; 0 when even the shortest is longer.
[[nodiscard]] constexpr RetentionClass retention_class_of(int days) {
    RetentionClass best = 0;
    for (std::size_t k = 1; k < retention_class_days.size(); ++k) {
        if (retention_class_days[k] <= days) best = static_cast<RetentionClass>(k);
    }
    return best;
}

/// The last day (inclusive) on which a key or event of `day` and `retention` may still be used.
[[nodiscard]] constexpr Day last_day_of(Day day, RetentionClass retention) {
    return retention < retention_class_days.size() ? day + retention_class_days[retention] : day;
}

/// What shares one daily key, and is forgotten with it.
struct Epoch {
    ControllerNumber controller = 0;
    Day day = 0;
    RetentionClass retention = 0;
    auto operator<=>(const Epoch&) const = default;
};

class KeyRing {
  public:
    using DailyName = Epoch;

    /// `id` is 1..255; the greatest id of a controller is the one that seals.
    void add_link_key(ControllerNumber controller, std::uint8_t id, const LinkKey& key);
    void add_daily_key(const DailyName& name, const DailyKey& key);
    /// Wiped, unless another ring holds a copy.
    void remove_daily_key(const DailyName& name);

    [[nodiscard]] std::optional<std::uint8_t> sealing_link_key_id(
        ControllerNumber controller) const;
    /// Borrowed from the ring; null when there is none.
    [[nodiscard]] const LinkKey* link_key(ControllerNumber controller, std::uint8_t id) const;
    /// The same key, set up for use; borrowed from the ring, null when there is none.
    [[nodiscard]] const Siv* link_cipher(ControllerNumber controller, std::uint8_t id) const;
    /// Borrowed from the ring; null when it was never made, is lost, or was destroyed.
    [[nodiscard]] const DailyKey* daily_key(const DailyName& name) const;
    /// The same key, set up for use; borrowed from the ring, null when there is none.
    [[nodiscard]] const SubjectCipher* daily_cipher(const DailyName& name) const;

    [[nodiscard]] const std::map<DailyName, DailyKey>& daily_keys() const { return daily_; }

    KeyRing() = default;
    KeyRing(const KeyRing&) = default;
    KeyRing& operator=(const KeyRing&) = default;
    ~KeyRing();  // wipes the keys

  private:
    std::map<std::pair<ControllerNumber, std::uint8_t>, LinkKey> link_;
    std::map<std::pair<ControllerNumber, std::uint8_t>, std::shared_ptr<const Siv>> ciphers_;
    std::map<DailyName, DailyKey> daily_;
    std::map<DailyName, std::shared_ptr<const SubjectCipher>> daily_ciphers_;
};

/// Port: the ring as it is now. Safe to call from any thread; the answer stays valid while held.
class KeySource {
  public:
    virtual ~KeySource() = default;
    [[nodiscard]] virtual std::shared_ptr<const KeyRing> ring() const = 0;
};

}  // namespace candor::policy
