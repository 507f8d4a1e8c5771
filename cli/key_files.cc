// Which keys a state directory has, over all its controllers.
#include "cli/key_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include "cli/key_file.h"

namespace candor::cli {

Result<KeyFiles> KeyFiles::open(const std::filesystem::path& directory,
                                std::span<const policy::ControllerNumber> controllers,
                                KeyMode mode) {
    std::vector<KeyFolder> folders;
    for (const auto controller : controllers) {
        folders.emplace_back(directory / std::to_string(controller), controller);
    }
    KeyFiles files(directory, std::move(folders));
    if (mode == KeyMode::Create) {
        if (auto made = files.make_missing(); !made) return fail(made.error());
    }
    return files;
}

Result<KeyFiles> KeyFiles::open_left(const std::filesystem::path& directory,
                                     std::span<const policy::ControllerNumber> configured) {
    const auto numbers = numbered_folders(directory);
    if (!numbers) return fail(numbers.error());
    std::vector<policy::ControllerNumber> left;
    std::ranges::copy_if(*numbers, std::back_inserter(left), [&](policy::ControllerNumber number) {
        return std::ranges::find(configured, number) == configured.end();
    });
    return open(directory, left, KeyMode::Read);
}

Result<void> KeyFiles::make_missing() const {
    if (auto made = make_key_directory(directory_); !made) return made;
    bool any_link = false;
    for (const KeyFolder& folder : folders_) {
        const auto links = folder.link_keys();
        if (!links) return fail(links.error());
        any_link = any_link || !links->empty();
    }
    // Looked up before recipient.key: another process that starts may be making both right now.
    const auto recipient = directory_ / "recipient.key", address = directory_ / "address.key";
    const bool address_there = is_there(address);
    // Always in this order, so that a later one without an earlier one means a loss. Under a new
    // recipient key nobody would be found again, and every opt-out would be forgotten.
    if (!is_there(recipient)) {
        if (any_link || address_there) return lost_key(recipient);
        if (auto made = make_key(recipient, sizeof(policy::RecipientKey)); !made)
            return fail(made.error());
    }
    if (!is_there(address)) {
        if (any_link) return lost_key(address);
        if (auto made = make_key(address, sizeof(policy::AddressKey)); !made)
            return fail(made.error());
    }
    // Younger than the others: states that were made before it get one.
    if (const auto audit = directory_ / "audit.key"; !is_there(audit)) {
        if (auto made = make_key(audit, sizeof(policy::AuditKey)); !made) return fail(made.error());
    }
    for (const KeyFolder& folder : folders_) {
        if (auto made = folder.make_missing(); !made) return made;
    }
    return {};
}

Result<policy::RecipientKey> KeyFiles::recipient_key() const {
    return read_key<policy::RecipientKey>(directory_ / "recipient.key");
}

Result<policy::AddressKey> KeyFiles::address_key() const {
    return read_key<policy::AddressKey>(directory_ / "address.key");
}

Result<policy::AuditKey> KeyFiles::audit_key() const {
    return read_key<policy::AuditKey>(directory_ / "audit.key");
}

Result<policy::KeyRing> KeyFiles::ring() const {
    policy::KeyRing ring;
    for (const KeyFolder& folder : folders_) {
        if (auto added = folder.add_links_to(ring); !added) return fail(added.error());
        if (auto added = folder.add_daily_to(ring); !added) return fail(added.error());
    }
    return ring;
}

Result<void> KeyFiles::add_links_to(policy::KeyRing& ring) const {
    for (const KeyFolder& folder : folders_) {
        if (auto added = folder.add_links_to(ring); !added) return added;
    }
    return {};
}

std::vector<policy::Epoch> KeyFiles::destroyed_in(const policy::KeyRing& ring) const {
    std::vector<policy::Epoch> destroyed;
    for (const KeyFolder& folder : folders_) {
        const auto usable = folder.usable_daily_keys();
        if (!usable) continue;
        for (const auto& [name, key] : ring.daily_keys()) {
            if (name.controller != folder.controller()) continue;
            if (std::ranges::binary_search(*usable, policy::DayClass{name.day, name.retention})) {
                continue;
            }
            destroyed.push_back(name);
        }
    }
    return destroyed;
}

Result<void> KeyFiles::refuse_if_links_lost() const {
    for (const KeyFolder& folder : folders_) {
        const auto lost = folder.has_lost_links();
        if (!lost) return fail(lost.error());
        if (*lost) return lost_key(folder.first_link());
    }
    return {};
}

Result<KeyFiles::Daily> KeyFiles::ensure_daily(policy::Day today) const {
    Daily result;
    for (const KeyFolder& folder : folders_) {
        if (auto made = folder.ensure_daily(today, result); !made) return fail(made.error());
    }
    return result;
}

Result<int> KeyFiles::destroy_expired(policy::Day today) const {
    int destroyed = 0;
    for (const KeyFolder& folder : folders_) {
        const auto gone = folder.destroy_expired(today);
        if (!gone) return fail(gone.error());
        destroyed += *gone;
    }
    return destroyed;
}

Result<std::vector<policy::Epoch>> KeyFiles::shredded() const {
    std::vector<policy::Epoch> epochs;
    for (const KeyFolder& folder : folders_) {
        const auto names = folder.shredded();
        if (!names) return fail(names.error());
        for (const auto& name : *names) {
            epochs.push_back({folder.controller(), name.day, name.retention});
        }
    }
    return epochs;
}

KeyFiles::Stamp KeyFiles::stamp() const {
    Stamp stamp;
    const auto add = [&stamp](const std::filesystem::path& directory) {
        std::error_code missing;  // it then has the time that stands for none
        stamp.push_back(std::filesystem::last_write_time(directory, missing));
    };
    for (const KeyFolder& folder : folders_) {
        add(folder.directory());
        add(folder.daily_directory());
    }
    return stamp;
}

}  // namespace candor::cli
