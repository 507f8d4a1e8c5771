// One connection to one SQLite file: open with the right settings, prepared queries, transactions.
// Knows SQLite's C interface; leaves what the tables mean to `store`, and who may write to
// `writer`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "policy/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace candor::sqlite {

/// One use of a prepared statement; gives it back clean. Values are bound in order and must outlive
/// the query. A failed bind is reported by the next step.
class Query {
  public:
    explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    Query& number(std::int64_t value);
    Query& text(std::string_view value);
    Query& blob(std::span<const std::uint8_t> value);
    Query& blob(std::string_view value);
    Query& null();

    /// Whether there is a (further) row. Errors: as Database.
    [[nodiscard]] Result<bool> next();
    /// Runs to the end. Errors: as Database.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::int64_t number_at(int column) const;
    [[nodiscard]] bool null_at(int column) const;
    /// Text or blob; borrowed until the next step.
    [[nodiscard]] std::string_view bytes_at(int column) const;

  private:
    sqlite3_stmt* statement_;  // borrowed from the Database; null after a move
    int bound_ = 0;
    int fault_ = 0;  // SQLite's code of the first failed bind
};

enum class Access { Write, Read };

/// Used by one thread at a time: the owner guards it with a mutex. Errors of all: Unavailable
/// (busy, disk full), Damaged (no database, may not be read or written). They name the file.
class Database {
  public:
    /// `Write` is for the one writing connection of the file (design section 7): WAL, durable
    /// commits, and the only one that checkpoints. `Read` cannot change a row and never
    /// checkpoints. A missing file is Damaged.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, Access access);

    /// How long a lock of another process is waited for, instead of the usual seconds.
    void wait_for_locks(std::chrono::milliseconds at_most);
    /// A prepared query, kept for the next use of the same text.
    [[nodiscard]] Result<Query> query(std::string_view sql);
    /// One or more statements without values.
    [[nodiscard]] Result<void> execute(const std::string& sql);
    /// Rows changed by the last statement.
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] std::int64_t last_row_id() const;
    /// Its absolute path.
    [[nodiscard]] std::string file() const;
    /// The number of the last migration applied.
    [[nodiscard]] Result<std::int64_t> schema_version();

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    std::unique_ptr<sqlite3, Close> handle_;
    std::map<std::string, Statement, std::less<>>
        statements_;  // finalised before the handle closes
};

/// Rolls back unless committed.
class Transaction {
  public:
    /// Errors: as Database.
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    /// Durable when it returns. Errors: as Database.
    [[nodiscard]] Result<void> commit();

    Transaction(Transaction&& other) noexcept
        : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;  // null when committed or moved from
};

}  // namespace candor::sqlite
