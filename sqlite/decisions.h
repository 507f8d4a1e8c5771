// The decision log: a file of rows per month, tied into one chain. Knows which file is written and
// which goes; the SQL is in `decision_rows`, the proof in `decision_chain`.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "policy/decision/audit.h"
#include "policy/store.h"
#include "sqlite/decision_months.h"
#include "sqlite/decision_rows.h"
#include "sqlite/store_file.h"

namespace candor::sqlite {

/// Safe to call from any thread.
class DecisionFiles {
  public:
    /// `directory` is STATE/store/decisions, `head_file` lies outside of it. Without a key nothing
    /// can be written.
    DecisionFiles(std::filesystem::path directory, std::filesystem::path head_file,
                  std::optional<policy::AuditKey> key)
        : directory_(std::move(directory)), head_file_(std::move(head_file)), key_(key) {}

    /// Makes this process the writer. Errors: Unavailable.
    [[nodiscard]] Result<void> own(std::chrono::milliseconds wait);

    /// As policy::Store::append_decisions. Errors: Missing too (no audit key).
    [[nodiscard]] Result<void> append(std::span<const policy::DecisionRecord> records);
    [[nodiscard]] Result<std::vector<policy::KeptDecision>> find(
        const policy::DecisionQuery& query);
    /// Nothing when another process is the writer. As policy::Store::erase_decisions.
    [[nodiscard]] Result<std::optional<std::size_t>> erase(policy::ControllerNumber controller,
                                                           const policy::RecipientId& recipient,
                                                           policy::Instant now,
                                                           std::chrono::milliseconds wait);
    /// Unlinks the files of months that ended `months` or more before that of `now`, and chains a
    /// row that says so. `now` is a clock that is believed: from here on rows of its month may
    /// begin a file. Returns how many. Errors: Unavailable, Missing.
    [[nodiscard]] Result<std::size_t> retire(policy::Instant now, int months);
    /// The end of the chain. Errors: Unavailable.
    [[nodiscard]] Result<policy::DecisionHead> head();

  private:
    class Writing;
    /// Nothing when another process is the writer. Errors: Unavailable.
    [[nodiscard]] Result<std::optional<Writing>> begin_writing(std::chrono::milliseconds wait);
    [[nodiscard]] std::filesystem::path lock_file() const;
    [[nodiscard]] Month month_for(policy::Instant at, const std::vector<DecisionFile>& files) const;
    /// The file that takes rows at `at`, open and begun.
    [[nodiscard]] Result<Database*> current(policy::Instant at);
    [[nodiscard]] Result<Database*> begin_file(Month month, const std::vector<DecisionFile>& files);
    /// The number, salt, commitment and link of the next row.
    [[nodiscard]] Result<Sealed> seal(policy::DecisionHead& head, policy::AuditKind kind,
                                      std::string_view fields) const;
    [[nodiscard]] Result<void> append_note(policy::AuditKind kind, policy::Instant at,
                                           std::string_view note);
    [[nodiscard]] Result<std::size_t> erase_locked(policy::ControllerNumber controller,
                                                   const policy::RecipientId& recipient,
                                                   policy::Instant now);
    [[nodiscard]] Result<std::size_t> retire_locked(policy::Instant now, int months);
    [[nodiscard]] Result<std::pair<std::int64_t, policy::Sha256>> grounds_of(
        const policy::DecisionRecord& record);
    void close();

    const std::filesystem::path directory_;
    const std::filesystem::path head_file_;
    const std::optional<policy::AuditKey> key_;

    std::mutex mutex_;  // guards all below
    std::optional<WriterLock> lock_;
    std::optional<policy::Instant> believed_at_;  ///< the clock at the last retire()
    Month month_ = 0;
    std::optional<Database> writer_;
    policy::DecisionHead head_;  ///< of `writer_`
    /// Ids and digests of grounds that were written lately, so that a campaign hashes its own once.
    std::map<std::string, std::pair<std::int64_t, policy::Sha256>, std::less<>> grounds_;
};

}  // namespace candor::sqlite
