// Opt-outs that wait for the writer of optouts.db: an append-only journal, synced line by line.
// Every look-up consults it, so an opt-out counts from the moment it is in here.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/result.h"
#include "policy/store.h"
#include "sqlite/writer.h"

namespace candor::sqlite {

/// Safe to call from any thread and from several processes at once.
class WaitingOptOuts {
  public:
    /// `directory` is STATE/store/waiting; made on the first append.
    explicit WaitingOptOuts(const std::filesystem::path& directory)
        : journal_(directory / "optouts.journal"), lock_file_(directory / "optouts.lock") {}

    /// Durable when it returns, with one sync for all. Some of them may count when it fails.
    /// Errors: Unavailable.
    [[nodiscard]] Result<void> append(std::span<const policy::OptOut> opt_outs);
    [[nodiscard]] Result<void> append(const policy::OptOut& opt_out) {
        return append(std::span(&opt_out, 1));
    }

    /// Those of one controller whose id `matches`. Reads the file again only when it has changed.
    /// Errors: Unavailable.
    [[nodiscard]] Result<policy::OptOuts> find(
        policy::ControllerNumber controller,
        const std::function<bool(const policy::RecipientId&)>& matches);
    [[nodiscard]] Result<std::vector<policy::OptOut>> list();
    /// Whether none waited when find() or list() last looked.
    [[nodiscard]] bool was_empty() const;

    /// Hands all that waits to `store`; when that has made it durable, empties the journal.
    /// Idempotent: after a crash in between, the same opt-outs are handed over again.
    /// Returns how many there were. Errors: Unavailable, and those of `store`.
    [[nodiscard]] Result<std::size_t> drain(
        const std::function<Result<void>(std::span<const policy::OptOut>)>& store);

  private:
    // Both with mutex_ held.
    [[nodiscard]] Result<void> refresh();
    void forget();

    const std::filesystem::path journal_, lock_file_;

    mutable std::mutex mutex_;  // guards the three below
    Descriptor open_;           // kept open, so that its inode cannot come back as another file
    off_t size_ = 0;
    std::vector<policy::OptOut> known_;
};

/// One line of the journal with its checksum and line break, and back. Nothing for a torn line.
[[nodiscard]] std::string to_waiting_line(const policy::OptOut& opt_out);
[[nodiscard]] std::optional<policy::OptOut> from_waiting_line(std::string_view line);

}  // namespace candor::sqlite
