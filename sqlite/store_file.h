// One file of the store as this process uses it: a connection to read with and, where the process
// is the writer for its whole life or for a moment, the one to write with.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "policy/result.h"
#include "sqlite/writer.h"

namespace candor::sqlite {

/// Safe to call from any thread.
class StoreFile {
  public:
    /// `mark`, where it is given, is left once the file was made: a file that is lost after that is
    /// never made anew. `patience`, where it is given: how long the owner waits for a lock that
    /// another process holds on the database, which none of ours does.
    StoreFile(std::filesystem::path file, FileKind kind, std::filesystem::path mark = {},
              std::optional<std::chrono::milliseconds> patience = {})
        : file_(std::move(file)), kind_(kind), mark_(std::move(mark)), patience_(patience) {}

    /// Makes this process the writer until it ends; `waits` is called when it waits for
    /// another one for longer than a moment. Errors: Unavailable (another one is), Damaged.
    [[nodiscard]] Result<void> own(std::chrono::milliseconds wait,
                                   const std::function<void(const std::string&)>& waits = {});

    /// Errors: Damaged: the file was there before, and is not. An empty one in its place would tell
    /// everybody that nobody opted out.
    [[nodiscard]] Result<void> refuse_if_lost() const;

    /// Whether the file at the path is still the one that own() opened, and no restored backup.
    [[nodiscard]] bool is_what_we_own() const;

    /// A connection of its own for as long as the answer lives.
    struct Reading {
        std::unique_lock<std::mutex> guard;
        Database* database;  ///< borrowed from the StoreFile
    };
    /// A missing file is made, unless it is lost. Errors: Unavailable, Damaged.
    [[nodiscard]] Result<Reading> read();

    struct Writing {
        std::unique_lock<std::timed_mutex> guard;
        std::optional<WriterLock> lock;      ///< held for the moment, where we do not own the file
        std::optional<Database> for_moment;  ///< closed before the lock is given back
        Database* owned = nullptr;
        [[nodiscard]] Database& database() { return for_moment ? *for_moment : *owned; }
    };
    /// Nothing when another process is the writer. Where we own the file and another one has come
    /// to its place, such as a restored backup, that one is written from now on. Errors:
    /// Unavailable and Damaged (also when the file was there before and is gone, or what is in its
    /// place is no file of ours: an empty one would tell everybody that nobody opted out).
    [[nodiscard]] Result<std::optional<Writing>> write(std::chrono::milliseconds wait);
    /// The same for who must not stand in a queue: Unavailable where another thread of this process
    /// writes for longer than `queue`.
    [[nodiscard]] Result<std::optional<Writing>> write_within(std::chrono::milliseconds queue);

    /// Whether write() has gone over to another file since this was last asked.
    [[nodiscard]] bool was_replaced() { return replaced_.exchange(false); }

  private:
    [[nodiscard]] std::filesystem::path lock_file() const;
    [[nodiscard]] Result<void> open_reader();
    /// The caller holds the lock.
    [[nodiscard]] Result<Database> open_writer();
    /// All with writing_ held.
    [[nodiscard]] Result<std::optional<Writing>> write(std::unique_lock<std::timed_mutex> guard,
                                                       std::chrono::milliseconds wait);
    /// With the lock held, too: `writer_` writes the file that is at the path.
    [[nodiscard]] Result<void> follow_path();
    void own_writer(Database database);

    const std::filesystem::path file_;
    const FileKind kind_;
    const std::filesystem::path mark_;
    const std::optional<std::chrono::milliseconds> patience_;

    std::atomic<bool> seen_{false};  ///< the file was there once: should it go, its rows are lost

    std::mutex reading_;  // guards the three below
    std::optional<Database> reader_;
    dev_t device_ = 0;
    ino_t inode_ = 0;

    std::timed_mutex writing_;  // guards the four below
    std::optional<WriterLock> lock_;
    std::optional<Database> writer_;
    dev_t writer_device_ = 0;
    ino_t writer_inode_ = 0;
    std::atomic<bool> replaced_{false};

    // Of the file that own() opened; set once, before other threads know the StoreFile.
    dev_t owned_device_ = 0;
    ino_t owned_inode_ = 0;
};

}  // namespace candor::sqlite
