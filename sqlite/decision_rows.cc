// Texts of a message are kept as bytes: a queue id is whatever the MTA calls it.
#include "sqlite/decision_rows.h"

#include <algorithm>
#include <array>

#include "sqlite/row_values.h"

namespace candor::sqlite {
namespace {

template <std::size_t size>
std::array<std::uint8_t, size> array_of(std::string_view bytes) {
    std::array<std::uint8_t, size> out{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), size), out.begin());
    return out;
}

std::string_view view_of(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Of the columns at, controller, recipient, campaign, outcome, queue_id, evidence, body from
/// `column` on.
policy::DecisionRecord record_at(const Query& query, int column) {
    policy::DecisionRecord record;
    record.at = instant_at(query, column);
    record.controller = static_cast<policy::ControllerNumber>(query.number_at(column + 1));
    record.recipient.bytes = array_of<16>(query.bytes_at(column + 2));
    record.campaign = static_cast<policy::CampaignId>(query.number_at(column + 3));
    record.outcome = static_cast<policy::DecisionOutcome>(query.number_at(column + 4));
    record.queue_id = query.bytes_at(column + 5);
    record.evidence = query.bytes_at(column + 6);
    if (!query.null_at(column + 7)) {
        const std::string_view body = query.bytes_at(column + 7);
        record.body =
            policy::BodyDigest{array_of<16>(body.substr(0, 16)), array_of<16>(body.substr(16))};
    }
    return record;
}

Query& bind_sealed(Query& query, const Sealed& sealed) {
    return query.blob(sealed.salt).blob(sealed.commitment).blob(sealed.link);
}

/// How many of the columns that erasure blanks hold something, of at .. body, note, salt.
constexpr std::string_view filled_columns =
    "(at IS NOT NULL) + (controller IS NOT NULL) + (recipient IS NOT NULL) +"
    " (campaign IS NOT NULL) + (outcome IS NOT NULL) + (queue_id IS NOT NULL) +"
    " (evidence IS NOT NULL) + (decisions.grounds IS NOT NULL) + (body IS NOT NULL) +"
    " (note IS NOT NULL) + (salt IS NOT NULL)";

AuditedRow audited_row(const Query& query) {
    AuditedRow row;
    row.number = static_cast<std::uint64_t>(query.number_at(0));
    row.kind = static_cast<policy::AuditKind>(query.number_at(1));
    row.commitment = array_of<32>(query.bytes_at(2));
    row.link = array_of<32>(query.bytes_at(3));
    const std::int64_t filled = query.number_at(4);
    row.blank = filled == 0;
    if (row.blank) return row;
    row.salt = array_of<16>(query.bytes_at(5));
    row.note = query.bytes_at(6);
    const bool decision = row.kind == policy::AuditKind::Decision;
    // A decision has every field but the note, and a body only where one left; a note has three.
    const std::int64_t whole = decision ? (query.null_at(15) ? 9 : 10) : 3;
    row.partial = filled != whole || query.null_at(5) || query.null_at(8) ||
                  query.null_at(6) != decision || query.null_at(7) == decision;
    if (row.partial) return row;
    row.fields =
        decision ? policy::audited_fields(record_at(query, 8), policy::sha256(query.bytes_at(7)))
                 : policy::audited_fields(row.kind, instant_at(query, 8), row.note);
    return row;
}

}  // namespace

Result<std::optional<ChainStart>> read_chain_start(Database& database) {
    auto query = database.query("SELECT first, previous FROM chain");
    if (!query) return fail(query.error());
    const auto row = query->next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<ChainStart>();
    return std::optional(ChainStart{static_cast<std::uint64_t>(query->number_at(0)),
                                    array_of<32>(query->bytes_at(1))});
}

Result<void> write_chain_start(Database& database, const ChainStart& start) {
    auto query = database.query("INSERT INTO chain VALUES (1, ?, ?)");
    if (!query) return fail(query.error());
    return query->number(static_cast<std::int64_t>(start.first)).blob(start.previous).run();
}

Result<policy::DecisionHead> read_head(Database& database) {
    auto query = database.query("SELECT number, link FROM decisions ORDER BY number DESC LIMIT 1");
    if (!query) return fail(query.error());
    const auto row = query->next();
    if (!row) return fail(row.error());
    if (*row) {
        return policy::DecisionHead{static_cast<std::uint64_t>(query->number_at(0)),
                                    array_of<32>(query->bytes_at(1))};
    }
    const auto start = read_chain_start(database);
    if (!start) return fail(start.error());
    if (!*start) return policy::DecisionHead{};
    return policy::DecisionHead{(*start)->first - 1, (*start)->previous};
}

Result<std::optional<policy::Instant>> newest_row_until(Database& database, policy::Instant until) {
    auto query = database.query("SELECT max(at) FROM decisions WHERE at <= ?");
    if (!query) return fail(query.error());
    const auto row = query->number(seconds_of(until)).next();
    if (!row) return fail(row.error());
    if (!*row || query->null_at(0)) return std::optional<policy::Instant>();
    return std::optional(instant_at(*query, 0));
}

