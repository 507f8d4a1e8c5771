// flock() on a file beside the database: SQLite's own locks say who writes this moment, this one
// who may write at all.
#include "sqlite/writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

namespace candor::sqlite {
namespace {

constexpr mode_t shared_file = 0660;
constexpr mode_t shared_directory = 0770;
constexpr std::chrono::milliseconds retry_every{5};

tl::unexpected<Error> unavailable(std::string_view doing, const std::filesystem::path& file) {
    return fail(fault_of(errno), fmt::format("store: {} {}: {}", doing, file.string(),
                                             std::system_category().message(errno)));
}

// SQLite would make the file with a mode that locks the other daemon out, and -wal and -shm inherit
// it. Only a file that this call makes is ever opened here: closing a descriptor of a database that
// is in use would drop the locks SQLite holds on it.
Result<void> make_empty(const std::filesystem::path& file) {
    const Descriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, shared_file));
    if (!made.valid()) return unavailable("making", file);
    if (::fchmod(made.get(), shared_file) != 0) return unavailable("making", file);
    return {};
}

void remove_database(const std::filesystem::path& file) {
    std::error_code ignored;  // what is not there is as good as removed
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::filesystem::remove(file.string() + suffix, ignored);
    }
}

Result<void> sync_directory(const std::filesystem::path& directory) {
    const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.valid() || ::fsync(opened.get()) != 0) return unavailable("syncing", directory);
    return {};
}

// Besides mkdir(): the umask does not hold here, and what lies in the directory is to be of its
// group. Where it lies in a directory with the setgid bit the kernel has set it already, and asking
// for it again is what RestrictSUIDSGID= of a systemd unit refuses.
bool make_shared(const std::filesystem::path& directory) {
    constexpr mode_t all_bits = 07777;
    constexpr mode_t wanted = S_ISGID | shared_directory;
    struct stat known {};
    if (::stat(directory.c_str(), &known) != 0) return false;
    if ((known.st_mode & all_bits) == wanted) return true;
    if (::chmod(directory.c_str(), wanted) == 0) return true;
    // Refused, and it was not inherited: our group is that of all daemons, who need no bit to share
    // what they make.
    return errno == EPERM && ::chmod(directory.c_str(), shared_directory) == 0;
}

// Made under another name, complete with tables and WAL mode, then renamed: a reader finds no file
// or a whole one.
Result<void> make_database(const std::filesystem::path& file, FileKind kind) {
    std::filesystem::path unfinished = file;
    unfinished += ".new";
    remove_database(unfinished);
    if (auto made = make_empty(unfinished); !made) return fail(made.error());
    {
        auto database = Database::open(unfinished, Access::Write);
        if (!database) return fail(database.error());
        if (auto done = migrate(*database, kind); !done) return fail(done.error());
    }  // closing the last connection brings all of the WAL into the file
    if (::rename(unfinished.c_str(), file.c_str()) != 0) return unavailable("renaming", unfinished);
    return sync_directory(file.parent_path());
}

}  // namespace

Fault fault_of(int why) {
    const bool forbidden =
        why == EACCES || why == EPERM || why == EROFS || why == ENOTDIR || why == ELOOP;
    return forbidden ? Fault::Damaged : Fault::Unavailable;
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Result<std::optional<WriterLock>> WriterLock::acquire(const std::filesystem::path& lock_file,
                                                      std::chrono::milliseconds wait) {
    Descriptor file(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, shared_file));
    if (file.valid()) {
        if (::fchmod(file.get(), shared_file) != 0) return unavailable("making", lock_file);
    } else {
        file = Descriptor(::open(lock_file.c_str(), O_RDWR | O_CLOEXEC));
        if (!file.valid()) return unavailable("opening", lock_file);
    }
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return unavailable("locking", lock_file);
        if (std::chrono::steady_clock::now() >= deadline) return std::optional<WriterLock>();
        std::this_thread::sleep_for(retry_every);
    }
    return std::optional(WriterLock(std::move(file)));
}

Result<void> make_shared_directory(const std::filesystem::path& directory) {
    std::error_code error;
    if (std::filesystem::is_directory(directory, error)) return {};
    if (!directory.parent_path().empty()) {
        std::filesystem::create_directories(directory.parent_path(), error);
    }
    if (::mkdir(directory.c_str(), shared_directory) != 0) {
        if (errno == EEXIST) return {};  // another process was quicker
        return unavailable("making", directory);
    }
    return make_shared(directory) ? Result<void>() : unavailable("making", directory);
}

Result<void> leave_mark(const std::filesystem::path& mark) {
    std::error_code ignored;
    if (std::filesystem::exists(mark, ignored)) return {};
    const Descriptor made(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, shared_file));
    if (!made.valid() || ::fsync(made.get()) != 0) return unavailable("making", mark);
    return sync_directory(mark.parent_path());
}

Result<Database> open_for_writing(const std::filesystem::path& file, FileKind kind) {
    struct stat known {};
    if (::stat(file.c_str(), &known) != 0) {
        if (errno != ENOENT) return unavailable("opening", file);
        if (auto made = make_database(file, kind); !made) return fail(made.error());
    }
    auto database = Database::open(file, Access::Write);
    if (!database) return fail(database.error());
    if (auto done = migrate(*database, kind); !done) return fail(done.error());
    return database;
}

}  // namespace candor::sqlite
