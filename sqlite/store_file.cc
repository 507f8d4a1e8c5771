// Opens lazily, notices when the file behind the name is another one, and keeps reading apart from
// writing: a look-up must not wait for a commit's disk.
#include "sqlite/store_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace candor::sqlite {
namespace {

// Another process is making the file: that takes a few commits.
constexpr std::chrono::milliseconds creation_wait{2000};

// The two daemons start at once, and each has a moment with a file of the other.
constexpr std::chrono::milliseconds silent_wait{1000};

tl::unexpected<Error> cannot_reach(const std::filesystem::path& file) {
    return fail(fault_of(errno), fmt::format("store: cannot reach {}: {}", file.string(),
                                             std::system_category().message(errno)));
}

}  // namespace

std::filesystem::path StoreFile::lock_file() const {
    std::filesystem::path lock = file_;
    lock += ".lock";
    return lock;
}

Result<void> StoreFile::refuse_if_lost() const {
    std::error_code ignored;
    // Before the file is looked for: whoever makes it leaves the mark after it.
    const bool marked = !mark_.empty() && std::filesystem::exists(mark_, ignored);
    if (std::filesystem::exists(file_, ignored) || (!marked && !seen_)) return {};
    const std::string lost =
        fmt::format("store: {} is lost: restore it from the backup", file_.string());
    if (!marked) return fail(Fault::Damaged, lost);
    return fail(Fault::Damaged, fmt::format("{}; where an empty one is really meant, remove {}",
                                            lost, mark_.string()));
}

Result<Database> StoreFile::open_writer() {
    if (auto there = refuse_if_lost(); !there) return fail(there.error());
    auto database = open_for_writing(file_, kind_);
    if (database && !mark_.empty()) {
        if (auto marked = leave_mark(mark_); !marked) return fail(marked.error());
    }
    return database;
}

Result<void> StoreFile::own(std::chrono::milliseconds wait,
                            const std::function<void(const std::string&)>& waits) {
    const std::scoped_lock guard(writing_);
    auto lock = WriterLock::acquire(lock_file(), std::min(wait, silent_wait));
    if (lock && !*lock && wait > silent_wait) {
        if (waits) waits(file_.string());
        lock = WriterLock::acquire(lock_file(), wait - silent_wait);
    }
    if (!lock) return fail(lock.error());
    if (!*lock) {
        return fail(Fault::Unavailable,
                    fmt::format("store: another process writes {}", file_.string()));
    }
    auto database = open_writer();
    if (!database) return fail(database.error());
    struct stat known {};
    if (::stat(file_.c_str(), &known) != 0) return cannot_reach(file_);
    owned_device_ = writer_device_ = known.st_dev;
    owned_inode_ = writer_inode_ = known.st_ino;
    lock_ = *std::move(lock);
    own_writer(*std::move(database));
    return {};
}

void StoreFile::own_writer(Database database) {
    if (patience_) database.wait_for_locks(*patience_);
    writer_ = std::move(database);
}

bool StoreFile::is_what_we_own() const {
    struct stat known {};
    return owned_inode_ != 0 && ::stat(file_.c_str(), &known) == 0 &&
           known.st_dev == owned_device_ && known.st_ino == owned_inode_;
}

