// One writer per file: the lock that says who writes, and making a file so that no one ever sees it
// half made. Leaves what happens when somebody else holds the lock to `store`.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "policy/result.h"
#include "sqlite/migrations.h"

namespace candor::sqlite {

/// Damaged where a file or folder is not ours to use (permissions, a read-only disk), else
/// Unavailable. For an errno.
[[nodiscard]] Fault fault_of(int why);

/// An open file descriptor.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();
    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool valid() const { return number_ >= 0; }

  private:
    int number_;
};

/// The right to write what lies beside a `.lock` file, until it goes out of scope. The kernel takes
/// it back when the process dies.
class WriterLock {
  public:
    /// Nothing when another holder does not give it up within `wait`.
    /// Errors: Unavailable, Damaged (the file cannot be made or opened).
    [[nodiscard]] static Result<std::optional<WriterLock>> acquire(
        const std::filesystem::path& lock_file, std::chrono::milliseconds wait);

  private:
    explicit WriterLock(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
};

/// `directory` with mode 2770 (0770 where the system refuses the setgid bit): daemons of one group
/// share what lies in it. An existing one is left as it is. Errors: Unavailable,
/// Damaged.
[[nodiscard]] Result<void> make_shared_directory(const std::filesystem::path& directory);

/// An empty file that says, also after a power cut, that something was there. Once is enough.
/// Errors: Unavailable, Damaged.
[[nodiscard]] Result<void> leave_mark(const std::filesystem::path& mark);

/// Opens `file` for writing, made (mode 0660) and migrated where needed. The caller holds its lock.
/// Errors: Unavailable, Damaged.
[[nodiscard]] Result<Database> open_for_writing(const std::filesystem::path& file, FileKind kind);

}  // namespace candor::sqlite
