// Key files: made once, read, and destroyed when their time has come. In STATE/keys:
//   recipient.key (32 bytes), address.key (64), audit.key (32)   not for the tracker
//   <controller>/                                `key_folder`
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "cli/key_folder.h"
#include "policy/clock.h"
#include "policy/decision/audit.h"
#include "policy/people/recipient_id.h"
#include "policy/result.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

enum class KeyMode {
    Create,  ///< make what is not there yet (never what was there and is lost)
    Read     ///< make nothing
};

/// Keeps no key in memory. Several processes may use one directory at once.
class KeyFiles {
  public:
    /// Errors: Unavailable (cannot read or make), Damaged (a long-lived key is lost: another one
    /// stands where it should be; a key that others can read, or of a wrong length; a folder that
    /// is another user's).
    [[nodiscard]] static Result<KeyFiles> open(
        const std::filesystem::path& directory,
        std::span<const policy::ControllerNumber> controllers, KeyMode mode);

    /// Makes nothing. Of the controllers that have a folder but are not among `configured`: they
    /// left the configuration, and their links must not die. Errors: Unavailable.
    [[nodiscard]] static Result<KeyFiles> open_left(
        const std::filesystem::path& directory,
        std::span<const policy::ControllerNumber> configured);

    /// Errors: Missing, Unavailable, Damaged.
    [[nodiscard]] Result<policy::RecipientKey> recipient_key() const;
    [[nodiscard]] Result<policy::AddressKey> address_key() const;
    [[nodiscard]] Result<policy::AuditKey> audit_key() const;
    /// The link keys and all daily keys that are there. Needs none of the three above.
    /// Errors: Unavailable, Damaged.
    [[nodiscard]] Result<policy::KeyRing> ring() const;
    /// The link keys alone, into `ring`: what is opened with them names nobody but who opts out.
    /// Errors: Unavailable, Damaged.
    [[nodiscard]] Result<void> add_links_to(policy::KeyRing& ring) const;
    /// The daily keys in `ring` that may not be used any more: their file is gone, or they were
    /// shredded. Of a folder that cannot be listed nothing is known, and none is among them.
    [[nodiscard]] std::vector<policy::Epoch> destroyed_in(const policy::KeyRing& ring) const;

    /// Errors: Damaged: a controller has daily keys and no link key, so that no link of it opens.
    [[nodiscard]] Result<void> refuse_if_links_lost() const;

    using Daily = KeyFolder::Daily;
    /// Keys of every controller and class for `today` and the two days after. A key that is gone
    /// while later ones are there is not made again: another key under its name would open links
    /// of that day as links of somebody else.
    /// Errors: Unavailable.
    [[nodiscard]] Result<Daily> ensure_daily(policy::Day today) const;

    /// Overwrites and unlinks every daily key whose class has ended before `today`, and those that
    /// were shredded and came back with a backup. Whether the clock may be believed is asked before
    /// (`clock_guard`). Returns how many went. Errors: Unavailable.
    [[nodiscard]] Result<int> destroy_expired(policy::Day today) const;

    [[nodiscard]] const std::vector<KeyFolder>& folders() const { return folders_; }
    /// Every epoch that was shredded and has not ended. Errors: Unavailable.
    [[nodiscard]] Result<std::vector<policy::Epoch>> shredded() const;

    /// Another one when keys were made, removed or renamed since: cheap enough for every second.
    using Stamp = std::vector<std::filesystem::file_time_type>;
    [[nodiscard]] Stamp stamp() const;

  private:
    KeyFiles(std::filesystem::path directory, std::vector<KeyFolder> folders)
        : directory_(std::move(directory)), folders_(std::move(folders)) {}
    [[nodiscard]] Result<void> make_missing() const;

    std::filesystem::path directory_;
    std::vector<KeyFolder> folders_;
};

}  // namespace candor::cli
