// Rows to values and back; see page_rows.h.
#include "sqlite/page_rows.h"

#include "sqlite/row_values.h"

namespace candor::sqlite {
namespace {

/// The columns that say which opt-out is meant.
Query& bind_made(Query& query, const policy::OptOut& made) {
    return query.number(made.controller)
        .blob(made.recipient.bytes)
        .number(static_cast<int>(made.scope))
        .number(static_cast<std::int64_t>(made.page));
}

}  // namespace

Result<void> undo_opt_out(Database& opt_outs, const policy::OptOut& made, policy::Instant now) {
    auto transaction = Transaction::begin(opt_outs);
    if (!transaction) return fail(transaction.error());
    {
        // Said and taken back twice within one second is one row.
        auto query = opt_outs.query(
            "INSERT OR IGNORE INTO undone_opt_outs"
            " (undone_at, controller, recipient, scope, at, source, page)"
            " SELECT ?, controller, recipient, scope, at, source, page FROM opt_outs"
            " WHERE controller = ? AND recipient = ? AND scope = ? AND page = ? AND page <> 0");
        if (!query) return fail(query.error());
        if (auto done = bind_made(query->number(seconds_of(now)), made).run(); !done) return done;
    }
    auto query = opt_outs.query(
        "DELETE FROM opt_outs"
        " WHERE controller = ? AND recipient = ? AND scope = ? AND page = ? AND page <> 0");
    if (!query) return fail(query.error());
    if (auto done = bind_made(*query, made).run(); !done) return done;
    if (opt_outs.changes() == 0) {
        return fail(Fault::Missing, "no opt-out of that page is on record");
    }
    return transaction->commit();
}

Result<void> remove_opt_out(Database& opt_outs, policy::ControllerNumber controller,
                            const policy::RecipientId& recipient, policy::OptOutScope scope,
                            policy::Instant now) {
    auto transaction = Transaction::begin(opt_outs);
    if (!transaction) return fail(transaction.error());
    const auto bound = [&](Query& query) -> Query& {
        return query.number(controller).blob(recipient.bytes).number(static_cast<int>(scope));
    };
    if (recipient != policy::nobody) {
        // Page 0: no page took it back. Removed, said and removed within one second is one row.
        auto query = opt_outs.query(
            "INSERT OR IGNORE INTO undone_opt_outs"
            " (undone_at, controller, recipient, scope, at, source, page)"
            " SELECT ?, controller, recipient, scope, at, source, 0 FROM opt_outs"
            " WHERE controller = ? AND recipient = ? AND scope = ?");
        if (!query) return fail(query.error());
        if (auto done = bound(query->number(seconds_of(now))).run(); !done) return done;
    }
    auto query =
        opt_outs.query("DELETE FROM opt_outs WHERE controller = ? AND recipient = ? AND scope = ?");
    if (!query) return fail(query.error());
    if (auto done = bound(*query).run(); !done) return done;
    if (opt_outs.changes() == 0) return fail(Fault::Missing, "no such opt-out on record");
    return transaction->commit();
}

Result<std::vector<policy::UndoneOptOut>> list_undone_opt_outs(
    Database& opt_outs, policy::ControllerNumber controller) {
    auto query = opt_outs.query(
        "SELECT recipient, scope, at, source, page, undone_at FROM undone_opt_outs"
        " WHERE controller = ? ORDER BY undone_at, recipient, scope");
    if (!query) return fail(query.error());
    query->number(controller);
    return read_all(*query, [&](const Query& row) {
        return policy::UndoneOptOut{
            {controller, recipient_at(row, 0), static_cast<policy::OptOutScope>(row.number_at(1)),
             instant_at(row, 2), static_cast<policy::OptOutSource>(row.number_at(3)),
             static_cast<std::uint64_t>(row.number_at(4))},
            instant_at(row, 5)};
    });
}

Result<std::size_t> count_undone(Database& opt_outs, policy::ControllerNumber controller,
                                 const policy::RecipientId& recipient, policy::OptOutScope scope) {
    auto query = opt_outs.query(
        "SELECT count(*) FROM undone_opt_outs"
        " WHERE controller = ? AND recipient = ? AND scope = ?");
    if (!query) return fail(query.error());
    query->number(controller).blob(recipient.bytes).number(static_cast<int>(scope));
    if (const auto row = query->next(); !row) return fail(row.error());
    return static_cast<std::size_t>(query->number_at(0));
}

Result<bool> write_request(Database& opt_outs, const policy::DataRequest& request) {
    auto query =
        opt_outs.query("INSERT INTO requests VALUES (?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING");
    if (!query) return fail(query.error());
    const auto done = query->number(request.controller)
                          .blob(request.recipient.bytes)
                          .number(static_cast<int>(request.kind))
                          .number(seconds_of(request.at))
                          .run();
    if (!done) return fail(done.error());
    return opt_outs.changes() > 0;
}

Result<std::vector<policy::DataRequest>> list_requests(Database& opt_outs,
                                                       policy::ControllerNumber controller) {
    auto query = opt_outs.query(
        "SELECT recipient, kind, at, closed_at FROM requests WHERE controller = ?"
        " ORDER BY at, rowid");
    if (!query) return fail(query.error());
    query->number(controller);
    return read_all(*query, [&](const Query& row) {
        return policy::DataRequest{controller, recipient_at(row, 0),
                                   static_cast<policy::RequestKind>(row.number_at(1)),
                                   instant_at(row, 2), optional_instant_at(row, 3)};
    });
}

Result<void> write_closed(Database& opt_outs, policy::ControllerNumber controller,
                          const policy::RecipientId& recipient, policy::RequestKind kind,
                          policy::Instant now) {
    auto query = opt_outs.query(
        "UPDATE requests SET closed_at = ?"
        " WHERE controller = ? AND recipient = ? AND kind = ? AND closed_at IS NULL");
    if (!query) return fail(query.error());
    auto done = query->number(seconds_of(now))
                    .number(controller)
                    .blob(recipient.bytes)
                    .number(static_cast<int>(kind))
                    .run();
    if (!done) return done;
    if (opt_outs.changes() == 0) return fail(Fault::Missing, "no such open request on record");
    return {};
}

}  // namespace candor::sqlite
