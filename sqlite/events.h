// Clicks and opens: a file of rows per day and retention class, and the totals that stay when the
// rows go. Leaves who may still be named to the tracker.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "policy/store.h"
#include "sqlite/event_rows.h"
#include "sqlite/purge.h"
#include "sqlite/store_file.h"

namespace candor::sqlite {

/// Safe to call from any thread.
class EventFiles {
  public:
    /// `directory` is STATE/store/events; `totals` must outlive this.
    EventFiles(std::filesystem::path directory, StoreFile& totals)
        : directory_(std::move(directory)), totals_(totals) {}

    /// Makes this process the writer of every event file. Errors: Unavailable.
    [[nodiscard]] Result<void> own(std::chrono::milliseconds wait);

    /// As policy::Store::append. After Unavailable the same batch may come again: rows that are
    /// there already are not doubled, and the totals are committed last, with the position.
    /// A damaged file of a day is set aside, and a new one begun.
    /// `erased` is asked of every event that names somebody, while no erase() can pass it by.
    using Erased = std::function<Result<bool>(const policy::Event&)>;
    [[nodiscard]] Result<void> append(std::span<const policy::Event> events,
                                      const policy::SpoolPosition& position, const Erased& erased);
    /// The files that were set aside since this was last asked.
    [[nodiscard]] std::vector<std::filesystem::path> set_aside();
    /// Takes out every row of one person: of all whose ids begin with these 64 bits. Returns how
    /// many there were. Errors: Unavailable, Damaged (what could be was taken out; a file that was
    /// set aside may still name the person).
    [[nodiscard]] Result<std::size_t> erase(policy::ControllerNumber controller,
                                            std::uint64_t recipient_prefix);
    [[nodiscard]] Result<std::uint64_t> taken_from(std::uint64_t spool);
    /// Out of all files, by time. Errors: Unavailable, and of a person Damaged, as erase().
    [[nodiscard]] Result<std::vector<policy::Event>> find(const EventFilter& filter);
    [[nodiscard]] Result<std::vector<policy::Total>> totals_of(policy::ControllerNumber controller,
                                                               policy::CampaignId campaign);
    [[nodiscard]] Result<std::size_t> retire(policy::Day today);
    /// Takes out every row of `epochs`; the totals stay. Files of these days that were set aside go
    /// whole. Returns how many rows there were. Errors: Unavailable.
    [[nodiscard]] Result<std::size_t> forget(std::span<const policy::Epoch> epochs);
    /// How many rows of `epochs` there are. Errors: Unavailable.
    [[nodiscard]] Result<std::size_t> rows_of(std::span<const policy::Epoch> epochs);

  private:
    [[nodiscard]] std::filesystem::path file_of(const policy::DayClass& name) const;
    /// All that there are, by day. Errors: Unavailable.
    [[nodiscard]] Result<std::vector<policy::DayClass>> files() const;
    /// The lock of the directory, unless this process holds it for its life.
    [[nodiscard]] Result<std::optional<WriterLock>> lock_for_moment();
    /// With mutex_ held: the events that leave a row, by file.
    using ByFile = std::map<policy::DayClass, std::vector<const policy::Event*>>;
    [[nodiscard]] static Result<ByFile> rows_by_file(std::span<const policy::Event> events,
                                                     const Erased& erased);
    [[nodiscard]] Result<Database*> writer_of(const policy::DayClass& name);
    [[nodiscard]] Result<void> write_rows(const policy::DayClass& name,
                                          std::span<const policy::Event* const> rows);
    [[nodiscard]] bool put_aside(const policy::DayClass& name);
    /// Errors: Damaged: what was set aside is still there.
    [[nodiscard]] Result<void> refuse_if_damaged() const;

    const std::filesystem::path directory_;
    StoreFile& totals_;

    std::mutex mutex_;  // guards the three below
    std::optional<WriterLock> lock_;
    std::map<policy::DayClass, Database> writers_;
    std::vector<std::filesystem::path> set_aside_;
};

}  // namespace candor::sqlite
