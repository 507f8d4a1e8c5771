// One file a month, so that a month whose time is over is unlinked whole. The chain goes on from
// file to file: each begins with the link before its first row.
#include "sqlite/decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace candor::sqlite {
namespace {

constexpr std::chrono::milliseconds moment_wait{2000};
constexpr std::size_t remembered_grounds = 4096;
// Housekeeping comes once a minute; a host that slept meanwhile is not doubted at once.
constexpr std::chrono::days believed_for{3};

/// "3-5,9" of ascending numbers.
std::string ranges_of(const std::vector<std::uint64_t>& numbers) {
    std::string out;
    for (std::size_t k = 0; k < numbers.size();) {
        std::size_t end = k + 1;
        while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
        if (!out.empty()) out += ',';
        out += fmt::format("{}", numbers[k]);
        if (end - k > 1) out += fmt::format("-{}", numbers[end - 1]);
        k = end;
    }
    return out;
}

tl::unexpected<Error> another_writes() {
    return fail(Fault::Unavailable, "store: another process writes the decisions");
}

}  // namespace

/// The right to write, for as long as it lives.
class DecisionFiles::Writing {
  public:
    explicit Writing(DecisionFiles& files) : files_(&files), guard_(files.mutex_) {}
    Writing(Writing&& other) noexcept
        : files_(std::exchange(other.files_, nullptr)),
          guard_(std::move(other.guard_)),
          moment_(std::move(other.moment_)) {}
    Writing& operator=(Writing&&) = delete;
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() {
        // Connections of a moment are closed before its lock goes.
        if (files_ != nullptr && moment_) files_->close();
    }
    void hold(WriterLock lock) { moment_ = std::move(lock); }

  private:
    DecisionFiles* files_;  // null when moved from
    std::unique_lock<std::mutex> guard_;
    std::optional<WriterLock> moment_;  ///< where the lock is not held for life
};

Result<std::optional<DecisionFiles::Writing>> DecisionFiles::begin_writing(
    std::chrono::milliseconds wait) {
    Writing writing(*this);
    if (!lock_) {
        auto lock = WriterLock::acquire(lock_file(), wait);
        if (!lock) return fail(lock.error());
        if (!*lock) return std::optional<Writing>();
        writing.hold(**std::move(lock));
    }
    return std::optional(std::move(writing));
}

std::filesystem::path DecisionFiles::lock_file() const {
    return directory_ / "decisions.lock";
}

void DecisionFiles::close() {
    writer_.reset();
    grounds_.clear();
}

Result<void> DecisionFiles::own(std::chrono::milliseconds wait) {
    const std::scoped_lock guard(mutex_);
    auto lock = WriterLock::acquire(lock_file(), wait);
    if (!lock) return fail(lock.error());
    if (!*lock) return another_writes();
    lock_ = *std::move(lock);
    return {};
}

Month DecisionFiles::month_for(policy::Instant at, const std::vector<DecisionFile>& files) const {
    const Month month = month_of(at);
    if (files.empty()) return month;
    const Month last = files.back().month;
    const bool believed = believed_at_ && std::chrono::abs(at - *believed_at_) <= believed_for;
    // Without housekeeping's word the next month may begin, but none that lies further ahead: what
    // is decided once the clock is right would follow it there.
    if (month > last) return believed || month == last + 1 ? month : last;
    // A clock that was set back must not open a month that is behind the chain. One far ahead is
    // left with the first month that has no file.
    const bool is_free = std::ranges::find(files, month, &DecisionFile::month) == files.end();
    return believed && last > month + 1 && is_free ? month : last;
}

Result<Database*> DecisionFiles::current(policy::Instant at) {
    if (writer_ && month_ == month_of(at)) return &*writer_;
    const auto files = decision_files(directory_);
    if (!files) return fail(files.error());
    const Month month = month_for(at, *files);
    if (writer_ && month_ == month) return &*writer_;
    close();
    return begin_file(month, *files);
}

