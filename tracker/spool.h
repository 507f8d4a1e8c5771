// Records of fixed size in files on the local disk, numbered from 1 for ever: what is in the page
// cache survives a killed process, what is synced a power loss. Knows neither events nor the store;
// how far somebody has taken the records is for them to remember.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.h"
#include "tracker/spool_record.h"

namespace candor::tracker {

struct SpoolLimits {
    std::uint64_t max_bytes = 1ULL << 30;   ///< of all files together; then append() refuses
    std::uint64_t segment_records = 65536;  ///< with so many a file is full; more than 0
    std::chrono::milliseconds retry{1000};  ///< how long a disk that refused is left alone
};

/// Limits for so many bytes. Records that the store has taken stay until their file is full: of a
/// small spool they must not be the greater part.
[[nodiscard]] SpoolLimits spool_limits_of(std::uint64_t max_bytes);

/// A run of records that lie in one file.
struct SpoolRun {
    std::uint64_t records = 0;  ///< 0 = there is nothing to read
    std::uint64_t through = 0;  ///< the number of the last one
    std::string bytes;          ///< whole records; fewer where the file is gone or was cut
};

/// Safe to call from any thread. One process at a time has the directory: the tracker, which holds
/// the lock of the event files.
class Spool {
  public:
    /// Looks for what an earlier process left. The directory is made by the first append().
    explicit Spool(std::filesystem::path directory, const SpoolLimits& limits = {});

    /// A name for the numbers, never 0: as long as any file lies in the directory, the same one.
    [[nodiscard]] std::uint64_t id() const { return id_; }
    /// Bytes at the ends of files that were no whole record when the spool was opened.
    [[nodiscard]] std::uint64_t torn_bytes() const { return torn_bytes_; }

    /// One record or several: all or none. The number of the last one; a killed process no longer
    /// loses them. Errors: Unavailable (the disk refuses), OverLimit (max_bytes).
    [[nodiscard]] Result<std::uint64_t> append(std::string_view records);
    /// Records to come get no lower number than this: for whoever has taken up to `number` - 1,
    /// where the files that said so are lost.
    void number_from(std::uint64_t number);
    /// At most `max_records` behind `after`, of one file. Errors: Unavailable (the file is there
    /// but cannot be read at this moment).
    [[nodiscard]] Result<SpoolRun> read(std::uint64_t after, std::size_t max_records) const;
    /// Removes the files that hold only records up to `number`; the newest stays, for its name.
    void release(std::uint64_t number);
    /// What is appended from now on lies in another file than what was before.
    void begin_file();
    /// What was appended before this call survives a power loss after it. What could not be synced
    /// is tried again by the next call. Errors: Unavailable.
    [[nodiscard]] Result<void> sync();

    /// How many records there are behind number `after`.
    [[nodiscard]] std::uint64_t records_behind(std::uint64_t after) const;
    /// The number of the last record; 0 when there is none in any file.
    [[nodiscard]] std::uint64_t last() const;

  private:
    using File = std::shared_ptr<const int>;  ///< a descriptor, closed with the last owner
    struct Segment {
        std::filesystem::path path;
        std::uint64_t first = 1;  ///< the number of its first record
        std::uint64_t count = 0;
        [[nodiscard]] std::uint64_t last() const { return first + count - 1; }
    };
    void find_segments();
    void keep_unsynced(const std::vector<File>& files, bool directory);
    // All below with mutex_ held.
    [[nodiscard]] Result<void> begin_segment();
    void end_segment();
    [[nodiscard]] Result<void> write(std::string_view records);
    [[nodiscard]] Result<void> sync_directory() const;

    const std::filesystem::path directory_;
    const SpoolLimits limits_;
    // Not changed after the constructor.
    std::uint64_t id_ = 0;
    std::uint64_t torn_bytes_ = 0;

    mutable std::mutex mutex_;          // guards all below
    std::deque<Segment> segments_;      // oldest first
    File open_;                         // of the last segment; null when none is written
    std::uint64_t next_ = 1;            // the number of the next record
    std::uint64_t bytes_ = 0;           // of all segments
    bool unsynced_records_ = false;     // in the open segment
    std::vector<File> unsynced_files_;  // ended since the last sync
    bool unsynced_directory_ = false;
    bool run_is_on_disk_ = false;  // the name of a file of this run
    std::chrono::steady_clock::time_point retry_at_{};
    std::string refusal_;  // what the disk said, until retry_at_
};

}  // namespace candor::tracker
