// Key material on disk: modes, atomic creation, destruction. No key ever enters a message.
#include "cli/key_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include "policy/day_class_name.h"

namespace candor::cli {
namespace {

constexpr mode_t key_mode = 0640;
constexpr mode_t directory_mode = 0750;
constexpr mode_t too_open = 0027;  // others at all, or the group writing
constexpr policy::Day days_ahead = 2;
constexpr policy::Day longest_pause = 3;

tl::unexpected<Error> unavailable(std::string_view doing, const std::filesystem::path& file,
                                  int why = errno) {
    return fail(
        Fault::Unavailable,
        fmt::format("keys: {} {}: {}{}", doing, file.string(), std::system_category().message(why),
                    why == EACCES ? " (run as the user that owns it)" : ""));
}

class File {
  public:
    File(const std::filesystem::path& file, int flags)
        : number_(::open(file.c_str(), flags | O_CLOEXEC)) {}
    explicit File(int number) : number_(number) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool valid() const { return number_ >= 0; }

  private:
    int number_;
};

bool write_whole(int file, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(file, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
    return true;
}

bool is_there(const std::filesystem::path& file) {
    // What cannot be reached counts as there: it fails with its reason when it is opened, and is
    // not called lost or made again.
    std::error_code error;
    return std::filesystem::exists(file, error) || error;
}

Result<void> make_directory(const std::filesystem::path& directory) {
    if (is_there(directory)) return {};
    std::error_code error;
    std::filesystem::create_directories(directory.parent_path(), error);
    if (::mkdir(directory.c_str(), directory_mode) != 0 && errno != EEXIST) {
        return unavailable("making", directory);
    }
    return {};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
    const File opened(directory, O_RDONLY | O_DIRECTORY);
    if (!opened.valid() || ::fsync(opened.get()) != 0) return unavailable("syncing", directory);
    return {};
}

/// A random key under its name. Whole before it has the name, and whoever is first wins: two
/// processes that start at once go on with the same key. Whether this call made it.
template <class Key>
Result<bool> make_key(const std::filesystem::path& file) {
    std::string unfinished =
        (file.parent_path() / fmt::format(".{}.XXXXXX", file.filename().string())).string();
    Key key{};
    if (RAND_priv_bytes(key.data(), static_cast<int>(key.size())) != 1) {
        return fail(Fault::Unavailable, "keys: no random bytes");
    }
    bool written = false;
    {
        const File made(::mkostemp(unfinished.data(), O_CLOEXEC));
        written = made.valid() && ::fchmod(made.get(), key_mode) == 0 &&
                  write_whole(made.get(), key) && ::fsync(made.get()) == 0;
    }
    OPENSSL_cleanse(key.data(), key.size());
    if (!written) {
        const auto reason = unavailable("making", file);
        ::unlink(unfinished.c_str());
        return reason;
    }
    const bool first = ::link(unfinished.c_str(), file.c_str()) == 0;
    const int reason = errno;
    ::unlink(unfinished.c_str());
    if (!first && reason != EEXIST) {
        errno = reason;
        return unavailable("making", file);
    }
    if (auto done = sync_directory(file.parent_path()); !done) return fail(done.error());
    return first;
}

template <class Key>
Result<Key> read_key(const std::filesystem::path& file) {
    const File opened(file, O_RDONLY | O_NOFOLLOW);
    if (!opened.valid()) {
        if (errno == ENOENT) {
            return fail(Fault::Missing, fmt::format("keys: {} is not there", file.string()));
        }
        return unavailable("reading", file);
    }
    struct stat known {};
    if (::fstat(opened.get(), &known) != 0) return unavailable("reading", file);
    if ((known.st_mode & too_open) != 0) {
        return fail(Fault::Broken,
                    fmt::format("keys: {} has mode {:04o}, but others must not read it nor the "
                                "group write it: chmod 0640 it, and think of it as known",
                                file.string(), known.st_mode & 07777U));
    }
    Key key{};
    if (!S_ISREG(known.st_mode) || static_cast<std::size_t>(known.st_size) != key.size()) {
        return fail(Fault::Broken,
                    fmt::format("keys: {} is not a key of {} bytes", file.string(), key.size()));
    }
    if (::pread(opened.get(), key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
        return unavailable("reading", file);
    }
    return key;
}

std::filesystem::path daily_file(const std::filesystem::path& daily,
                                 const policy::DayClass& day_class) {
    return daily / (policy::to_name(day_class) + ".key");
}

/// The daily keys that are there, by name. A folder that is not there holds none.
Result<std::vector<policy::DayClass>> list_daily(const std::filesystem::path& daily) {
    std::vector<policy::DayClass> found;
    if (!is_there(daily)) return found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(daily, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() != ".key") continue;
        if (const auto name = policy::day_class_from(entry->path().stem().string())) {
            found.push_back(*name);
        }
    }
    if (error) return unavailable("listing", daily, error.value());
    std::ranges::sort(found);
    return found;
}

/// `link-NNN.key` -> NNN.
std::optional<std::uint8_t> link_key_id(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    if (name.size() != 12 || !name.starts_with("link-") || !name.ends_with(".key")) return {};
    unsigned id = 0;
    const auto [stop, fault] = std::from_chars(name.data() + 5, name.data() + 8, id);
    if (fault != std::errc{} || stop != name.data() + 8 || id < 1 || id > 255) return {};
    return static_cast<std::uint8_t>(id);
}

Result<std::vector<std::pair<std::uint8_t, std::filesystem::path>>> list_link_keys(
    const std::filesystem::path& directory) {
    std::vector<std::pair<std::uint8_t, std::filesystem::path>> found;
    if (!is_there(directory)) return found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (const auto id = link_key_id(entry->path())) found.emplace_back(*id, entry->path());
    }
    if (error) return unavailable("listing", directory, error.value());
    return found;
}

/// Overwrites before unlinking. On disks that write elsewhere (flash, copy on write) the old bytes
/// may live on for a while: docs/privacy.md says what helps.
Result<void> destroy(const std::filesystem::path& file) {
    {
        const File opened(file, O_WRONLY | O_NOFOLLOW);
        const std::array<std::uint8_t, sizeof(policy::DailyKey)> zeros{};
        if (!opened.valid() || !write_whole(opened.get(), zeros) || ::fsync(opened.get()) != 0) {
            return unavailable("overwriting", file);
        }
    }
    if (::unlink(file.c_str()) != 0) return unavailable("removing", file);
    return {};
}

tl::unexpected<Error> lost(const std::filesystem::path& file) {
    return fail(Fault::Missing,
                fmt::format("keys: {} is lost, while others that were made after it are there: "
                            "restore it from the backup",
                            file.string()));
}

}  // namespace

std::filesystem::path KeyFiles::of(policy::ControllerNumber controller) const {
    return directory_ / std::to_string(controller);
}

Result<KeyFiles> KeyFiles::open(const std::filesystem::path& directory,
                                std::span<const policy::ControllerNumber> controllers,
                                KeyMode mode) {
    KeyFiles files(directory, {controllers.begin(), controllers.end()});
    if (mode == KeyMode::Create) {
        if (auto made = files.make_missing(); !made) return fail(made.error());
    }
    return files;
}

Result<void> KeyFiles::make_missing() const {
    if (auto made = make_directory(directory_); !made) return made;
    bool any_link = false;
    for (const auto controller : controllers_) {
        const auto links = list_link_keys(of(controller));
        if (!links) return fail(links.error());
        any_link = any_link || !links->empty();
    }
    // Looked up before recipient.key: another process that starts may be making both right now.
    const auto recipient = directory_ / "recipient.key", address = directory_ / "address.key";
    const bool address_there = is_there(address);
    // Always in this order, so that a later one without an earlier one means a loss. Under a new
    // recipient key nobody would be found again, and every opt-out would be forgotten.
    if (!is_there(recipient)) {
        if (any_link || address_there) return lost(recipient);
        if (auto made = make_key<policy::RecipientKey>(recipient); !made) return fail(made.error());
    }
    if (!is_there(address)) {
        if (any_link) return lost(address);
        if (auto made = make_key<policy::AddressKey>(address); !made) return fail(made.error());
    }
    // Younger than the others: states that were made before it get one.
    if (const auto audit = directory_ / "audit.key"; !is_there(audit)) {
        if (auto made = make_key<policy::AuditKey>(audit); !made) return fail(made.error());
    }
    for (const auto controller : controllers_) {
        if (auto made = make_directory(of(controller)); !made) return made;
        if (auto made = make_directory(of(controller) / "daily"); !made) return made;
        const auto links = list_link_keys(of(controller));
        if (!links) return fail(links.error());
        if (!links->empty()) continue;
        const auto link = of(controller) / "link-001.key";
        const auto daily = list_daily(of(controller) / "daily");
        if (!daily) return fail(daily.error());
        // Looked for again: another process that starts may have made it, and daily keys after it.
        if (!daily->empty() && !is_there(link)) return lost(link);
        if (auto made = make_key<policy::LinkKey>(link); !made) return fail(made.error());
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
    for (const auto controller : controllers_) {
        const auto links = list_link_keys(of(controller));
        if (!links) return fail(links.error());
        for (const auto& [id, file] : *links) {
            const auto key = read_key<policy::LinkKey>(file);
            if (!key) return fail(key.error());
            ring.add_link_key(controller, id, *key);
        }
        const auto daily = list_daily(of(controller) / "daily");
        if (!daily) return fail(daily.error());
        for (const auto& name : *daily) {
            const auto key = read_key<policy::DailyKey>(daily_file(of(controller) / "daily", name));
            // Destroyed since the listing.
            if (!key && key.error().fault == Fault::Missing) continue;
            if (!key) return fail(key.error());
            ring.add_daily_key({controller, name.day, name.retention}, *key);
        }
    }
    return ring;
}

Result<KeyFiles::Daily> KeyFiles::ensure_daily(policy::Day today) const {
    Daily result;
    for (const auto controller : controllers_) {
        const auto daily = of(controller) / "daily";
        if (auto made = make_directory(of(controller)); !made) return fail(made.error());
        if (auto made = make_directory(daily); !made) return fail(made.error());
        const auto there = list_daily(daily);
        if (!there) return fail(there.error());
        for (std::size_t number = 1; number < policy::retention_class_days.size(); ++number) {
            const auto k = static_cast<policy::RetentionClass>(number);
            policy::Day newest = std::numeric_limits<policy::Day>::min();
            for (const auto& name : *there) {
                if (name.retention == k) newest = std::max(newest, name.day);
            }
            // Ascending: another process that does the same at once sees no gap below the newest.
            for (policy::Day day = today; day <= today + days_ahead; ++day) {
                const policy::DayClass name{day, k};
                if (day <= newest) {
                    result.lost += std::ranges::binary_search(*there, name) ? 0 : 1;
                    continue;
                }
                const auto made = make_key<policy::DailyKey>(daily_file(daily, name));
                if (!made) return fail(made.error());
                result.made += *made ? 1 : 0;
            }
        }
    }
    return result;
}

Result<int> KeyFiles::destroy_expired(policy::Day today, bool forced) const {
    int destroyed = 0;
    for (const auto controller : controllers_) {
        const auto daily = of(controller) / "daily";
        const auto there = list_daily(daily);
        if (!there) return fail(there.error());
        std::vector<policy::DayClass> ended;
        policy::Day newest_before = std::numeric_limits<policy::Day>::min();
        for (const auto& name : *there) {
            if (policy::last_day_of(name.day, name.retention) < today) ended.push_back(name);
            // Keys of today and later may have been made by the very clock that has jumped.
            if (name.day < today) newest_before = std::max(newest_before, name.day);
        }
        if (ended.empty()) continue;
        if (!forced && newest_before + longest_pause < today) {
            return fail(Fault::Unavailable,
                        fmt::format("keys: {} keys would be destroyed, but there is none of the "
                                    "last {} days: check the clock, then force it",
                                    ended.size(), longest_pause));
        }
        for (const auto& name : ended) {
            if (auto done = destroy(daily_file(daily, name)); !done) return fail(done.error());
            ++destroyed;
        }
        if (auto done = sync_directory(daily); !done) return fail(done.error());
    }
    return destroyed;
}

std::shared_ptr<const policy::KeyRing> LiveKeys::ring() const {
    const std::scoped_lock lock(mutex_);
    return ring_;
}

Result<void> LiveKeys::reload() {
    auto read = files_.ring();
    if (!read) return fail(read.error());
    auto fresh = std::make_shared<const policy::KeyRing>(*std::move(read));
    const std::scoped_lock lock(mutex_);
    ring_ = std::move(fresh);
    return {};
}

}  // namespace candor::cli