Result<void> StoreFile::open_reader() {
    struct stat known {};
    const bool there = ::stat(file_.c_str(), &known) == 0;
    if (!there && errno != ENOENT) return cannot_reach(file_);
    if (!there) {
        if (auto kept = refuse_if_lost(); !kept) return kept;
        auto lock = WriterLock::acquire(lock_file(), creation_wait);
        if (!lock) return fail(lock.error());
        // Without the lock: its holder has made the file by now, or the next line finds none.
        if (*lock) {
            auto made = open_writer();
            if (!made) return fail(made.error());
        }
        if (::stat(file_.c_str(), &known) != 0) return cannot_reach(file_);
    }
    auto database = Database::open(file_, Access::Read);
    if (!database) return fail(database.error());
    auto version = database->schema_version();
    if (!version) return fail(version.error());
    // An older program made it, and its writer need not be running: mail must not wait for that.
    if (*version < current_schema(kind_)) {
        auto lock = WriterLock::acquire(lock_file(), creation_wait);
        if (!lock) return fail(lock.error());
        if (*lock) {
            auto migrated = open_writer();
            if (!migrated) return fail(migrated.error());
        }
        version = database->schema_version();
        if (!version) return fail(version.error());
    }
    if (*version != current_schema(kind_)) {
        // Of a newer program, or of an older one that still runs and then ends.
        return fail(*version > current_schema(kind_) ? Fault::Damaged : Fault::Unavailable,
                    fmt::format("store: {} has schema {}, this program reads {}", file_.string(),
                                *version, current_schema(kind_)));
    }
    reader_ = *std::move(database);
    device_ = known.st_dev;
    inode_ = known.st_ino;
    seen_ = true;
    return {};
}

Result<StoreFile::Reading> StoreFile::read() {
    std::unique_lock guard(reading_);
    if (reader_) {
        // A restored backup is another file under the same name; the open one would answer with
        // what used to be.
        struct stat known {};
        if (::stat(file_.c_str(), &known) != 0 || known.st_dev != device_ ||
            known.st_ino != inode_) {
            reader_.reset();
        }
    }
    if (!reader_) {
        if (auto opened = open_reader(); !opened) return fail(opened.error());
    }
    return Reading{std::move(guard), &*reader_};
}

Result<void> StoreFile::follow_path() {
    struct stat known {};
    if (::stat(file_.c_str(), &known) != 0) {
        return fail(Fault::Unavailable, fmt::format("store: {} has vanished", file_.string()));
    }
    if (writer_ && known.st_dev == writer_device_ && known.st_ino == writer_inode_) return {};
    // What is committed into a file without a name is lost.
    writer_.reset();
    {
        // Before it is opened for writing, which would make an empty database of an empty file.
        auto looked_at = Database::open(file_, Access::Read);
        const auto version =
            looked_at ? looked_at->schema_version() : Result<std::int64_t>(fail(looked_at.error()));
        if (!version) return fail(version.error());
        if (*version == 0) {
            return fail(Fault::Unavailable,
                        fmt::format("store: {} is another file, and empty", file_.string()));
        }
    }
    auto database = open_for_writing(file_, kind_);
    if (!database) return fail(database.error());
    own_writer(*std::move(database));
    writer_device_ = known.st_dev;
    writer_inode_ = known.st_ino;
    replaced_ = true;
    return {};
}

Result<std::optional<StoreFile::Writing>> StoreFile::write(std::chrono::milliseconds wait) {
    return write(std::unique_lock(writing_), wait);
}

Result<std::optional<StoreFile::Writing>> StoreFile::write_within(std::chrono::milliseconds queue) {
    std::unique_lock guard(writing_, queue);
    if (!guard) {
        return fail(Fault::Unavailable, fmt::format("store: {} is being written", file_.string()));
    }
    return write(std::move(guard), std::chrono::milliseconds{0});
}

Result<std::optional<StoreFile::Writing>> StoreFile::write(std::unique_lock<std::timed_mutex> guard,
                                                           std::chrono::milliseconds wait) {
    Writing writing;
    writing.guard = std::move(guard);
    if (lock_) {
        if (auto followed = follow_path(); !followed) return fail(followed.error());
        writing.owned = &*writer_;
        return std::optional(std::move(writing));
    }
    auto lock = WriterLock::acquire(lock_file(), wait);
    if (!lock) return fail(lock.error());
    if (!*lock) return std::optional<Writing>();
    auto database = open_writer();
    if (!database) return fail(database.error());
    writing.lock = *std::move(lock);
    writing.for_moment = *std::move(database);
    return std::optional(std::move(writing));
}

}  // namespace candor::sqlite
