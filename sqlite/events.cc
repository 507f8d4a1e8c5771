// Routes each event to the file its token's day and class name, and counts it in the totals.
#include "sqlite/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "sqlite/damaged_files.h"
#include "sqlite/spool_rows.h"

namespace candor::sqlite {
namespace {

// Three descriptors each. Most clicks are of the last days; links of a year ago come in ones.
constexpr std::size_t max_open_files = 32;
constexpr std::chrono::milliseconds moment_wait{2000};

/// Whether the event leaves a row and not only a count. One that comes after the last day of its
/// class must not make a file again that retention has taken away.
bool leaves_row(const policy::Event& event) {
    return event.recipient && event.retention != 0 &&
           policy::day_of(event.at) <= policy::last_day_of(event.sent_on, event.retention);
}

/// With the transaction of the totals open: whether the batch is here already, else everything that
/// is counted of it.
Result<bool> count_batch(Database& totals, std::span<const policy::Event> events,
                         const policy::SpoolPosition& position) {
    if (position.spool != 0) {
        const auto taken = read_taken(totals, position.spool);
        if (!taken) return fail(taken.error());
        if (*taken >= position.through) return true;
        if (auto done = write_taken(totals, position); !done) return fail(done.error());
    }
    if (auto done = count_events(totals, events); !done) return fail(done.error());
    return false;
}

}  // namespace

Result<void> EventFiles::own(std::chrono::milliseconds wait) {
    const std::scoped_lock guard(mutex_);
    auto lock = WriterLock::acquire(directory_ / "events.lock", wait);
    if (!lock) return fail(lock.error());
    if (!*lock) return fail(Fault::Unavailable, "store: another process writes the events");
    lock_ = *std::move(lock);
    return {};
}

Result<std::optional<WriterLock>> EventFiles::lock_for_moment() {
    if (lock_) return std::optional<WriterLock>();
    auto lock = WriterLock::acquire(directory_ / "events.lock", moment_wait);
    if (!lock) return fail(lock.error());
    if (!*lock) return fail(Fault::Unavailable, "store: another process writes the events");
    return lock;
}

std::filesystem::path EventFiles::file_of(const policy::DayClass& name) const {
    return directory_ / (policy::to_name(name) + ".db");
}

Result<std::vector<policy::DayClass>> EventFiles::files() const {
    std::vector<policy::DayClass> names;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory_, error), end; !error && entry != end;
         entry.increment(error)) {
        if (const auto name = event_file_of(entry->path().filename().string())) {
            names.push_back(*name);
        }
    }
    if (error) return fail(Fault::Unavailable, "store: cannot list the event files");
    std::ranges::sort(names);
    return names;
}

Result<Database*> EventFiles::writer_of(const policy::DayClass& name) {
    if (const auto known = writers_.find(name); known != writers_.end()) return &known->second;
    // The file of the oldest day is the least likely to be wanted again.
    if (writers_.size() >= max_open_files) writers_.erase(writers_.begin());
    auto database = open_for_writing(file_of(name), FileKind::Events);
    if (!database) return fail(database.error());
    return &writers_.emplace(name, *std::move(database)).first->second;
}

Result<EventFiles::ByFile> EventFiles::rows_by_file(std::span<const policy::Event> events,
                                                    const Erased& erased) {
    ByFile by_file;
    for (const policy::Event& event : events) {
        if (!leaves_row(event)) continue;
        const auto gone = erased(event);
        if (!gone) return fail(gone.error());
        if (!*gone) by_file[{event.sent_on, event.retention}].push_back(&event);
    }
    return by_file;
}

Result<void> EventFiles::append(std::span<const policy::Event> events,
                                const policy::SpoolPosition& position, const Erased& erased) {
    if (events.empty() && position.spool == 0) return {};
    const std::scoped_lock guard(mutex_);
    const auto moment = lock_for_moment();
    if (!moment) return fail(moment.error());
    // Connections of a moment are closed before the lock goes.
    const auto close = [this](void*) { writers_.clear(); };
    const std::unique_ptr<void, decltype(close)> closing(*moment ? this : nullptr, close);
    auto totals = totals_.write(moment_wait);
    if (!totals) return fail(totals.error());
    if (!*totals) return fail(Fault::Unavailable, "store: another process writes the totals");
    Database& counting = (*totals)->database();
    auto transaction = Transaction::begin(counting);
    if (!transaction) return fail(transaction.error());
    const auto known = count_batch(counting, events, position);
    if (!known) return fail(known.error());
    if (*known) return {};
    const auto by_file = rows_by_file(events, erased);
    if (!by_file) return fail(by_file.error());
    // Killed between these commits and the last one, the same batch comes again: its rows are there
    // already, and its counts are not.
    for (const auto& [name, rows] : *by_file) {
        auto done = write_rows(name, rows);
        if (!done && done.error().fault == Fault::Damaged && put_aside(name)) {
            done = write_rows(name, rows);
        }
        if (!done) return done;
    }
    return transaction->commit();
}

Result<void> EventFiles::write_rows(const policy::DayClass& name,
                                    std::span<const policy::Event* const> rows) {
    auto writer = writer_of(name);
    if (!writer) return fail(writer.error());
    return write_event_rows(**writer, rows);
}