Result<Database*> DecisionFiles::begin_file(Month month, const std::vector<DecisionFile>& files) {
    auto opened = open_for_writing(directory_ / file_name_of(month), FileKind::Decisions);
    if (!opened) return fail(opened.error());
    const auto start = read_chain_start(*opened);
    if (!start) return fail(start.error());
    if (!*start) {
        // Where files have vanished, the chain goes on from what was remembered: `verify` then says
        // which rows are missing, instead of finding a log that is whole and new.
        policy::DecisionHead before = read_head_file(head_file_).value_or(policy::DecisionHead{});
        for (const DecisionFile& file : files) {
            if (file.month == month) continue;
            auto reading = Database::open(file.file, Access::Read);
            if (!reading) return fail(reading.error());
            const auto head = read_head(*reading);
            if (!head) return fail(head.error());
            if (head->number > before.number) before = *head;
        }
        const auto begun = write_chain_start(*opened, {before.number + 1, before.link});
        if (!begun) return fail(begun.error());
    }
    const auto head = read_head(*opened);
    if (!head) return fail(head.error());
    writer_ = *std::move(opened);
    month_ = month;
    head_ = *head;
    return &*writer_;
}

Result<Sealed> DecisionFiles::seal(policy::DecisionHead& head, policy::AuditKind kind,
                                   std::string_view fields) const {
    if (!key_) return fail(Fault::Missing, "store: no audit key to chain decisions with");
    Sealed sealed;
    sealed.number = head.number + 1;
    sealed.salt = policy::random_salt();
    sealed.commitment = policy::commitment_of(sealed.salt, fields);
    sealed.link = policy::link_of(*key_, head.link, sealed.number, kind, sealed.commitment);
    head = {sealed.number, sealed.link};
    return sealed;
}

Result<std::pair<std::int64_t, policy::Sha256>> DecisionFiles::grounds_of(
    const policy::DecisionRecord& record) {
    if (const auto known = grounds_.find(*record.grounds); known != grounds_.end()) {
        return known->second;
    }
    const policy::Sha256 digest = policy::sha256(*record.grounds);
    const auto id = grounds_id(*writer_, *record.grounds, digest);
    if (!id) return fail(id.error());
    if (grounds_.size() >= remembered_grounds) grounds_.clear();
    return grounds_.emplace(*record.grounds, std::pair{*id, digest}).first->second;
}

Result<void> DecisionFiles::append(std::span<const policy::DecisionRecord> records) {
    if (records.empty()) return {};
    const auto writing = begin_writing(moment_wait);
    if (!writing) return fail(writing.error());
    if (!*writing) return another_writes();
    const auto file = current(records.front().at);
    if (!file) return fail(file.error());

    policy::DecisionHead head = head_;
    const auto write_all = [&]() -> Result<void> {
        auto transaction = Transaction::begin(**file);
        if (!transaction) return fail(transaction.error());
        for (const policy::DecisionRecord& record : records) {
            const auto grounds = grounds_of(record);
            if (!grounds) return fail(grounds.error());
            const auto sealed = seal(head, policy::AuditKind::Decision,
                                     policy::audited_fields(record, grounds->second));
            if (!sealed) return fail(sealed.error());
            auto done = write_decision(**file, record, grounds->first, *sealed);
            if (!done) return done;
        }
        return transaction->commit();
    };
    if (auto done = write_all(); !done) {
        grounds_.clear();  // the ids of a transaction that was taken back are nobody's
        return done;
    }
    head_ = head;
    write_head_file(head_file_, head_);
    return {};
}

