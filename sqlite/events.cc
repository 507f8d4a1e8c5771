// Routes each event to the file its token's day and class name, and counts it in the totals.
#include "sqlite/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <map>
#include <memory>
#include <system_error>

#include "sqlite/spool_rows.h"

namespace candor::sqlite {
namespace {

// Three descriptors each. Most clicks are of the last days; links of a year ago come in ones.
constexpr std::size_t max_open_files = 32;
constexpr std::chrono::milliseconds moment_wait{2000};

constexpr std::int64_t with_reason = 2;  // the migration of event files that brought it

std::int64_t hour_of(policy::Instant at) {
    return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
}

/// Whether the event leaves a row and not only a count. One that comes after the last day of its
/// class must not make a file again that retention has taken away.
bool leaves_row(const policy::Event& event) {
    return event.recipient && event.retention != 0 &&
           policy::day_of(event.at) <= policy::last_day_of(event.sent_on, event.retention);
}

Result<void> write_rows(Database& database, std::span<const policy::Event* const> events) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return fail(transaction.error());
    for (const policy::Event* event : events) {
        auto query = database.query(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
        if (!query) return fail(query.error());
        auto done = query->number(event->controller)
                        .number(event->campaign)
                        .number(std::bit_cast<std::int64_t>(*event->recipient))
                        .number(event->at.time_since_epoch().count())
                        .number(event->link)
                        .number(static_cast<int>(event->kind))
                        .number(static_cast<int>(event->verdict))
                        .number(static_cast<int>(event->reason))
                        .run();
        if (!done) return done;
    }
    return transaction->commit();
}

/// What the totals are kept by: controller, campaign, link, kind, verdict, reason and hour.
using TotalKey = std::array<std::int64_t, 7>;

TotalKey key_of(const policy::Event& event) {
    return {event.controller,
            event.campaign,
            event.link,
            static_cast<std::int64_t>(event.kind),
            static_cast<std::int64_t>(event.verdict),
            static_cast<std::int64_t>(event.reason),
            hour_of(event.at)};
}

/// A batch of a busy second is of few links: one statement each.
Result<void> count_events(Database& totals, std::span<const policy::Event> events) {
    std::map<TotalKey, std::int64_t> counts;
    for (const policy::Event& event : events) ++counts[key_of(event)];
    for (const auto& [key, count] : counts) {
        auto query = totals.query(
            "INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count");
        if (!query) return fail(query.error());
        for (const std::int64_t part : key) query->number(part);
        if (auto done = query->number(count).run(); !done) return done;
    }
    return {};
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

Result<std::size_t> delete_rows(Database& database, policy::ControllerNumber controller) {
    {
        auto query = database.query("DELETE FROM events WHERE controller = ?");
        if (!query) return fail(query.error());
        if (auto done = query->number(controller).run(); !done) return fail(done.error());
    }
    const auto rows = static_cast<std::size_t>(database.changes());
    if (rows == 0) return rows;
    // Deleted bytes stay in the file and the WAL until a checkpoint has cut the WAL.
    if (auto done = database.execute("PRAGMA wal_checkpoint(TRUNCATE)"); !done) {
        return fail(done.error());
    }
    return rows;
}

Result<void> read_events(Database& database, const policy::DayClass& name,
                         policy::ControllerNumber controller, policy::CampaignId campaign,
                         std::vector<policy::Event>& found) {
    const auto version = database.schema_version();
    if (!version) return fail(version.error());
    // A reader cannot bring a file of an older program up to date.
    auto query =
        database.query(fmt::format("SELECT recipient, at, link, kind, verdict, {} FROM events"
                                   " WHERE controller = ? AND campaign = ? ORDER BY at",
                                   *version < with_reason ? "0" : "reason"));
    if (!query) return fail(query.error());
    query->number(controller).number(campaign);
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return {};
        found.push_back({controller, campaign, std::bit_cast<std::uint64_t>(query->number_at(0)),
                         static_cast<std::uint16_t>(query->number_at(2)),
                         static_cast<policy::EventKind>(query->number_at(3)),
                         static_cast<policy::Verdict>(query->number_at(4)),
                         policy::Instant{std::chrono::seconds{query->number_at(1)}}, name.day,
                         name.retention, static_cast<policy::VerdictReason>(query->number_at(5))});
    }
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

Result<Database*> EventFiles::writer_of(const policy::DayClass& name) {
    if (const auto known = writers_.find(name); known != writers_.end()) return &known->second;
    // The file of the oldest day is the least likely to be wanted again.
    if (writers_.size() >= max_open_files) writers_.erase(writers_.begin());
    auto database = open_for_writing(file_of(name), FileKind::Events);
    if (!database) return fail(database.error());
    return &writers_.emplace(name, *std::move(database)).first->second;
}

Result<void> EventFiles::append(std::span<const policy::Event> events,
                                const policy::SpoolPosition& position) {
    if (events.empty() && position.spool == 0) return {};
    std::map<policy::DayClass, std::vector<const policy::Event*>> by_file;
    for (const policy::Event& event : events) {
        if (leaves_row(event)) by_file[{event.sent_on, event.retention}].push_back(&event);
    }

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
    // Killed between these commits and the last one, the same batch comes again: its rows are there
    // already, and its counts are not.
    for (const auto& [name, rows] : by_file) {
        auto writer = writer_of(name);
        if (!writer) return fail(writer.error());
        if (auto done = write_rows(**writer, rows); !done) return done;
    }
    return transaction->commit();
}

Result<std::uint64_t> EventFiles::taken_from(std::uint64_t spool) {
    auto reading = totals_.read();
    if (!reading) return fail(reading.error());
    return read_taken(*reading->database, spool);
}

Result<std::vector<policy::Event>> EventFiles::events_of(policy::ControllerNumber controller,
                                                         policy::CampaignId campaign) {
    std::vector<policy::Event> found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory_, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = event_file_of(entry->path().filename().string());
        if (!name) continue;
        auto database = Database::open(entry->path(), Access::Read);
        if (!database) {
            std::error_code gone;
            if (!std::filesystem::exists(entry->path(), gone)) continue;  // retired meanwhile
            return fail(database.error());
        }
        if (auto read = read_events(*database, *name, controller, campaign, found); !read) {
            return fail(read.error());
        }
    }
    if (error) return fail(Fault::Unavailable, "store: cannot list the event files");
    std::ranges::stable_sort(found, {}, &policy::Event::at);
    return found;
}

Result<std::vector<policy::Total>> EventFiles::totals_of(policy::ControllerNumber controller,
                                                         policy::CampaignId campaign) {
    auto reading = totals_.read();
    if (!reading) return fail(reading.error());
    auto query = reading->database->query(
        "SELECT link, kind, verdict, hour, count, reason FROM totals"
        " WHERE controller = ? AND campaign = ? ORDER BY link, kind, verdict, reason, hour");
    if (!query) return fail(query.error());
    query->number(controller).number(campaign);
    std::vector<policy::Total> totals;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return totals;
        totals.push_back({controller, campaign, static_cast<std::uint16_t>(query->number_at(0)),
                          static_cast<policy::EventKind>(query->number_at(1)),
                          static_cast<policy::Verdict>(query->number_at(2)), query->number_at(3),
                          query->number_at(4),
                          static_cast<policy::VerdictReason>(query->number_at(5))});
    }
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
        std::error_code none;
        if (!std::filesystem::exists(file_of(name), none)) continue;
        auto writer = writer_of(name);
        if (!writer) return fail(writer.error());
        const auto rows = delete_rows(**writer, epoch.controller);
        if (!rows) return fail(rows.error());
        forgotten += *rows;
    }
    return forgotten;
}

Result<std::size_t> EventFiles::rows_of(std::span<const policy::Epoch> epochs) {
    std::size_t rows = 0;
    for (const policy::Epoch& epoch : epochs) {
        const auto file = file_of({epoch.day, epoch.retention});
        std::error_code none;
        if (!std::filesystem::exists(file, none)) continue;
        auto database = Database::open(file, Access::Read);
        if (!database) return fail(database.error());
        auto query = database->query("SELECT count(*) FROM events WHERE controller = ?");
        if (!query) return fail(query.error());
        const auto row = query->number(epoch.controller).next();
        if (!row) return fail(row.error());
        rows += static_cast<std::size_t>(query->number_at(0));
    }
    return rows;
}

}  // namespace candor::sqlite
