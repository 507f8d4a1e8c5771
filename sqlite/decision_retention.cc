// Which months of the decision log are over, and how they go: a row of the chain says so first,
// then their files are unlinked.
#include <fmt/format.h>

#include "sqlite/decisions.h"
#include "sqlite/purge.h"

namespace candor::sqlite {
namespace {

/// The month in which its time of keeping begins: that of its name, or of a later row, which a host
/// that slept for months has put there. Of rows of the future nothing is known but that a clock was
/// wrong: nothing where there are no others.
Result<std::optional<Month>> kept_from(const DecisionFile& file, policy::Instant now, int months) {
    const bool is_ahead = file.month > month_of(now);
    if (!is_ahead && file.month + months >= month_of(now)) return std::optional(file.month);
    auto reading = Database::open(file.file, Access::Read);
    if (!reading) return fail(reading.error());
    const auto newest = newest_row_until(*reading, now);
    if (!newest) return fail(newest.error());
    if (!*newest) return is_ahead ? std::optional<Month>() : std::optional(file.month);
    const Month month = month_of(**newest);
    return std::optional(is_ahead ? month : std::max(month, file.month));
}

/// Those at the beginning of the chain whose time is over.
Result<std::vector<DecisionFile>> ended_of(std::vector<DecisionFile> files, policy::Instant now,
                                           int months) {
    std::size_t ended = 0;
    for (std::size_t k = 0; k < files.size(); ++k) {
        const auto from = kept_from(files[k], now, months);
        if (!from) return fail(from.error());
        if (!*from) continue;  // it goes with one behind it
        if (**from + months >= month_of(now)) break;
        ended = k + 1;
    }
    files.resize(ended);
    return files;
}

}  // namespace

Result<std::size_t> DecisionFiles::retire_locked(policy::Instant now, int months) {
    auto files = decision_files(directory_);
    if (!files) return fail(files.error());
    const auto ended = ended_of(*std::move(files), now, months);
    if (!ended) return fail(ended.error());
    if (ended->empty()) return std::size_t{0};
    policy::DecisionHead last;
    {
        auto reading = Database::open(ended->back().file, Access::Read);
        if (!reading) return fail(reading.error());
        const auto head = read_head(*reading);
        if (!head) return fail(head.error());
        last = *head;
    }
    const auto noted = append_note(policy::AuditKind::Retirement, now,
                                   fmt::format("{} {}", last.number, policy::to_hex(last.link)));
    if (!noted) return fail(noted.error());
    for (const DecisionFile& file : *ended) {
        if (auto gone = unlink_database(file.file); !gone) return fail(gone.error());
    }
    return ended->size();
}

}  // namespace candor::sqlite
