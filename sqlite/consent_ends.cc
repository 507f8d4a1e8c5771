// Which consents end by a change that has not been made yet.
#include "sqlite/consent_ends.h"

#include "sqlite/row_values.h"

namespace candor::sqlite {

Result<std::vector<policy::OptOut>> ended_by_news(Database& people,
                                                  std::span<const policy::ConsentRow> rows,
                                                  policy::Instant now) {
    std::vector<policy::OptOut> ended;
    for (const policy::ConsentRow& row : rows) {
        const auto scope = policy::ended_by(row.consent.purpose);
        if (!scope || !row.consent.withdrawn_at) continue;
        auto query = people.query(
            "SELECT 1 FROM consents WHERE controller = ? AND recipient = ? AND purpose = ?"
            " AND given_at = ? AND withdrawn_at IS NOT NULL");
        if (!query) return fail(query.error());
        const auto known = query->number(row.controller)
                               .blob(row.recipient.bytes)
                               .number(static_cast<int>(row.consent.purpose))
                               .number(seconds_of(row.consent.given_at))
                               .next();
        if (!known) return fail(known.error());
        if (!*known) {
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
