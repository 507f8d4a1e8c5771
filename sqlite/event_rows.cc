// The SQL of events and totals.
#include "sqlite/event_rows.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <chrono>
#include <map>

namespace candor::sqlite {
namespace {

constexpr std::int64_t with_reason = 2;  // the migration of event files that brought it

std::int64_t hour_of(policy::Instant at) {
    return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
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

/// `statement` with the condition that `filter` is, its values bound.
Result<Query> filtered(Database& database, std::string_view statement, const EventFilter& filter,
                       std::string_view order = {}) {
    auto query = database.query(fmt::format(
        "{} WHERE controller = ?{}{}{}", statement, filter.campaign ? " AND campaign = ?" : "",
        filter.recipient_prefix ? " AND recipient = ?" : "", order));
    if (!query) return query;
    query->number(filter.controller);
    if (filter.campaign) query->number(*filter.campaign);
    if (filter.recipient_prefix)
        query->number(std::bit_cast<std::int64_t>(*filter.recipient_prefix));
    return query;
}

}  // namespace

Result<void> write_event_rows(Database& database, std::span<const policy::Event* const> events) {
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

Result<std::size_t> delete_event_rows(Database& database, const EventFilter& filter) {
    {
        auto query = filtered(database, "DELETE FROM events", filter);
        if (!query) return fail(query.error());
        if (auto done = query->run(); !done) return fail(done.error());
    }
    const auto rows = static_cast<std::size_t>(database.changes());
    if (rows == 0) return rows;
    // Deleted bytes stay in the file and the WAL until a checkpoint has cut the WAL.
    if (auto done = database.execute("PRAGMA wal_checkpoint(TRUNCATE)"); !done) {
        return fail(done.error());
    }
    return rows;
}

Result<void> read_event_rows(Database& database, const policy::DayClass& name,
                             const EventFilter& filter, std::vector<policy::Event>& found) {
    const auto version = database.schema_version();
    if (!version) return fail(version.error());
    // A reader cannot bring a file of an older program up to date.
    auto query =
        filtered(database,
                 fmt::format("SELECT campaign, recipient, at, link, kind, verdict, {} FROM events",
                             *version < with_reason ? "0" : "reason"),
                 filter, " ORDER BY at");
    if (!query) return fail(query.error());
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return {};
        found.push_back({filter.controller, static_cast<policy::CampaignId>(query->number_at(0)),
                         std::bit_cast<std::uint64_t>(query->number_at(1)),
                         static_cast<std::uint16_t>(query->number_at(3)),
                         static_cast<policy::EventKind>(query->number_at(4)),
                         static_cast<policy::Verdict>(query->number_at(5)),
                         policy::Instant{std::chrono::seconds{query->number_at(2)}}, name.day,
                         name.retention, static_cast<policy::VerdictReason>(query->number_at(6))});
    }
}

Result<std::size_t> count_event_rows(Database& database, const EventFilter& filter) {
    auto query = filtered(database, "SELECT count(*) FROM events", filter);
    if (!query) return fail(query.error());
    const auto row = query->next();
    if (!row) return fail(row.error());
    return static_cast<std::size_t>(query->number_at(0));
}

Result<std::vector<policy::Total>> read_totals(Database& totals,
                                               policy::ControllerNumber controller,
                                               policy::CampaignId campaign) {
    auto query = totals.query(
        "SELECT link, kind, verdict, hour, count, reason FROM totals"
        " WHERE controller = ? AND campaign = ? ORDER BY link, kind, verdict, reason, hour");
    if (!query) return fail(query.error());
    query->number(controller).number(campaign);
    std::vector<policy::Total> found;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return found;
        found.push_back({controller, campaign, static_cast<std::uint16_t>(query->number_at(0)),
                         static_cast<policy::EventKind>(query->number_at(1)),
                         static_cast<policy::Verdict>(query->number_at(2)), query->number_at(3),
                         query->number_at(4),
                         static_cast<policy::VerdictReason>(query->number_at(5))});
    }
}

}  // namespace candor::sqlite
