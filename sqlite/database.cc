// SQLite's C interface behind owning types. No row's content ever enters an error message.
#include "sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace candor::sqlite {
namespace {

/// What no second try mends: somebody has to look at the file.
bool is_damage(int code) {
    switch (code & 0xff) {  // the rest says more about the same
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_READONLY: return true;
        default: return false;
    }
}

// sqlite3_errstr says what kind of fault it was; sqlite3_errmsg may quote what was being written.
tl::unexpected<Error> fault_of(std::string_view doing, const std::string& file, int code) {
    return fail(is_damage(code) ? Fault::Damaged : Fault::Unavailable,
                fmt::format("store: {} {}: {}", doing, file, sqlite3_errstr(code)));
}

std::string file_of(sqlite3* handle) {
    const char* file = sqlite3_db_filename(handle, "main");
    return file == nullptr ? "" : file;
}

tl::unexpected<Error> fault_of(std::string_view doing, sqlite3* handle, int code) {
    return fault_of(doing, file_of(handle), code);
}

// A commit of a WAL database waits for the disk at every commit (FULL): an acknowledged opt-out
// must survive a power cut. auto_vacuum has to stand before the first table.
constexpr const char* write_settings =
    "PRAGMA busy_timeout=5000; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
    "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864;";

// SQLite before 3.51.3 can destroy a WAL database when one connection checkpoints while another
// commits, so a reader must never checkpoint, not even as the last one to close.
constexpr const char* read_settings =
    "PRAGMA busy_timeout=1000; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
    "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0;";

}  // namespace

Query::Query(Query&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_),
      fault_(other.fault_) {}

Query::~Query() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Query& Query::number(std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_, ++bound_, value);
    if (fault_ == SQLITE_OK) fault_ = code;
    return *this;
}

Query& Query::text(std::string_view value) {
    // A null pointer would bind NULL, which is not the empty text.
    const char* start = value.data() == nullptr ? "" : value.data();
    const int code =
        sqlite3_bind_text64(statement_, ++bound_, start, value.size(), nullptr, SQLITE_UTF8);
    if (fault_ == SQLITE_OK) fault_ = code;
    return *this;
}

Query& Query::blob(std::string_view value) {
    const char* start = value.data() == nullptr ? "" : value.data();
    const int code = sqlite3_bind_blob64(statement_, ++bound_, start, value.size(), nullptr);
    if (fault_ == SQLITE_OK) fault_ = code;
    return *this;
}

Query& Query::blob(std::span<const std::uint8_t> value) {
    return blob({reinterpret_cast<const char*>(value.data()), value.size()});
}

Query& Query::null() {
    const int code = sqlite3_bind_null(statement_, ++bound_);
    if (fault_ == SQLITE_OK) fault_ = code;
    return *this;
}

Result<bool> Query::next() {
    sqlite3* const handle = sqlite3_db_handle(statement_);
    if (fault_ != SQLITE_OK) return fault_of("binding a value for", handle, fault_);
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return fault_of("reading or writing", handle, code);
}

Result<void> Query::run() {
    for (;;) {
        const auto row = next();
        if (!row) return fail(row.error());
        if (!*row) return {};
    }
}

std::int64_t Query::number_at(int column) const {
    return sqlite3_column_int64(statement_, column);
}

bool Query::null_at(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Query::bytes_at(int column) const {
    const void* start = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (start == nullptr || size <= 0) return {};
    return {static_cast<const char*>(start), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close(handle);
}
void Database::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Result<Database> Database::open(const std::filesystem::path& file, Access access) {
    Database database;
    sqlite3* handle = nullptr;
    // A reader too needs write access: it takes its place in the -shm file. NOMUTEX: the owner's
    // mutex guards the connection.
    int code = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                               nullptr);
    database.handle_.reset(handle);
    if (code != SQLITE_OK) return fault_of("opening", file.string(), code);
    if (access == Access::Read) {
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    code = sqlite3_exec(handle, access == Access::Write ? write_settings : read_settings, nullptr,
                        nullptr, nullptr);
    if (code != SQLITE_OK) return fault_of("opening", file.string(), code);
    // Settings do not touch the file; the version does, so that a file which is no database is
    // found here and not in the middle of a look-up.
    if (const auto version = database.schema_version(); !version) return fail(version.error());
    return database;
}

void Database::wait_for_locks(std::chrono::milliseconds at_most) {
    sqlite3_busy_timeout(handle_.get(), static_cast<int>(at_most.count()));
}

Result<Query> Database::query(std::string_view sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return Query(known->second.get());
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    Statement statement{raw};
    if (code != SQLITE_OK) return fault_of("asking", handle_.get(), code);
    Query query(statement.get());
    statements_.emplace(sql, std::move(statement));
    return query;
}

Result<void> Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fault_of("changing", handle_.get(), code);
    return {};
}

std::string Database::file() const {
    return file_of(handle_.get());
}
std::int64_t Database::changes() const {
    return sqlite3_changes64(handle_.get());
}
std::int64_t Database::last_row_id() const {
    return sqlite3_last_insert_rowid(handle_.get());
}

Result<std::int64_t> Database::schema_version() {
    auto version = query("PRAGMA user_version");
    if (!version) return fail(version.error());
    const auto row = version->next();
    if (!row) return fail(row.error());
    return *row ? version->number_at(0) : 0;
}

Result<Transaction> Transaction::begin(Database& database) {
    // IMMEDIATE: a transaction that first reads must not fail when it comes to write.
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return fail(begun.error());
    return Transaction(database);
}

Result<void> Transaction::commit() {
    if (auto done = database_->execute("COMMIT"); !done) return fail(done.error());
    database_ = nullptr;
    return {};
}

Transaction::~Transaction() {
    // A failed rollback leaves nothing to do: the file's own journal undoes it at the next open.
    if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

}  // namespace candor::sqlite
