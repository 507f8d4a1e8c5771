// How values stand in the columns of every table, and many rows in one commit.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

inline std::int64_t seconds_of(policy::Instant instant) {
    return instant.time_since_epoch().count();
}
inline policy::Instant instant_at(const Query& query, int column) {
    return policy::Instant{std::chrono::seconds{query.number_at(column)}};
}
inline std::optional<policy::Instant> optional_instant_at(const Query& query, int column) {
    if (query.null_at(column)) return std::nullopt;
    return instant_at(query, column);
}
inline Query& bind_instant(Query& query, const std::optional<policy::Instant>& instant) {
    return instant ? query.number(seconds_of(*instant)) : query.null();
}
inline std::string text_at(const Query& query, int column) {
    return std::string(query.bytes_at(column));
}
/// Zeros where the column is shorter.
inline policy::RecipientId recipient_at(const Query& query, int column) {
    policy::RecipientId recipient;
    const std::string_view bytes = query.bytes_at(column);
    std::copy_n(bytes.begin(), std::min(bytes.size(), recipient.bytes.size()),
                recipient.bytes.begin());
    return recipient;
}

/// `write_one` for each row, in one commit or not at all.
template <class Row, class WriteOne>
Result<void> write_all(Database& database, std::span<const Row> rows, WriteOne&& write_one) {
    if (rows.empty()) return {};
    auto transaction = Transaction::begin(database);
    if (!transaction) return fail(transaction.error());
    for (const Row& row : rows) {
        if (Result<void> done = write_one(row); !done) return done;
    }
    return transaction->commit();
}

/// All rows of `query`, each as `row_of` reads it.
template <class RowOf>
auto read_all(Query& query, RowOf&& row_of) -> Result<std::vector<decltype(row_of(query))>> {
    std::vector<decltype(row_of(query))> rows;
    for (;;) {
        const auto row = query.next();
        if (!row) return fail(row.error());
        if (!*row) return rows;
        rows.push_back(row_of(query));
    }
}

}  // namespace candor::sqlite
