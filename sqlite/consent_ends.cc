// Which consents end by a change that has not been made yet.
#include "sqlite/consent_ends.h"

#include <optional>

#include "sqlite/row_values.h"

namespace candor::sqlite {
namespace {

struct Ends {
    std::optional<policy::Instant> withdrawn_at, expires_at;
};

/// Of the consent on record for which `row` would be written; nothing where there is none.
Result<std::optional<Ends>> read_ends(Database& people, const policy::ConsentRow& row) {
    auto query = people.query(
        "SELECT withdrawn_at, expires_at FROM consents WHERE controller = ? AND recipient = ?"
        " AND purpose = ? AND given_at = ?");
    if (!query) return fail(query.error());
    const auto found = query->number(row.controller)
                           .blob(row.recipient.bytes)
                           .number(static_cast<int>(row.consent.purpose))
                           .number(seconds_of(row.consent.given_at))
                           .next();
    if (!found) return fail(found.error());
    if (!*found) return std::optional<Ends>();
    return std::optional(Ends{optional_instant_at(*query, 0), optional_instant_at(*query, 1)});
}

}  // namespace

Result<std::vector<policy::OptOut>> ended_by_news(Database& people,
                                                  std::span<const policy::ConsentRow> rows,
                                                  policy::Instant now) {
    std::vector<policy::OptOut> ended;
    for (const policy::ConsentRow& row : rows) {
        const policy::Consent& consent = row.consent;
        const auto scope = policy::ended_by(consent.purpose);
        if (!scope || (!consent.withdrawn_at && !consent.expires_at)) continue;
        const auto known = read_ends(people, row);
        if (!known) return fail(known.error());
        const bool withdrawn = consent.withdrawn_at && (!*known || !(*known)->withdrawn_at);
        if (withdrawn ||
            (*known && policy::ends_earlier(consent.expires_at, (*known)->expires_at))) {
            ended.push_back({row.controller, row.recipient, *scope, now + policy::still_under_way});
        }
    }
    return ended;
}

Result<std::vector<policy::OptOut>> ended_by_deletion(Database& people,
                                                      policy::ControllerNumber controller,
                                                      const policy::RecipientId& recipient,
                                                      policy::Instant now) {
    auto query = people.query(
        "SELECT DISTINCT purpose FROM consents WHERE controller = ? AND recipient = ?");
    if (!query) return fail(query.error());
    query->number(controller).blob(recipient.bytes);
    std::vector<policy::OptOut> ended;
    for (;;) {
        const auto row = query->next();
        if (!row) return fail(row.error());
        if (!*row) return ended;
        const auto scope =
            policy::ended_by(static_cast<policy::ConsentPurpose>(query->number_at(0)));
        if (scope) ended.push_back({controller, recipient, *scope, now + policy::still_under_way});
    }
}

}  // namespace candor::sqlite
