// The keys of one controller, by the names of their files:
//   link-001.key (64 bytes)               to be backed up: without it every link dies
//   daily/YYYYMMDD-CLASS.key (32)         never to be backed up: exclude `daily`
//   daily/YYYYMMDD-CLASS.shredded         that key was destroyed before its time, for good
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "policy/clock.h"
#include "policy/result.h"
#include "policy/tokens/day_class_name.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

/// The controllers that have a folder in `directory`, ascending. One that is not there holds none.
/// Errors: Unavailable.
[[nodiscard]] Result<std::vector<policy::ControllerNumber>> numbered_folders(
    const std::filesystem::path& directory);

/// Keeps no key in memory. Several processes may use one folder at once.
class KeyFolder {
  public:
    KeyFolder(std::filesystem::path directory, policy::ControllerNumber controller)
        : directory_(std::move(directory)), controller_(controller) {}

    [[nodiscard]] policy::ControllerNumber controller() const { return controller_; }
    [[nodiscard]] std::filesystem::path daily_directory() const { return directory_ / "daily"; }
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

    /// Ids of the link keys, ascending; the last one seals. A folder that is not there holds none.
    /// Errors: Unavailable.
    [[nodiscard]] Result<std::vector<std::uint8_t>> link_keys() const;
    /// Ascending. Those of shredded() may be among them, when a backup brought them back.
    [[nodiscard]] Result<std::vector<policy::DayClass>> daily_keys() const;
    [[nodiscard]] Result<std::vector<policy::DayClass>> shredded() const;

    /// Those that may be used: there, and not shredded. Errors: Unavailable.
    [[nodiscard]] Result<std::vector<policy::DayClass>> usable_daily_keys() const;

    /// Into `ring`. Errors: Unavailable, Damaged.
    [[nodiscard]] Result<void> add_links_to(policy::KeyRing& ring) const;
    [[nodiscard]] Result<void> add_daily_to(policy::KeyRing& ring) const;

    /// The first link key, unless there is one. Errors: Damaged (it is lost), Unavailable.
    [[nodiscard]] Result<void> make_missing() const;
    /// Whether there is no link key any more: daily keys are made after the first one.
    /// Errors: Unavailable.
    [[nodiscard]] Result<bool> has_lost_links() const;
    [[nodiscard]] std::filesystem::path first_link() const { return link_file(1); }
    /// One more link key, which seals from the next reload on; the others go on opening. Its id.
    /// Errors: Missing (there is none to follow), OverLimit (255 were made), Unavailable.
    [[nodiscard]] Result<std::uint8_t> rotate() const;

    struct Daily {
        int made = 0;
        int lost = 0;  ///< should be there and are not: mail goes on without them
    };
    /// Adds to `daily`. As KeyFiles::ensure_daily().
    [[nodiscard]] Result<void> ensure_daily(policy::Day today, Daily& daily) const;
    /// As KeyFiles::destroy_expired().
    [[nodiscard]] Result<int> destroy_expired(policy::Day today) const;
    /// Destroys the key of that day and class. Before its time (not `ended`) a marker stays: the
    /// key is not made again, and where a backup brings it back it is not used, and destroyed by
    /// the next destroy_expired(). Whether the key was there. Errors: Unavailable.
    [[nodiscard]] Result<bool> shred(const policy::DayClass& name, bool ended) const;

  private:
    [[nodiscard]] std::filesystem::path link_file(std::uint8_t id) const;
    [[nodiscard]] std::filesystem::path daily_file(const policy::DayClass& name,
                                                   std::string_view ending) const;

    std::filesystem::path directory_;
    policy::ControllerNumber controller_;
};

}  // namespace candor::cli
