// The SQL of opt-outs and duties.
#include "sqlite/opt_out_rows.h"

#include "sqlite/row_values.h"

namespace candor::sqlite {

// Scopes above 2 are those that hold "so far": what policy::is_said_by_people() says no to.

Result<policy::OptOuts> read_opt_outs(Database& opt_outs, policy::ControllerNumber controller,
                                      const policy::RecipientId& first,
                                      const policy::RecipientId& last) {
    auto query = opt_outs.query(
        "SELECT scope, max(at) FROM opt_outs WHERE controller = ? AND recipient BETWEEN ? AND ?"
        " GROUP BY scope");
    if (!query) return fail(query.error());
    query->number(controller).blob(first.bytes).blob(last.bytes);
    policy::OptOuts found;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return found;
        found.add(static_cast<policy::OptOutScope>(query->number_at(0)), instant_at(*query, 1));
    }
}

Result<void> write_opt_outs(Database& opt_outs, std::span<const policy::OptOut> rows) {
    return write_all(opt_outs, rows, [&](const policy::OptOut& row) -> Result<void> {
        // Said again by anybody but the same page: then no page takes it back alone. What holds "so
        // far" holds up to the latest moment.
        auto query = opt_outs.query(
            "INSERT INTO opt_outs VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " page = iif(page = excluded.page, page, 0),"
            " at = iif(scope > 2, max(at, excluded.at), at)"
            " WHERE page <> excluded.page OR (scope > 2 AND at < excluded.at)");
        if (!query) return fail(query.error());
        return query->number(row.controller)
            .blob(row.recipient.bytes)
            .number(static_cast<int>(row.scope))
            .number(seconds_of(row.at))
            .number(static_cast<int>(row.source))
            .number(static_cast<std::int64_t>(row.page))
            .run();
    });
}

Result<std::optional<policy::OptOut>> read_standing(Database& opt_outs,
                                                    const policy::OptOut& opt_out) {
    auto query = opt_outs.query(
        "SELECT at, source, page FROM opt_outs"
        " WHERE controller = ? AND recipient = ? AND scope = ?");
    if (!query) return fail(query.error());
    query->number(opt_out.controller)
        .blob(opt_out.recipient.bytes)
        .number(static_cast<int>(opt_out.scope));
    const auto row = query->next();
    if (!row) return fail(row.error());
    if (!*row) return std::nullopt;
    policy::OptOut standing = opt_out;
    standing.at = instant_at(*query, 0);
    standing.source = static_cast<policy::OptOutSource>(query->number_at(1));
    standing.page = static_cast<std::uint64_t>(query->number_at(2));
    return standing;
}

Result<std::vector<policy::OptOut>> read_opt_outs_after(
    Database& opt_outs, policy::ControllerNumber controller,
    const std::optional<policy::OptOutPlace>& after, std::size_t limit) {
    auto query = opt_outs.query(
        "SELECT recipient, scope, at, source, page FROM opt_outs WHERE controller = ?"
        " AND (recipient, scope) > (?, ?) AND recipient <> ? AND scope <= 2"
        " ORDER BY recipient, scope LIMIT ?");
    if (!query) return fail(query.error());
    query->number(controller);
    // Every id is behind the empty one.
    query->blob(after ? std::span<const std::uint8_t>(after->recipient.bytes)
                      : std::span<const std::uint8_t>());
    query->number(after ? static_cast<int>(after->scope) : 0).blob(policy::nobody.bytes);
    query->number(static_cast<std::int64_t>(limit));
    return read_all(*query, [&](const Query& row) {
        return policy::OptOut{controller,
                              recipient_at(row, 0),
                              static_cast<policy::OptOutScope>(row.number_at(1)),
                              instant_at(row, 2),
                              static_cast<policy::OptOutSource>(row.number_at(3)),
                              static_cast<std::uint64_t>(row.number_at(4))};
    });
}

Result<void> forget_opt_outs_so_far(Database& opt_outs, policy::Instant until) {
    auto query = opt_outs.query("DELETE FROM opt_outs WHERE scope > 2 AND at < ?");
    if (!query) return fail(query.error());
    return query->number(seconds_of(until)).run();
}

Result<void> write_duty(Database& opt_outs, policy::ControllerNumber controller, policy::Duty duty,
                        policy::Instant done_at) {
    auto query = opt_outs.query(
        "INSERT INTO duties (controller, duty, done_at) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET done_at = excluded.done_at");
    if (!query) return fail(query.error());
    return query->number(controller)
        .number(static_cast<int>(duty))
        .number(seconds_of(done_at))
        .run();
}

Result<policy::Duties> read_duties(Database& opt_outs, policy::ControllerNumber controller) {
    auto query = opt_outs.query("SELECT duty, done_at FROM duties WHERE controller = ?");
    if (!query) return fail(query.error());
    query->number(controller);
    policy::Duties duties;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return duties;
        for (const policy::Duty duty : policy::all_duties) {
            if (query->number_at(0) == static_cast<int>(duty))
                duties.at(duty) = instant_at(*query, 1);
        }
    }
}

}  // namespace candor::sqlite