/// Whether the file was damaged and is out of the way.
bool EventFiles::put_aside(const policy::DayClass& name) {
    writers_.erase(name);
    if (!is_damaged(file_of(name))) return false;
    const auto moved = sqlite::set_aside(file_of(name));
    if (moved) set_aside_.push_back(*moved);
    return moved.has_value();
}

std::vector<std::filesystem::path> EventFiles::set_aside() {
    const std::scoped_lock guard(mutex_);
    return std::exchange(set_aside_, {});
}

Result<void> EventFiles::refuse_if_damaged() const {
    const auto damaged = damaged_event_files(directory_);
    if (!damaged) return fail(damaged.error());
    if (damaged->empty()) return {};
    return fail(Fault::Damaged,
                fmt::format("store: {} was damaged and set aside, and may still name "
                            "the person: remove it",
                            damaged->front().string()));
}

Result<std::uint64_t> EventFiles::taken_from(std::uint64_t spool) {
    auto reading = totals_.read();
    if (!reading) return fail(reading.error());
    return read_taken(*reading->database, spool);
}

Result<std::vector<policy::Event>> EventFiles::find(const EventFilter& filter) {
    const auto names = files();
    if (!names) return fail(names.error());
    if (filter.recipient_prefix) {
        if (auto whole = refuse_if_damaged(); !whole) return fail(whole.error());
    }
    std::vector<policy::Event> found;
    for (const policy::DayClass& name : *names) {
        auto database = Database::open(file_of(name), Access::Read);
        if (!database) {
            std::error_code gone;
            if (!std::filesystem::exists(file_of(name), gone)) continue;  // retired meanwhile
            return fail(database.error());
        }
        auto read = read_event_rows(*database, name, filter, found);
        if (!read) return fail(read.error());
    }
    std::ranges::stable_sort(found, {}, &policy::Event::at);
    return found;
}

Result<std::vector<policy::Total>> EventFiles::totals_of(policy::ControllerNumber controller,
                                                         policy::CampaignId campaign) {
    auto reading = totals_.read();
    if (!reading) return fail(reading.error());
    return read_totals(*reading->database, controller, campaign);
}

Result<std::size_t> EventFiles::retire(policy::Day today) {
    const std::scoped_lock guard(mutex_);
    const auto moment = lock_for_moment();
    if (!moment) return fail(moment.error());
    std::erase_if(writers_, [&](const auto& entry) {
        return policy::last_day_of(entry.first.day, entry.first.retention) < today;
    });
    return retire_event_files(directory_, today);
}

Result<std::size_t> EventFiles::forget(std::span<const policy::Epoch> epochs) {
    const std::scoped_lock guard(mutex_);
    const auto moment = lock_for_moment();
    if (!moment) return fail(moment.error());
    const auto close = [this](void*) { writers_.clear(); };
    const std::unique_ptr<void, decltype(close)> closing(*moment ? this : nullptr, close);
    std::size_t forgotten = 0;
    for (const policy::Epoch& epoch : epochs) {
        const policy::DayClass name{epoch.day, epoch.retention};
        // Nobody can take the rows of one epoch out of these.
        const auto damaged = damaged_event_files(directory_, name);
        if (!damaged) return fail(damaged.error());
        for (const auto& file : *damaged) {
            if (auto gone = unlink_database(file); !gone) return fail(gone.error());
        }
        std::error_code none;
        if (!std::filesystem::exists(file_of(name), none)) continue;
        auto writer = writer_of(name);
        if (!writer) return fail(writer.error());
        const auto rows = delete_event_rows(**writer, {epoch.controller, {}, {}});
        if (!rows) return fail(rows.error());
        forgotten += *rows;
    }
    return forgotten;
}

Result<std::size_t> EventFiles::erase(policy::ControllerNumber controller,
                                      std::uint64_t recipient_prefix) {
    const std::scoped_lock guard(mutex_);
    const auto moment = lock_for_moment();
    if (!moment) return fail(moment.error());
    const auto close = [this](void*) { writers_.clear(); };
    const std::unique_ptr<void, decltype(close)> closing(*moment ? this : nullptr, close);
    const auto names = files();
    if (!names) return fail(names.error());
    std::size_t erased = 0;
    for (const policy::DayClass& name : *names) {
        auto writer = writer_of(name);
        if (!writer) return fail(writer.error());
        const auto rows = delete_event_rows(**writer, {controller, {}, recipient_prefix});
        if (!rows) return fail(rows.error());
        erased += *rows;
    }
    if (auto whole = refuse_if_damaged(); !whole) return fail(whole.error());
    return erased;
}

Result<std::size_t> EventFiles::rows_of(std::span<const policy::Epoch> epochs) {
    std::size_t rows = 0;
    for (const policy::Epoch& epoch : epochs) {
        const auto file = file_of({epoch.day, epoch.retention});
        std::error_code none;
        if (!std::filesystem::exists(file, none)) continue;
        auto database = Database::open(file, Access::Read);
        if (!database) return fail(database.error());
        const auto here = count_event_rows(*database, {epoch.controller, {}, {}});
        if (!here) return fail(here.error());
        rows += *here;
    }
    return rows;
}

}  // namespace candor::sqlite
