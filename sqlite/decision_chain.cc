// One pass in order. What only a later row can say, that rows were blanked or retired on purpose,
// is settled at the end.
#include "sqlite/decision_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "sqlite/decisions.h"

namespace candor::sqlite {
namespace {

constexpr std::size_t listed_faults = 100;

struct Range {
    std::uint64_t first = 0, last = 0;
};

/// "3-5,9" -> ranges; what is no such text gives none.
std::vector<Range> ranges_from(std::string_view text) {
    std::vector<Range> ranges;
    while (!text.empty()) {
        Range range;
        const char* end = text.data() + text.size();
        auto read = std::from_chars(text.data(), end, range.first);
        if (read.ec != std::errc{}) return {};
        range.last = range.first;
        if (read.ptr != end && *read.ptr == '-') {
            read = std::from_chars(read.ptr + 1, end, range.last);
            if (read.ec != std::errc{}) return {};
        }
        ranges.push_back(range);
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        if (!text.empty()) text.remove_prefix(1);
    }
    return ranges;
}

std::string rows(std::uint64_t first, std::uint64_t last) {
    return first == last ? fmt::format("row {} is", first)
                         : fmt::format("rows {} to {} are", first, last);
}

class Auditor {
  public:
    Auditor(const policy::AuditKey& key, std::span<const policy::DecisionHead> heads) : key_(key) {
        for (const policy::DecisionHead& head : heads) heads_.emplace(head.number, head.link);
    }

    void begin(const DecisionFile& file, const std::optional<ChainStart>& start) {
        if (!start) return fault(fmt::format("{}: was never begun", file.file.string()));
        if (next_ == 0) {
            begins_ = *start;
            next_ = start->first;
            previous_ = start->previous;
            return;
        }
        if (start->first > next_) {
            missing(start->first);
        } else if (start->first != next_ || start->previous != previous_) {
            fault(fmt::format("{}: does not follow on the file before it", file.file.string()));
        }
        next_ = start->first;
        previous_ = start->previous;
    }

    void take(const AuditedRow& row) {
        bool follows = true;
        if (row.number > next_) {
            missing(row.number);
            follows = false;  // the link before it is gone, so its own cannot be computed
        } else if (row.number < next_) {
            fault(fmt::format("row {} stands where row {} should", row.number, next_));
        }
        if (follows &&
            policy::link_of(key_, previous_, row.number, row.kind, row.commitment) != row.link) {
            fault(
                fmt::format("row {}: its link does not fit: the row or the one before it was "
                            "changed, or it was made with another key",
                            row.number));
        }
        look_at(row);
        compare_heads(row);
        if (report_.first == 0) report_.first = row.number;
        report_.last = row.number;
        report_.head = {row.number, row.link};
        next_ = row.number + 1;
        previous_ = row.link;
    }

    ChainReport finish() {
        settle_blanks();
        settle_beginning();
        for (const auto& [number, link] : heads_) {
            if (number <= report_.last || number == 0) continue;
            fault(fmt::format("rows after {} are missing: a head was noted for row {}",
                              report_.last, number));
            break;
        }
        return std::move(report_);
    }

  private:
    void fault(std::string text) {
        ++report_.fault_count;
        if (report_.faults.size() < listed_faults) report_.faults.push_back(std::move(text));
    }
    void missing(std::uint64_t up_to) { fault(fmt::format("{} missing", rows(next_, up_to - 1))); }

    void look_at(const AuditedRow& row) {
        if (row.kind == policy::AuditKind::Decision) ++report_.decisions;
        if (row.blank) {
            if (!blanks_.empty() && blanks_.back().last + 1 == row.number) {
                blanks_.back().last = row.number;
            } else {
                blanks_.push_back({row.number, row.number});
            }
            return;
        }
        if (row.partial || policy::commitment_of(row.salt, row.fields) != row.commitment) {
            return fault(fmt::format("row {} was edited", row.number));
        }
        if (row.kind == policy::AuditKind::Erasure) {
            std::ranges::move(ranges_from(row.note), std::back_inserter(announced_));
        }
        if (row.kind == policy::AuditKind::Retirement) retired_.push_back(row.note);
    }

    /// A log that was put back to an older state and written on gives numbers again: then several
    /// heads were noted for one, and every one of them must fit.
    void compare_heads(const AuditedRow& row) {
        const auto [begin, end] = heads_.equal_range(row.number);
        report_.heads_seen += static_cast<std::size_t>(std::distance(begin, end));
        const bool fits =
            std::all_of(begin, end, [&row](const auto& noted) { return noted.second == row.link; });
        if (!fits) fault(fmt::format("row {} is not the one whose head was noted", row.number));
    }

    /// Blank rows that no erasure names are the work of somebody else.
    void settle_blanks() {
        std::ranges::sort(announced_, {}, &Range::first);
        // Where several hold a number, the one that reaches furthest stands first to be found.
        for (std::size_t k = 1; k < announced_.size(); ++k) {
            announced_[k].last = std::max(announced_[k].last, announced_[k - 1].last);
        }
        for (const Range& blank : blanks_) {
            for (std::uint64_t number = blank.first; number <= blank.last; ++number) {
                ++report_.erased;
                if (is_announced(number)) continue;
                fault(fmt::format("row {} is blank, and no erasure names it", number));
            }
        }
    }
    [[nodiscard]] bool is_announced(std::uint64_t number) const {
        const auto behind = std::ranges::upper_bound(announced_, number, {}, &Range::first);
        return behind != announced_.begin() && number <= std::prev(behind)->last;
    }

    /// Rows before the first one went by retention only if the chain itself says so.
    void settle_beginning() {
        const std::uint64_t gone = next_ == 0 ? 0 : begins_.first - 1;
        if (gone == 0) return;
        const std::string as_noted = fmt::format("{} {}", gone, policy::to_hex(begins_.previous));
        if (std::ranges::find(retired_, as_noted) != retired_.end()) {
            report_.retired = gone;
        } else {
            fault(fmt::format("{} missing, and no retirement names {}", rows(1, gone),
                              gone == 1 ? "it" : "them"));
        }
    }

    const policy::AuditKey& key_;
    std::multimap<std::uint64_t, policy::Sha256> heads_;
    ChainReport report_;
    ChainStart begins_;
    std::uint64_t next_ = 0;  ///< number of the row that must come; 0 = no file yet
    policy::Sha256 previous_{};
    std::vector<Range> blanks_, announced_;
    std::vector<std::string> retired_;
};

}  // namespace

Result<ChainReport> verify_decisions(const std::filesystem::path& directory,
                                     const policy::AuditKey& key,
                                     std::span<const policy::DecisionHead> heads) {
    const auto files = decision_files(directory);
    if (!files) return fail(files.error());
    Auditor auditor(key, heads);
    for (const DecisionFile& file : *files) {
        auto database = Database::open(file.file, Access::Read);
        if (!database) return fail(database.error());
        const auto start = read_chain_start(*database);
        if (!start) return fail(start.error());
        auditor.begin(file, *start);
        const auto read =
            read_chain(*database, [&auditor](const AuditedRow& row) { auditor.take(row); });
        if (!read) return fail(read.error());
    }
    return auditor.finish();
}

}  // namespace candor::sqlite
