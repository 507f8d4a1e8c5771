// Key material on disk: modes, atomic creation, destruction. No key ever enters a message.
#include "cli/key_file.h"

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
#include <system_error>
#include <vector>

#include "sqlite/writer.h"

namespace candor::cli {
namespace {

constexpr mode_t key_mode = 0640;
constexpr mode_t directory_mode = 0750;
constexpr mode_t too_open = 0027;  // others at all, or the group writing

tl::unexpected<Error> unavailable(std::string_view doing, const std::filesystem::path& file) {
    return key_unavailable(doing, file, errno);
}

using sqlite::Descriptor;

Descriptor opened(const std::filesystem::path& file, int flags) {
    return Descriptor(::open(file.c_str(), flags | O_CLOEXEC));
}

bool write_whole(int file, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(file, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
    return true;
}

}  // namespace

bool is_there(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::exists(file, error) || error;
}

tl::unexpected<Error> key_unavailable(std::string_view doing, const std::filesystem::path& file,
                                      int why) {
    return fail(
        sqlite::fault_of(why),
        fmt::format("keys: {} {}: {}{}", doing, file.string(), std::system_category().message(why),
                    why == EACCES ? " (run as the user that owns it)" : ""));
}

tl::unexpected<Error> lost_key(const std::filesystem::path& file) {
    return fail(Fault::Damaged,
                fmt::format("keys: {} is lost, while others that were made after it are there: "
                            "restore it from the backup",
                            file.string()));
}

Result<void> make_key_directory(const std::filesystem::path& directory) {
    if (is_there(directory)) return {};
    std::error_code error;
    std::filesystem::create_directories(directory.parent_path(), error);
    if (::mkdir(directory.c_str(), directory_mode) != 0 && errno != EEXIST) {
        return unavailable("making", directory);
    }
    return {};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
    const Descriptor held = opened(directory, O_RDONLY | O_DIRECTORY);
    if (!held.valid() || ::fsync(held.get()) != 0) return unavailable("syncing", directory);
    return {};
}

Result<bool> make_key(const std::filesystem::path& file, std::size_t bytes) {
    std::string unfinished =
        (file.parent_path() / fmt::format(".{}.XXXXXX", file.filename().string())).string();
    std::vector<std::uint8_t> key(bytes);
    if (RAND_priv_bytes(key.data(), static_cast<int>(key.size())) != 1) {
        return fail(Fault::Unavailable, "keys: no random bytes");
    }
    bool written = false;
    {
        const Descriptor made(::mkostemp(unfinished.data(), O_CLOEXEC));
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

Result<void> read_key_into(const std::filesystem::path& file, std::span<std::uint8_t> key) {
    const Descriptor held = opened(file, O_RDONLY | O_NOFOLLOW);
    if (!held.valid()) {
        if (errno == ENOENT) {
            return fail(Fault::Missing, fmt::format("keys: {} is not there", file.string()));
        }
        return unavailable("reading", file);
    }
    struct stat known {};
    if (::fstat(held.get(), &known) != 0) return unavailable("reading", file);
    if ((known.st_mode & too_open) != 0) {
        return fail(Fault::Damaged,
                    fmt::format("keys: {} has mode {:04o}, but others must not read it nor the "
                                "group write it: chmod 0640 it, and think of it as known",
                                file.string(), known.st_mode & 07777U));
    }
    if (!S_ISREG(known.st_mode) || static_cast<std::size_t>(known.st_size) != key.size()) {
        return fail(Fault::Damaged,
                    fmt::format("keys: {} is not a key of {} bytes", file.string(), key.size()));
    }
    if (::pread(held.get(), key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
        return unavailable("reading", file);
    }
    return {};
}

/// On disks that write elsewhere (flash, copy on write) the old bytes may live on for a while:
/// docs/privacy.md says what helps.
Result<void> destroy_key(const std::filesystem::path& file) {
    {
        const Descriptor held = opened(file, O_WRONLY | O_NOFOLLOW);
        struct stat known {};
        if (!held.valid() || ::fstat(held.get(), &known) != 0) {
            return unavailable("overwriting", file);
        }
        const std::vector<std::uint8_t> zeros(static_cast<std::size_t>(known.st_size));
        if (!write_whole(held.get(), zeros) || ::fsync(held.get()) != 0) {
            return unavailable("overwriting", file);
        }
    }
    if (::unlink(file.c_str()) != 0) return unavailable("removing", file);
    return {};
}

Result<void> make_marker(const std::filesystem::path& file) {
    {
        const Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, key_mode));
        if (!made.valid() || ::fsync(made.get()) != 0) return unavailable("making", file);
    }
    return sync_directory(file.parent_path());
}

}  // namespace candor::cli