Result<void> write_decision(Database& database, const policy::DecisionRecord& record,
                            std::int64_t grounds, const Sealed& sealed) {
    auto query = database.query(
        "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)");
    if (!query) return fail(query.error());
    std::string body;
    if (record.body) {
        body = std::string{view_of(record.body->nonce)} + std::string{view_of(record.body->tag)};
    }
    query->number(static_cast<std::int64_t>(sealed.number))
        .number(static_cast<int>(policy::AuditKind::Decision))
        .number(seconds_of(record.at))
        .number(record.controller)
        .blob(record.recipient.bytes)
        .number(record.campaign)
        .number(static_cast<int>(record.outcome))
        .blob(record.queue_id)
        .blob(record.evidence)
        .number(grounds);
    if (record.body) {
        query->blob(body);
    } else {
        query->null();
    }
    return bind_sealed(*query, sealed).run();
}

Result<void> write_note(Database& database, policy::AuditKind kind, policy::Instant at,
                        std::string_view note, const Sealed& sealed) {
    auto query = database.query(
        "INSERT INTO decisions (number, kind, at, note, salt, commitment, link)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (!query) return fail(query.error());
    query->number(static_cast<std::int64_t>(sealed.number))
        .number(static_cast<int>(kind))
        .number(seconds_of(at))
        .text(note);
    return bind_sealed(*query, sealed).run();
}

Result<std::int64_t> grounds_id(Database& database, std::string_view text,
                                const policy::Sha256& digest) {
    {
        auto query = database.query("SELECT id FROM grounds WHERE digest = ?");
        if (!query) return fail(query.error());
        const auto row = query->blob(digest).next();
        if (!row) return fail(row.error());
        if (*row) return query->number_at(0);
    }
    auto query = database.query("INSERT INTO grounds (digest, text) VALUES (?, ?)");
    if (!query) return fail(query.error());
    if (auto done = query->blob(digest).blob(text).run(); !done) return fail(done.error());
    return database.last_row_id();
}

Result<std::vector<policy::KeptDecision>> read_decisions(Database& database,
                                                         const policy::DecisionQuery& asked) {
    // A condition for each thing asked about, and one that always holds for the others.
    std::string sql =
        "SELECT number, at, controller, recipient, campaign, outcome, queue_id,"
        " evidence, body, text FROM decisions JOIN grounds ON grounds.id ="
        " decisions.grounds WHERE kind = 1";
    if (asked.controller) sql += " AND controller = ?";
    if (asked.recipient) sql += " AND recipient = ?";
    if (asked.campaign) sql += " AND campaign = ?";
    if (!asked.queue_id.empty()) sql += " AND queue_id = ?";
    if (asked.since) sql += " AND at >= ?";
    if (asked.until) sql += " AND at <= ?";
    sql += " ORDER BY number DESC LIMIT ?";
    auto query = database.query(sql);
    if (!query) return fail(query.error());
    if (asked.controller) query->number(*asked.controller);
    if (asked.recipient) query->blob(asked.recipient->bytes);
    if (asked.campaign) query->number(*asked.campaign);
    if (!asked.queue_id.empty()) query->blob(asked.queue_id);
    if (asked.since) query->number(seconds_of(*asked.since));
    if (asked.until) query->number(seconds_of(*asked.until));
    query->number(static_cast<std::int64_t>(asked.limit));

    std::vector<policy::KeptDecision> found;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) break;
        policy::KeptDecision kept{static_cast<std::uint64_t>(query->number_at(0)),
                                  record_at(*query, 1)};
        kept.record.grounds = std::make_shared<const std::string>(query->bytes_at(9));
        found.push_back(std::move(kept));
    }
    std::ranges::reverse(found);
    return found;
}

Result<std::vector<std::uint64_t>> numbers_of(Database& database,
                                              policy::ControllerNumber controller,
                                              const policy::RecipientId& recipient) {
    auto query = database.query(
        "SELECT number FROM decisions WHERE recipient = ? AND controller = ? ORDER BY number");
    if (!query) return fail(query.error());
    query->blob(recipient.bytes).number(controller);
    std::vector<std::uint64_t> numbers;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return numbers;
        numbers.push_back(static_cast<std::uint64_t>(query->number_at(0)));
    }
}

Result<void> blank_rows(Database& database, policy::ControllerNumber controller,
                        const policy::RecipientId& recipient) {
    {
        auto query = database.query(
            "UPDATE decisions SET at = NULL, controller = NULL, recipient = NULL, campaign = NULL,"
            " outcome = NULL, queue_id = NULL, evidence = NULL, grounds = NULL, body = NULL,"
            " salt = NULL WHERE recipient = ? AND controller = ?");
        if (!query) return fail(query.error());
        if (auto done = query->blob(recipient.bytes).number(controller).run(); !done) return done;
    }
    // Overwritten bytes stay in the file and the WAL until a checkpoint has cut the WAL.
    return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> read_chain(Database& database, const std::function<void(const AuditedRow&)>& take) {
    const std::string sql =
        "SELECT number, kind, commitment, link, " + std::string{filled_columns} +
        ", salt, note, text, at, controller, recipient, campaign, outcome, queue_id, evidence,"
        " body FROM decisions LEFT JOIN grounds ON grounds.id = decisions.grounds ORDER BY number";
    auto query = database.query(sql);
    if (!query) return fail(query.error());
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return {};
        take(audited_row(*query));
    }
}

}  // namespace candor::sqlite
