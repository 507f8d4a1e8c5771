// Rows to values and back. A query names its columns in the order in which they are bound and read.
#include "sqlite/rows.h"

#include <algorithm>
#include <string>

namespace candor::sqlite {
namespace {

std::int64_t seconds_of(policy::Instant instant) {
    return instant.time_since_epoch().count();
}
policy::Instant instant_at(const Query& query, int column) {
    return policy::Instant{std::chrono::seconds{query.number_at(column)}};
}
std::string text_at(const Query& query, int column) {
    return std::string(query.bytes_at(column));
}

Query& bind_instant(Query& query, const std::optional<policy::Instant>& instant) {
    return instant ? query.number(seconds_of(*instant)) : query.null();
}
std::optional<policy::Instant> optional_instant_at(const Query& query, int column) {
    if (query.null_at(column)) return std::nullopt;
    return instant_at(query, column);
}

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
    return std::optional(policy::Contact{
        text_at(*query, 0), static_cast<policy::RecipientClass>(query->number_at(1)),
        split_segments(query->bytes_at(2)), query->number_at(3) != 0, text_at(*query, 4),
        text_at(*query, 5)});
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
    return std::optional(policy::DomainRow{text_at(*query, 0),
                                           static_cast<policy::RecipientClass>(query->number_at(1)),
                                           text_at(*query, 2)});
}

Result<std::vector<policy::Consent>> read_consents(Database& people,
                                                   policy::ControllerNumber controller,
                                                   const policy::RecipientId& recipient) {
    auto query = people.query(
        "SELECT purpose, given_at, expires_at, withdrawn_at, method, source, text_version, proof"
        " FROM consents WHERE controller = ? AND recipient = ? ORDER BY purpose, given_at");
    if (!query) return fail(query.error());
    query->number(controller).blob(recipient.bytes);
    std::vector<policy::Consent> consents;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return consents;
        consents.push_back({static_cast<policy::ConsentPurpose>(query->number_at(0)),
                            instant_at(*query, 1), optional_instant_at(*query, 2),
                            optional_instant_at(*query, 3), text_at(*query, 4), text_at(*query, 5),
                            text_at(*query, 6), text_at(*query, 7)});
    }
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

Result<void> write_contacts(Database& people, std::span<const policy::ContactRow> rows) {
    const bool sound = std::ranges::all_of(rows, [](const policy::ContactRow& row) {
        return std::ranges::none_of(row.contact.segments, [](const std::string& segment) {
            return segment.empty() || segment.find('\n') != std::string::npos;
        });
    });
    if (!sound) return fail(Fault::Malformed, "a segment is empty or holds a line break");
    return write_all(people, rows, [&](const policy::ContactRow& row) -> Result<void> {
        const policy::Contact& contact = row.contact;
        const std::string segments = join_segments(contact.segments);
        auto query =
            people.query("INSERT OR REPLACE INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
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
    return write_all(people, rows, [&](const policy::ConsentRow& row) -> Result<void> {
        const policy::Consent& consent = row.consent;
        auto query =
            people.query("INSERT OR REPLACE INTO consents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
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

Result<policy::OptOuts> read_opt_outs(Database& opt_outs, policy::ControllerNumber controller,
                                      const policy::RecipientId& first,
                                      const policy::RecipientId& last) {
    auto query = opt_outs.query(
        "SELECT DISTINCT scope FROM opt_outs WHERE controller = ? AND recipient BETWEEN ? AND ?");
    if (!query) return fail(query.error());
    query->number(controller).blob(first.bytes).blob(last.bytes);
    policy::OptOuts found;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return found;
        switch (static_cast<policy::OptOutScope>(query->number_at(0))) {
            case policy::OptOutScope::All: found.all = true; break;
            case policy::OptOutScope::Tracking: found.tracking = true; break;
        }
    }
}

Result<void> write_opt_outs(Database& opt_outs, std::span<const policy::OptOut> rows) {
    return write_all(opt_outs, rows, [&](const policy::OptOut& row) -> Result<void> {
        auto query =
            // Said again by anybody but the same page: then no page takes it back alone.
            opt_outs.query(
                "INSERT INTO opt_outs VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET page = 0 WHERE page <> excluded.page");
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

Result<void> erase_opt_out(Database& opt_outs, policy::ControllerNumber controller,
                           const policy::RecipientId& recipient, policy::OptOutScope scope) {
    auto query =
        opt_outs.query("DELETE FROM opt_outs WHERE controller = ? AND recipient = ? AND scope = ?");
    if (!query) return fail(query.error());
    auto done =
        query->number(controller).blob(recipient.bytes).number(static_cast<int>(scope)).run();
    if (!done) return done;
    if (opt_outs.changes() == 0) return fail(Fault::Missing, "no such opt-out on record");
    return {};
}

Result<std::vector<policy::OptOut>> list_opt_outs(Database& opt_outs,
                                                  policy::ControllerNumber controller) {
    auto query = opt_outs.query(
        "SELECT recipient, scope, at, source, page FROM opt_outs WHERE controller = ?"
        " ORDER BY recipient, scope");
    if (!query) return fail(query.error());
    query->number(controller);
    std::vector<policy::OptOut> list;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return list;
        policy::OptOut opt_out{controller,
                               {},
                               static_cast<policy::OptOutScope>(query->number_at(1)),
                               instant_at(*query, 2),
                               static_cast<policy::OptOutSource>(query->number_at(3)),
                               static_cast<std::uint64_t>(query->number_at(4))};
        const std::string_view id = query->bytes_at(0);
        std::ranges::copy(id.substr(0, opt_out.recipient.bytes.size()),
                          opt_out.recipient.bytes.begin());
        list.push_back(opt_out);
    }
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

Result<void> write_feed_run(Database& people, policy::ControllerNumber controller,
                            std::string_view feed, policy::Instant at) {
    auto query = people.query(
        "INSERT INTO feeds (controller, name, ran_at) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET ran_at = max(ran_at, excluded.ran_at)");
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

Result<std::optional<policy::CampaignId>> find_campaign(Database& campaigns,
                                                        policy::ControllerNumber controller,
                                                        std::string_view name) {
    auto query = campaigns.query("SELECT id FROM campaigns WHERE controller = ? AND name = ?");
    if (!query) return fail(query.error());
    const auto row = query->number(controller).blob(name).next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<policy::CampaignId>();
    return std::optional(static_cast<policy::CampaignId>(query->number_at(0)));
}

Result<policy::CampaignId> add_campaign(Database& campaigns, policy::ControllerNumber controller,
                                        std::string_view name, policy::Instant now) {
    // Another thread may have been quicker; an id is not spent on a name that has one.
    auto known = find_campaign(campaigns, controller, name);
    if (!known) return fail(known.error());
    if (*known) return **known;
    auto query =
        campaigns.query("INSERT INTO campaigns (controller, name, first_seen) VALUES (?, ?, ?)");
    if (!query) return fail(query.error());
    auto done = query->number(controller).blob(name).number(seconds_of(now)).run();
    if (!done) return fail(done.error());
    return static_cast<policy::CampaignId>(campaigns.last_row_id());
}

}  // namespace candor::sqlite
