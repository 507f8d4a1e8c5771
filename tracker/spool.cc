// Files of the spool, and the numbers of what is in them. The upper half of a number counts the
// times the spool was opened. So a number is never given twice, even when a power loss took a file
// whose records the store had taken already.
#include "tracker/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>

#include "tracker/spool_name.h"

namespace candor::tracker {
namespace {

constexpr std::uint64_t numbers_of_a_run = 1ULL << 32;

/// The first number of the run after the one that has `number`.
constexpr std::uint64_t next_run(std::uint64_t number) {
    return (number / numbers_of_a_run + 1) * numbers_of_a_run + 1;
}

std::uint64_t random_id() {
    std::random_device random;
    std::uint64_t id = 0;
    while (id == 0) id = (std::uint64_t{random()} << 32) | random();
    return id;
}

std::string what_errno_says(std::string_view doing) {
    return fmt::format("spool: cannot {}: {}", doing, std::system_category().message(errno));
}

/// Null where `number` is no descriptor.
std::shared_ptr<const int> owned(int number) {
    if (number < 0) return nullptr;
    return {new int(number), [](const int* file) {
                ::close(*file);
                delete file;
            }};
}

Result<void> sync_file(int file) {
    if (::fdatasync(file) == 0) return {};
    return fail(Fault::Unavailable, what_errno_says("sync a file"));
}

}  // namespace

SpoolLimits spool_limits_of(std::uint64_t max_bytes) {
    constexpr std::uint64_t files = 8;
    SpoolLimits limits;
    limits.max_bytes = max_bytes;
    limits.segment_records = std::clamp<std::uint64_t>(max_bytes / spool_record_bytes / files, 1,
                                                       limits.segment_records);
    return limits;
}

Spool::Spool(std::filesystem::path directory, const SpoolLimits& limits)
    : directory_(std::move(directory)), limits_(limits) {
    find_segments();
    if (id_ == 0) id_ = random_id();
}

void Spool::find_segments() {
    std::error_code error;
    std::vector<std::pair<SegmentName, Segment>> found;
    for (std::filesystem::directory_iterator entry(directory_, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = from_name(entry->path().filename().string());
        if (!name) continue;
        std::error_code gone;
        const std::uint64_t size = std::filesystem::file_size(entry->path(), gone);
        if (gone) continue;
        torn_bytes_ += size % spool_record_bytes;
        found.emplace_back(*name, Segment{entry->path(), name->first, size / spool_record_bytes});
    }
    std::ranges::sort(found, {}, [](const auto& one) { return one.second.first; });
    if (found.empty()) return;
    // Files of another spool were put here by hand: their numbers mean nothing to us.
    id_ = found.back().first.spool;
    for (auto& [name, segment] : found) {
        if (name.spool != id_) continue;
        bytes_ += segment.count * spool_record_bytes;
        segments_.push_back(std::move(segment));
    }
    next_ = next_run(segments_.back().first);
    // What a killed process wrote last may not be on the disk yet.
    if (auto newest = owned(::open(segments_.back().path.c_str(), O_RDONLY | O_CLOEXEC))) {
        unsynced_files_.push_back(std::move(newest));
    }
}

Result<std::uint64_t> Spool::append(std::string_view records) {
    const std::scoped_lock lock(mutex_);
    if (bytes_ + records.size() > limits_.max_bytes) {
        return fail(Fault::OverLimit, "spool: tracker.max_spool_bytes is reached");
    }
    // The clock is asked only after a refusal.
    if (!refusal_.empty() && std::chrono::steady_clock::now() < retry_at_) {
        return fail(Fault::Unavailable, refusal_);
    }
    if (auto done = write(records); !done) {
        refusal_ = done.error().message;
        retry_at_ = std::chrono::steady_clock::now() + limits_.retry;
        return fail(done.error());
    }
    refusal_.clear();
    next_ += records.size() / spool_record_bytes;
    return next_ - 1;
}

Result<void> Spool::write(std::string_view records) {
    if (open_ && segments_.back().count >= limits_.segment_records) end_segment();
    if (!open_) {
        if (auto begun = begin_segment(); !begun) return begun;
    }
    const ssize_t done = ::write(*open_, records.data(), records.size());
    if (done != static_cast<ssize_t>(records.size())) {
        if (done >= 0) errno = ENOSPC;
        auto refused = fail(Fault::Unavailable, what_errno_says("append"));
        // What went in before the disk was full must not stand before the next record. Where it
        // cannot be cut off, the file ends here and its torn end is read by nobody.
        const auto whole = static_cast<off_t>(segments_.back().count * spool_record_bytes);
        if (done > 0 && ::ftruncate(*open_, whole) != 0) end_segment();
        return refused;
    }
    segments_.back().count += records.size() / spool_record_bytes;
    bytes_ += records.size();
    unsynced_records_ = true;
    return {};
}

Result<void> Spool::begin_segment() {
    if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) {
        return fail(Fault::Unavailable, what_errno_says("make its directory"));
    }
    const auto path = directory_ / to_name({id_, next_});
    open_ = owned(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
    if (!open_) return fail(Fault::Unavailable, what_errno_says("make a file"));
    // The name says which run this is. Were it lost with the power after the store had taken
    // records, the next run would give their numbers again, and those would count as taken.
    if (!run_is_on_disk_) {
        if (auto synced = sync_directory(); !synced) {
            open_.reset();
            ::unlink(path.c_str());
            return synced;
        }
        run_is_on_disk_ = true;
    } else {
        unsynced_directory_ = true;
    }
    segments_.push_back({path, next_, 0});
    return {};
}

Result<void> Spool::sync_directory() const {
    const auto opened = owned(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return fail(Fault::Unavailable, what_errno_says("open its directory"));
    return sync_file(*opened);
}

void Spool::number_from(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    if (next_ >= number) return;
    if (open_) end_segment();
    next_ = next_run(number - 1);
    run_is_on_disk_ = false;
}

void Spool::end_segment() {
    if (unsynced_records_) unsynced_files_.push_back(open_);
    unsynced_records_ = false;
    open_.reset();
    // An empty file that could not even be cut keeps its name: the next one needs another.
    if (segments_.back().count == 0) ++next_;
}

Result<SpoolRun> Spool::read(std::uint64_t after, std::size_t max_records) const {
    std::filesystem::path path;
    std::uint64_t skip = 0;
    SpoolRun run;
    {
        const std::scoped_lock lock(mutex_);
        const auto segment = std::ranges::find_if(
            segments_, [&](const Segment& one) { return one.count > 0 && one.last() > after; });
        if (segment == segments_.end()) return run;
        path = segment->path;
        skip = after < segment->first ? 0 : after + 1 - segment->first;
        run.records = std::min<std::uint64_t>(segment->count - skip, max_records);
        run.through = segment->first + skip + run.records - 1;
    }
    const auto file = owned(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        if (errno == ENOENT) return run;
        return fail(Fault::Unavailable, what_errno_says("open a file to read"));
    }
    run.bytes.resize(run.records * spool_record_bytes);
    std::size_t done = 0;
    while (done < run.bytes.size()) {
        const ssize_t got = ::pread(*file, run.bytes.data() + done, run.bytes.size() - done,
                                    static_cast<off_t>(skip * spool_record_bytes + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(Fault::Unavailable, what_errno_says("read a file"));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    run.bytes.resize(done - done % spool_record_bytes);
    return run;
}

void Spool::release(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    while (segments_.size() > 1) {
        const Segment& oldest = segments_.front();
        if (oldest.count > 0 && oldest.last() > number) return;
        std::error_code error;
        std::filesystem::remove(oldest.path, error);
        if (error) return;
        bytes_ -= oldest.count * spool_record_bytes;
        segments_.pop_front();
        unsynced_directory_ = true;
    }
}

void Spool::begin_file() {
    const std::scoped_lock lock(mutex_);
    if (segments_.empty() || segments_.back().count == 0) return;
    if (open_) end_segment();
    // A disk that refuses says so at the next append().
    static_cast<void>(begin_segment());
}

Result<void> Spool::sync() {
    std::vector<File> files;
    bool directory = false;
    {
        const std::scoped_lock lock(mutex_);
        files.swap(unsynced_files_);
        if (std::exchange(unsynced_records_, false)) files.push_back(open_);
        directory = std::exchange(unsynced_directory_, false);
    }
    Result<void> synced;
    std::erase_if(files, [&](const File& file) {
        auto done = sync_file(*file);
        if (!done) synced = fail(done.error());
        return done.has_value();
    });
    if (directory) {
        auto done = sync_directory();
        if (!done) synced = fail(done.error());
        directory = !done;
    }
    if (!synced) keep_unsynced(files, directory);
    return synced;
}

void Spool::keep_unsynced(const std::vector<File>& files, bool directory) {
    const std::scoped_lock lock(mutex_);
    for (const File& file : files) {
        if (file == open_) {
            unsynced_records_ = true;
        } else {
            unsynced_files_.push_back(file);
        }
    }
    unsynced_directory_ = unsynced_directory_ || directory;
}

std::uint64_t Spool::records_behind(std::uint64_t after) const {
    const std::scoped_lock lock(mutex_);
    std::uint64_t records = 0;
    for (const Segment& segment : segments_) {
        if (segment.count == 0 || segment.last() <= after) continue;
        records += std::min(segment.count, segment.last() - after);
    }
    return records;
}

std::uint64_t Spool::last() const {
    const std::scoped_lock lock(mutex_);
    const auto newest = std::find_if(segments_.rbegin(), segments_.rend(),
                                     [](const Segment& one) { return one.count > 0; });
    return newest == segments_.rend() ? 0 : newest->last();
}

}  // namespace candor::tracker