Result<void> DecisionFiles::append_note(policy::AuditKind kind, policy::Instant at,
                                        std::string_view note) {
    const auto file = current(at);
    if (!file) return fail(file.error());
    policy::DecisionHead head = head_;
    const auto sealed = seal(head, kind, policy::audited_fields(kind, at, note));
    if (!sealed) return fail(sealed.error());
    if (auto done = write_note(**file, kind, at, note, *sealed); !done) return done;
    head_ = head;
    write_head_file(head_file_, head_);
    return {};
}

Result<std::vector<policy::KeptDecision>> DecisionFiles::find(const policy::DecisionQuery& query) {
    auto files = decision_files(directory_);
    if (!files) return fail(files.error());
    std::vector<policy::KeptDecision> found;
    policy::DecisionQuery rest = query;
    for (auto file = files->rbegin(); file != files->rend() && rest.limit > 0; ++file) {
        auto database = Database::open(file->file, Access::Read);
        if (!database) {
            std::error_code gone;
            if (!std::filesystem::exists(file->file, gone)) continue;  // retired meanwhile
            return fail(database.error());
        }
        auto older = read_decisions(*database, rest);
        if (!older) return fail(older.error());
        rest.limit -= older->size();
        found.insert(found.begin(), std::make_move_iterator(older->begin()),
                     std::make_move_iterator(older->end()));
    }
    return found;
}

Result<std::optional<std::size_t>> DecisionFiles::erase(policy::ControllerNumber controller,
                                                        const policy::RecipientId& recipient,
                                                        policy::Instant now,
                                                        std::chrono::milliseconds wait) {
    const auto writing = begin_writing(wait);
    if (!writing) return fail(writing.error());
    if (!*writing) return std::optional<std::size_t>();
    const auto erased = erase_locked(controller, recipient, now);
    if (!erased) return fail(erased.error());
    return std::optional{*erased};
}

Result<std::size_t> DecisionFiles::erase_locked(policy::ControllerNumber controller,
                                                const policy::RecipientId& recipient,
                                                policy::Instant now) {
    const auto files = decision_files(directory_);
    if (!files) return fail(files.error());
    std::vector<std::uint64_t> numbers;
    std::vector<DecisionFile> touched;
    for (const DecisionFile& file : *files) {
        auto reading = Database::open(file.file, Access::Read);
        if (!reading) return fail(reading.error());
        const auto here = numbers_of(*reading, controller, recipient);
        if (!here) return fail(here.error());
        if (!here->empty()) touched.push_back(file);
        numbers.insert(numbers.end(), here->begin(), here->end());
    }
    if (numbers.empty()) return fail(Fault::Missing, "no decision about this person on record");
    // The chain says first which rows go: a crash in between leaves rows that are announced and not
    // yet blank, which the same request finishes, and never blank ones that nobody announced.
    const auto noted = append_note(policy::AuditKind::Erasure, now, ranges_of(numbers));
    if (!noted) return fail(noted.error());
    for (const DecisionFile& file : touched) {
        std::optional<Database> other;
        if (file.month != month_) {
            auto opened = open_for_writing(file.file, FileKind::Decisions);
            if (!opened) return fail(opened.error());
            other = *std::move(opened);
        }
        const auto done = blank_rows(other ? *other : *writer_, controller, recipient);
        if (!done) return fail(done.error());
    }
    return numbers.size();
}

Result<std::size_t> DecisionFiles::retire(policy::Instant now, int months) {
    const auto writing = begin_writing(moment_wait);
    if (!writing) return fail(writing.error());
    if (!*writing) return another_writes();
    believed_at_ = now;
    return retire_locked(now, months);
}

Result<policy::DecisionHead> DecisionFiles::head() {
    const std::scoped_lock guard(mutex_);
    if (writer_) return head_;
    const auto files = decision_files(directory_);
    if (!files) return fail(files.error());
    if (files->empty()) return read_head_file(head_file_).value_or(policy::DecisionHead{});
    auto reading = Database::open(files->back().file, Access::Read);
    if (!reading) return fail(reading.error());
    return read_head(*reading);
}

}  // namespace candor::sqlite
