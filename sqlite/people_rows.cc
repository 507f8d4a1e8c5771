// Rows to values and back. A query names its columns in the order in which they are bound and read.
#include "sqlite/people_rows.h"

#include <algorithm>
#include <string>

#include "sqlite/row_values.h"

namespace candor::sqlite {
namespace {

// One segment a line: a line break is the one byte a label cannot hold.
std::string join_segments(const std::vector<std::string>& segments) {
    std::string text;
    for (const std::string& segment : segments) text.append(segment).push_back('\n');
    return text;
}
std::vector<std::string> split_segments(std::string_view text) {
    std::vector<std::string> segments;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        segments.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return segments;
}

// Columns from `first` on, in the order of the table.
policy::Contact contact_at(const Query& query, int first) {
    return {text_at(query, first),
            static_cast<policy::RecipientClass>(query.number_at(first + 1)),
            split_segments(query.bytes_at(first + 2)),
            query.number_at(first + 3) != 0,
            text_at(query, first + 4),
            text_at(query, first + 5)};
}
policy::DomainRow domain_at(const Query& query, int first) {
    return {text_at(query, first), static_cast<policy::RecipientClass>(query.number_at(first + 1)),
            text_at(query, first + 2)};
}
policy::Consent consent_at(const Query& query, int first) {
    return {static_cast<policy::ConsentPurpose>(query.number_at(first)),
            instant_at(query, first + 1),
            optional_instant_at(query, first + 2),
            optional_instant_at(query, first + 3),
            text_at(query, first + 4),
            text_at(query, first + 5),
            text_at(query, first + 6),
            text_at(query, first + 7)};
}

Result<std::optional<policy::Contact>> read_contact(Database& people,
                                                    policy::ControllerNumber controller,
                                                    const policy::RecipientId& recipient) {
    auto query = people.query(
        "SELECT jurisdiction, class, segments, gpc, source, sealed_address FROM contacts"
        " WHERE controller = ? AND recipient = ?");
    if (!query) return fail(query.error());
    const auto row = query->number(controller).blob(recipient.bytes).next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<policy::Contact>();
    return std::optional(contact_at(*query, 0));
}

Result<std::optional<policy::DomainRow>> read_domain(Database& people,
                                                     policy::ControllerNumber controller,
                                                     std::string_view domain) {
    auto query = people.query(
        "SELECT jurisdiction, class, source FROM domains WHERE controller = ? AND domain = ?");
    if (!query) return fail(query.error());
    const auto row = query->number(controller).text(domain).next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<policy::DomainRow>();
    return std::optional(domain_at(*query, 0));
}

Result<std::vector<policy::Consent>> read_consents(Database& people,
                                                   policy::ControllerNumber controller,
                                                   const policy::RecipientId& recipient) {
    auto query = people.query(
        "SELECT purpose, given_at, expires_at, withdrawn_at, method, source, text_version, proof"
        " FROM consents WHERE controller = ? AND recipient = ? ORDER BY purpose, given_at");
    if (!query) return fail(query.error());
    query->number(controller).blob(recipient.bytes);
    return read_all(*query, [](const Query& row) { return consent_at(row, 0); });
}

/// Inserts a contact, or changes those `columns` of the one on record. A row that is the same
/// already is not written: an import that runs every night costs reading only.
std::string upsert_contact(const policy::ContactColumns& columns) {
    std::string names, values;
    const auto add = [&](bool brought, const char* name) {
        if (!brought) return;
        names.append(names.empty() ? "" : ", ").append(name);
        values.append(values.empty() ? "" : ", ").append("excluded.").append(name);
    };
    add(columns.jurisdiction, "jurisdiction");
    add(columns.recipient_class, "class");
    add(columns.segments, "segments");
    add(columns.gpc, "gpc");
    add(columns.source, "source");
    names.append(names.empty() ? "" : ", ").append("sealed_address");
    values.append(values.empty() ? "" : ", ")
        .append("iif(length(excluded.sealed_address), excluded.sealed_address, sealed_address)");
    return "INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET (" +
           names + ") = (" + values + ") WHERE (" + names + ") IS NOT (" + values + ")";
}

}  // namespace

Result<policy::Person> read_person(Database& people, policy::ControllerNumber controller,
                                   const policy::RecipientId& recipient, std::string_view domain) {
    auto contact = read_contact(people, controller, recipient);
    if (!contact) return fail(contact.error());
    auto domain_row = read_domain(people, controller, domain);
    if (!domain_row) return fail(domain_row.error());
    auto consents = read_consents(people, controller, recipient);
    if (!consents) return fail(consents.error());
    return policy::Person{*std::move(contact), *std::move(domain_row), *std::move(consents), {}};
}

Result<void> write_contacts(Database& people, std::span<const policy::ContactRow> rows,
                            const policy::ContactColumns& columns) {
    const bool sound = std::ranges::all_of(rows, [](const policy::ContactRow& row) {
        return std::ranges::none_of(row.contact.segments, [](const std::string& segment) {
            return segment.empty() || segment.find('\n') != std::string::npos;
        });
    });
    if (!sound) return fail(Fault::Malformed, "a segment is empty or holds a line break");
    const std::string upsert = upsert_contact(columns);
    return write_all(people, rows, [&](const policy::ContactRow& row) -> Result<void> {
        const policy::Contact& contact = row.contact;
        const std::string segments = join_segments(contact.segments);
        auto query = people.query(upsert);
        if (!query) return fail(query.error());
        return query->number(row.controller)
            .blob(row.recipient.bytes)
            .text(contact.jurisdiction)
            .number(static_cast<int>(contact.recipient_class))
            .text(segments)
            .number(contact.gpc ? 1 : 0)
            .text(contact.source)
            .blob(contact.sealed_address)
            .run();
    });
}

Result<void> write_domains(Database& people, std::span<const policy::DomainImport> rows) {
    if (std::ranges::any_of(rows, [](const auto& row) { return row.domain.empty(); })) {
        return fail(Fault::Malformed, "a domain row has no domain");
    }
    return write_all(people, rows, [&](const policy::DomainImport& row) -> Result<void> {
        auto query = people.query("INSERT OR REPLACE INTO domains VALUES (?, ?, ?, ?, ?)");
        if (!query) return fail(query.error());
        return query->number(row.controller)
            .text(row.domain)
            .text(row.row.jurisdiction)
            .number(static_cast<int>(row.row.recipient_class))
            .text(row.row.source)
            .run();
    });
}

Result<void> write_consents(Database& people, std::span<const policy::ConsentRow> rows) {
    // min() is NULL when one of the two is: then the one there is, so that an older export does not
    // undo a withdrawal.
    constexpr std::string_view upsert =
        "INSERT INTO consents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " expires_at = excluded.expires_at, withdrawn_at = coalesce("
        "min(excluded.withdrawn_at, withdrawn_at), excluded.withdrawn_at, withdrawn_at),"
        " method = excluded.method, source = excluded.source,"
        " text_version = excluded.text_version, proof = excluded.proof";
    return write_all(people, rows, [&](const policy::ConsentRow& row) -> Result<void> {
        const policy::Consent& consent = row.consent;
        auto query = people.query(upsert);
        if (!query) return fail(query.error());
        query->number(row.controller)
            .blob(row.recipient.bytes)
            .number(static_cast<int>(consent.purpose))
            .number(seconds_of(consent.given_at));
        bind_instant(*query, consent.expires_at);
        bind_instant(*query, consent.withdrawn_at);
        return query->text(consent.method)
            .text(consent.source)
            .text(consent.text_version)
            .text(consent.proof)
            .run();
    });
}

Result<void> erase_contact(Database& people, policy::ControllerNumber controller,
                           const policy::RecipientId& recipient) {
    auto transaction = Transaction::begin(people);
    if (!transaction) return fail(transaction.error());
    std::int64_t gone = 0;
    for (const std::string_view sql :
         {std::string_view("DELETE FROM contacts WHERE controller = ? AND recipient = ?"),
          std::string_view("DELETE FROM consents WHERE controller = ? AND recipient = ?")}) {
        auto query = people.query(sql);
        if (!query) return fail(query.error());
        if (auto done = query->number(controller).blob(recipient.bytes).run(); !done) return done;
        gone += people.changes();
    }
    if (gone == 0) return fail(Fault::Missing, "no such contact on record");
    if (auto done = transaction->commit(); !done) return done;
    // Deleted bytes stay in the file and the WAL until a checkpoint has cut the WAL.
    return people.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<std::vector<policy::ContactRow>> read_contacts_after(
    Database& people, policy::ControllerNumber controller,
    const std::optional<policy::RecipientId>& after, std::size_t limit) {
    auto query = people.query(
        "SELECT recipient, jurisdiction, class, segments, gpc, source, sealed_address FROM contacts"
        " WHERE controller = ? AND recipient > ? ORDER BY recipient LIMIT ?");
    if (!query) return fail(query.error());
    query->number(controller);
    // Every id is behind the empty one.
    query->blob(after ? std::span<const std::uint8_t>(after->bytes)
                      : std::span<const std::uint8_t>());
    query->number(static_cast<std::int64_t>(limit));
    return read_all(*query, [&](const Query& row) {
        return policy::ContactRow{controller, recipient_at(row, 0), contact_at(row, 1)};
    });
}

Result<std::vector<policy::DomainImport>> read_domains_after(
    Database& people, policy::ControllerNumber controller, const std::optional<std::string>& after,
    std::size_t limit) {
    auto query = people.query(
        "SELECT domain, jurisdiction, class, source FROM domains"
        " WHERE controller = ? AND domain > ? ORDER BY domain LIMIT ?");
    if (!query) return fail(query.error());
    // No row has the empty name, so it stands for the beginning.
    const std::string behind = after.value_or(std::string());
    query->number(controller).text(behind).number(static_cast<std::int64_t>(limit));
    return read_all(*query, [&](const Query& row) {
        return policy::DomainImport{controller, text_at(row, 0), domain_at(row, 1)};
    });
}

Result<std::vector<policy::ConsentRow>> read_consents_after(
    Database& people, policy::ControllerNumber controller,
    const std::optional<policy::ConsentPlace>& after, std::size_t limit) {
    auto query = people.query(
        "SELECT recipient, purpose, given_at, expires_at, withdrawn_at, method, source,"
        " text_version, proof FROM consents"
        " WHERE controller = ? AND (recipient, purpose, given_at) > (?, ?, ?)"
        " ORDER BY recipient, purpose, given_at LIMIT ?");
    if (!query) return fail(query.error());
    query->number(controller);
    query->blob(after ? std::span<const std::uint8_t>(after->recipient.bytes)
                      : std::span<const std::uint8_t>());
    query->number(after ? static_cast<int>(after->purpose) : 0);
    query->number(after ? seconds_of(after->given_at) : 0);
    query->number(static_cast<std::int64_t>(limit));
    return read_all(*query, [&](const Query& row) {
        return policy::ConsentRow{controller, recipient_at(row, 0), consent_at(row, 1)};
    });
}

Result<void> write_feed_run(Database& people, policy::ControllerNumber controller,
                            std::string_view feed, policy::Instant at) {
    auto query = people.query(
        "INSERT INTO feeds (controller, name, ran_at) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET ran_at = excluded.ran_at");
    if (!query) return fail(query.error());
    return query->number(controller).text(feed).number(seconds_of(at)).run();
}

Result<std::optional<policy::Instant>> read_feed_run(Database& people,
                                                     policy::ControllerNumber controller,
                                                     std::string_view feed) {
    auto query = people.query("SELECT ran_at FROM feeds WHERE controller = ? AND name = ?");
    if (!query) return fail(query.error());
    const auto row = query->number(controller).text(feed).next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<policy::Instant>();
    return std::optional(policy::Instant{std::chrono::seconds{query->number_at(0)}});
}

}  // namespace candor::sqlite
