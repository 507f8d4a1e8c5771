// Key files: made once, read, and destroyed when their time has come. In STATE/keys:
//   recipient.key (32 bytes), address.key (64), audit.key (32)   not for the tracker
//   <controller>/link-001.key (64)               to be backed up: without it every link dies
//   <controller>/daily/YYYYMMDD-CLASS.key (32)   never to be backed up: exclude `daily`
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "policy/audit.h"
#include "policy/clock.h"
#include "policy/keys.h"
#include "policy/recipient_id.h"
#include "policy/result.h"

namespace candor::cli {

enum class KeyMode {
    Create,  ///< make what is not there yet (never what was there and is lost)
    Read     ///< make nothing
};

/// Keeps no key in memory. Several processes may use one directory at once.
class KeyFiles {
  public:
    /// Errors: Missing (a long-lived key is lost: another one stands where it should be),
    /// Unavailable (cannot read or make), Broken (a key that others can read, or of a wrong
    /// length).
    [[nodiscard]] static Result<KeyFiles> open(
        const std::filesystem::path& directory,
        std::span<const policy::ControllerNumber> controllers, KeyMode mode);

    /// Errors: Missing, Unavailable, Broken.
    [[nodiscard]] Result<policy::RecipientKey> recipient_key() const;
    [[nodiscard]] Result<policy::AddressKey> address_key() const;
    [[nodiscard]] Result<policy::AuditKey> audit_key() const;
    /// The link keys and all daily keys that are there. Needs none of the three above.
    /// Errors: Unavailable, Broken.
    [[nodiscard]] Result<policy::KeyRing> ring() const;

    struct Daily {
        int made = 0;
        int lost = 0;  ///< should be there and are not: mail goes on without them
    };
    /// Keys of every controller and class for `today` and the two days after. A key that is gone
    /// while later ones are there is not made again: another key under its name would open links
    /// of that day as links of somebody else.
    /// Errors: Unavailable.
    [[nodiscard]] Result<Daily> ensure_daily(policy::Day today) const;

    /// Overwrites and unlinks every daily key whose class has ended before `today`. Refuses when no
    /// key of the last three days is there, because then it is more likely that the clock has
    /// jumped, unless `forced`. Returns how many went. Errors: Unavailable.
    [[nodiscard]] Result<int> destroy_expired(policy::Day today, bool forced = false) const;

  private:
    KeyFiles(std::filesystem::path directory, std::vector<policy::ControllerNumber> controllers)
        : directory_(std::move(directory)), controllers_(std::move(controllers)) {}
    [[nodiscard]] Result<void> make_missing() const;
    [[nodiscard]] std::filesystem::path of(policy::ControllerNumber controller) const;

    std::filesystem::path directory_;
    std::vector<policy::ControllerNumber> controllers_;
};

/// The ring of the files as last read. reload() after keys were made or destroyed.
class LiveKeys final : public policy::KeySource {
  public:
    explicit LiveKeys(KeyFiles files)
        : files_(std::move(files)), ring_(std::make_shared<const policy::KeyRing>()) {}

    [[nodiscard]] std::shared_ptr<const policy::KeyRing> ring() const override;
    /// Keeps the old ring when the files cannot be read. Errors: as KeyFiles::ring().
    [[nodiscard]] Result<void> reload();
    [[nodiscard]] const KeyFiles& files() const { return files_; }

  private:
    const KeyFiles files_;
    mutable std::mutex mutex_;  // guards ring_
    std::shared_ptr<const policy::KeyRing> ring_;
};

}  // namespace candor::cli
