// Every table of the store. Times are seconds since 1970 UTC, hours and days likewise; a recipient
// is a RecipientId of 16 bytes, in events its first 64 bits as a signed integer. In a table without
// rowid the columns of the key stand first (the last step of the opt-outs says why).
#include "sqlite/migrations.h"

#include <fmt/format.h>

#include <span>

namespace candor::sqlite {
namespace {

constexpr const char* people[] = {
    R"sql(
CREATE TABLE contacts (
    controller     INTEGER NOT NULL,
    recipient      BLOB NOT NULL CHECK (length(recipient) = 16),
    jurisdiction   TEXT NOT NULL,
    class          INTEGER NOT NULL,
    segments       TEXT NOT NULL,
    gpc            INTEGER NOT NULL,
    source         TEXT NOT NULL,
    sealed_address BLOB NOT NULL,
    PRIMARY KEY (controller, recipient)
) STRICT, WITHOUT ROWID;
CREATE TABLE domains (
    controller   INTEGER NOT NULL,
    domain       TEXT NOT NULL CHECK (domain <> ''),
    jurisdiction TEXT NOT NULL,
    class        INTEGER NOT NULL,
    source       TEXT NOT NULL,
    PRIMARY KEY (controller, domain)
) STRICT, WITHOUT ROWID;
CREATE TABLE consents (
    controller   INTEGER NOT NULL,
    recipient    BLOB NOT NULL CHECK (length(recipient) = 16),
    purpose      INTEGER NOT NULL,
    given_at     INTEGER NOT NULL,
    expires_at   INTEGER,
    withdrawn_at INTEGER,
    method       TEXT NOT NULL,
    source       TEXT NOT NULL,
    text_version TEXT NOT NULL,
    proof        TEXT NOT NULL,
    PRIMARY KEY (controller, recipient, purpose, given_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE feeds (
    controller INTEGER NOT NULL,
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    ran_at     INTEGER NOT NULL,
    PRIMARY KEY (controller, name)
) STRICT, WITHOUT ROWID;
)sql"};

// AUTOINCREMENT: the number of a campaign stands in links that live for ever and is never given
// twice.
constexpr const char* campaigns[] = {
    R"sql(
CREATE TABLE campaigns (
    id         INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 4294967295),
    controller INTEGER NOT NULL,
    name       BLOB NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    first_seen INTEGER NOT NULL,
    UNIQUE (controller, name)
) STRICT;
)sql"};

constexpr const char* opt_outs[] = {
    R"sql(
CREATE TABLE opt_outs (
    controller INTEGER NOT NULL,
    recipient  BLOB NOT NULL CHECK (length(recipient) = 16),
    scope      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    PRIMARY KEY (controller, recipient, scope)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE duties (
    controller INTEGER NOT NULL,
    duty       INTEGER NOT NULL,
    done_at    INTEGER NOT NULL,
    PRIMARY KEY (controller, duty)
) STRICT, WITHOUT ROWID;
)sql",
    // `page`: which visit of a page may take the opt-out back, 0 for none.
    R"sql(
ALTER TABLE opt_outs ADD COLUMN page INTEGER NOT NULL DEFAULT 0;
CREATE TABLE undone_opt_outs (
    controller INTEGER NOT NULL,
    recipient  BLOB NOT NULL CHECK (length(recipient) = 16),
    scope      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    page       INTEGER NOT NULL,
    undone_at  INTEGER NOT NULL,
    PRIMARY KEY (controller, recipient, scope, at, page, undone_at)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE requests (
    controller INTEGER NOT NULL,
    recipient  BLOB NOT NULL CHECK (length(recipient) = 16),
    kind       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    closed_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX open_requests ON requests (controller, recipient, kind) WHERE closed_at IS NULL;
)sql",
    // SQLite 3.40 takes the columns of such a table for others when it checks the file, and calls a
    // whole one damaged, unless those of the key stand first.
    R"sql(
ALTER TABLE undone_opt_outs RENAME TO undone_with_source_inside;
CREATE TABLE undone_opt_outs (
    controller INTEGER NOT NULL,
    recipient  BLOB NOT NULL CHECK (length(recipient) = 16),
    scope      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    page       INTEGER NOT NULL,
    undone_at  INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    PRIMARY KEY (controller, recipient, scope, at, page, undone_at)
) STRICT, WITHOUT ROWID;
INSERT INTO undone_opt_outs (controller, recipient, scope, at, page, undone_at, source)
    SELECT controller, recipient, scope, at, page, undone_at, source FROM undone_with_source_inside;
DROP TABLE undone_with_source_inside;
)sql"};

constexpr const char* totals[] = {
    R"sql(
CREATE TABLE totals (
    controller INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    link       INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    verdict    INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (controller, campaign, link, kind, verdict, hour)
) STRICT, WITHOUT ROWID;
)sql",
    // In this file, because a count and how far the spool was taken must be one commit.
    R"sql(
CREATE TABLE spools (
    spool INTEGER PRIMARY KEY,
    taken INTEGER NOT NULL
) STRICT;
)sql",
    // `reason` is part of the key, so the table is made anew.
    R"sql(
ALTER TABLE totals RENAME TO totals_without_reason;
CREATE TABLE totals (
    controller INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    link       INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    verdict    INTEGER NOT NULL,
    reason     INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (controller, campaign, link, kind, verdict, reason, hour)
) STRICT, WITHOUT ROWID;
INSERT INTO totals
    SELECT controller, campaign, link, kind, verdict, 0, hour, count FROM totals_without_reason;
DROP TABLE totals_without_reason;
)sql"};

// The key is the whole event, so a batch that is written again after a fault adds nothing. No
// address, no IP address, no user agent: what is not here cannot leak.
constexpr const char* events[] = {
    R"sql(
CREATE TABLE events (
    controller INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    recipient  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    link       INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    verdict    INTEGER NOT NULL,
    PRIMARY KEY (controller, campaign, recipient, at, link, kind, verdict)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
ALTER TABLE events ADD COLUMN reason INTEGER NOT NULL DEFAULT 0;
)sql"};

// Rows are never deleted one by one: erasure blanks all but `number`, `kind`, `commitment` and
// `link`, and a month whose time is over goes as a file. `first` and `previous` tie a file to the
// one before it.
constexpr const char* decisions[] = {
    R"sql(
CREATE TABLE chain (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    first    INTEGER NOT NULL,
    previous BLOB NOT NULL CHECK (length(previous) = 32)
) STRICT;
CREATE TABLE grounds (
    id     INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    text   BLOB NOT NULL
) STRICT;
CREATE TABLE decisions (
    number     INTEGER PRIMARY KEY,
    kind       INTEGER NOT NULL,
    at         INTEGER,
    controller INTEGER,
    recipient  BLOB CHECK (recipient IS NULL OR length(recipient) = 16),
    campaign   INTEGER,
    outcome    INTEGER,
    queue_id   BLOB,
    evidence   BLOB,
    grounds    INTEGER,
    body       BLOB CHECK (body IS NULL OR length(body) = 32),
    note       TEXT,
    salt       BLOB CHECK (salt IS NULL OR length(salt) = 16),
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    link       BLOB NOT NULL CHECK (length(link) = 32)
) STRICT;
CREATE INDEX decisions_by_recipient ON decisions (recipient) WHERE recipient IS NOT NULL;
)sql"};

std::span<const char* const> steps_of(FileKind kind) {
    switch (kind) {
        case FileKind::People: return people;
        case FileKind::Campaigns: return campaigns;
        case FileKind::OptOuts: return opt_outs;
        case FileKind::Totals: return totals;
        case FileKind::Events: return events;
        case FileKind::Decisions: return decisions;
    }
    return {};
}

}  // namespace

std::int64_t current_schema(FileKind kind) {
    return static_cast<std::int64_t>(steps_of(kind).size());
}

Result<void> migrate(Database& database, FileKind kind) {
    const auto version = database.schema_version();
    if (!version) return fail(version.error());
    if (*version > current_schema(kind)) {
        return fail(
            Fault::Damaged,
            fmt::format("store: {} has schema {}, this program knows {}: it was written by a newer "
                        "candor",
                        database.file(), *version, current_schema(kind)));
    }
    const auto steps = steps_of(kind);
    for (auto step = static_cast<std::size_t>(*version); step < steps.size(); ++step) {
        auto transaction = Transaction::begin(database);
        if (!transaction) return fail(transaction.error());
        if (auto done = database.execute(steps[step]); !done) return fail(done.error());
        if (auto done = database.execute(fmt::format("PRAGMA user_version={}", step + 1)); !done) {
            return fail(done.error());
        }
        if (auto done = transaction->commit(); !done) return fail(done.error());
    }
    return {};
}

}  // namespace candor::sqlite
