// Names and numbers of 64 bits as SQLite's signed integers.
#include "sqlite/spool_rows.h"

#include <bit>

namespace candor::sqlite {

Result<std::uint64_t> read_taken(Database& totals, std::uint64_t spool) {
    auto query = totals.query("SELECT taken FROM spools WHERE spool = ?");
    if (!query) return fail(query.error());
    const auto row = query->number(std::bit_cast<std::int64_t>(spool)).next();
    if (!row) return fail(row.error());
    return *row ? std::bit_cast<std::uint64_t>(query->number_at(0)) : 0;
}

Result<void> write_taken(Database& totals, const policy::SpoolPosition& position) {
    auto query = totals.query(
        "INSERT INTO spools VALUES (?, ?) ON CONFLICT DO UPDATE SET taken = excluded.taken");
    if (!query) return fail(query.error());
    return query->number(std::bit_cast<std::int64_t>(position.spool))
        .number(std::bit_cast<std::int64_t>(position.through))
        .run();
}

}  // namespace candor::sqlite
