// Opt-outs that wait for the writer of optouts.db: an append-only journal, synced line by line.
// Every look-up consults it, so an opt-out counts from the moment it is in here.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/result.h"
#include "policy/store.h"
#include "sqlite/opt_out_index.h"
#include "sqlite/writer.h"

namespace candor::sqlite {

/// What of the lines was no opt-out, beside the journal.
inline constexpr const char* unreadable_lines_name = "optouts.unreadable";

/// Safe to call from any thread and from several processes at once.
class WaitingOptOuts {
  public:
    /// `directory` is STATE/store/waiting; made on the first append.
    explicit WaitingOptOuts(const std::filesystem::path& directory)
        : journal_(directory / "optouts.journal"),
          lock_file_(directory / "optouts.lock"),
          unreadable_file_(directory / unreadable_lines_name) {}

    /// Durable when it returns, with one sync for all. Some of them may count when it fails.
    /// Errors: Unavailable.
    [[nodiscard]] Result<void> append(std::span<const policy::OptOut> opt_outs);
    [[nodiscard]] Result<void> append(const policy::OptOut& opt_out) {
        return append(std::span(&opt_out, 1));
    }

    /// Those of one controller whose id begins with the prefix and `matches`. Reads only what was
    /// appended since the last look. Errors: Unavailable.
    [[nodiscard]] Result<policy::OptOuts> find(
        policy::ControllerNumber controller, std::uint64_t recipient_prefix,
        const std::function<bool(const policy::RecipientId&)>& matches);
    [[nodiscard]] Result<std::vector<policy::OptOut>> list();
    /// Whether there is anything to drain. Errors: Unavailable.
    [[nodiscard]] Result<bool> any() const;
    /// Whether none waited when find() or list() last looked.
    [[nodiscard]] bool was_empty() const;

    /// Hands all that waits to `store`; when that has made it durable, empties the journal. Whole
    /// lines that are no opt-outs go into a file of their own: somebody's word may be in them.
    /// Idempotent: after a crash in between, the same opt-outs are handed over again.
    /// Returns how many there were. Errors: Unavailable, and those of `store`.
    [[nodiscard]] Result<std::size_t> drain(
        const std::function<Result<void>(std::span<const policy::OptOut>)>& store);
    /// How many lines went there since this was last asked.
    [[nodiscard]] std::size_t lines_set_aside() { return set_aside_.exchange(0); }

  private:
    // All with mutex_ held.
    [[nodiscard]] Result<void> refresh();
    void forget();
    void take_lines(std::string_view text);

    [[nodiscard]] Result<void> set_aside(std::string_view lines);

    const std::filesystem::path journal_, lock_file_, unreadable_file_;
    std::atomic<std::size_t> set_aside_{0};

    mutable std::mutex mutex_;  // guards all below
    Descriptor open_;           // kept open, so that its inode cannot come back as another file
    off_t size_ = 0;            // when it was last read
    off_t read_ = 0;            // how far it was understood
    std::vector<policy::OptOut> known_;
    std::unique_ptr<OptOutIndex> index_;  // of known_: an import that waits is long; null = none
    std::string unreadable_;              // lines
};

/// One line of the journal with its checksum and line break, and back. Nothing for a torn line.
[[nodiscard]] std::string to_waiting_line(const policy::OptOut& opt_out);
[[nodiscard]] std::optional<policy::OptOut> from_waiting_line(std::string_view line);

}  // namespace candor::sqlite
