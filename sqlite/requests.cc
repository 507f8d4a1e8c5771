// The asking side. Rows are appended as text one by one: as JSON values they would need ten times
// their size.
#include "sqlite/requests.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "policy/tokens/base64url.h"

namespace candor::sqlite {
namespace {

using nlohmann::json;

json seconds(policy::Instant instant) {
    return instant.time_since_epoch().count();
}
json seconds(const std::optional<policy::Instant>& instant) {
    return instant ? seconds(*instant) : json(nullptr);
}

/// A text that is no UTF-8 arrives with U+FFFD in it: labels and references are text.
std::string line_of(const json& request) {
    return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

void add_row(std::string& list, const json& row) {
    if (!list.empty()) list += ',';
    list += line_of(row);
}

/// `head` and then the rows: who reads knows what they are before they come.
std::string with_rows(const json& head, const std::string& list) {
    std::string line = line_of(head);
    line.back() = ',';
    return line.append("\"rows\":[").append(list).append("]}");
}

}  // namespace

std::string ask_put_contacts(std::span<const policy::ContactRow> rows,
                             const policy::ContactColumns& columns) {
    std::string list;
    for (const auto& row : rows) {
        add_row(list, {{"controller", row.controller},
                       {"recipient", row.recipient.hex()},
                       {"jurisdiction", row.contact.jurisdiction},
                       {"class", static_cast<int>(row.contact.recipient_class)},
                       {"segments", row.contact.segments},
                       {"gpc", row.contact.gpc},
                       {"source", row.contact.source},
                       {"sealed_address", policy::to_base64url(row.contact.sealed_address)}});
    }
    return with_rows({{"ask", "put_contacts"},
                      {"columns",
                       {{"jurisdiction", columns.jurisdiction},
                        {"class", columns.recipient_class},
                        {"segments", columns.segments},
                        {"gpc", columns.gpc},
                        {"source", columns.source}}}},
                     list);
}

std::string ask_put_domains(std::span<const policy::DomainImport> rows) {
    std::string list;
    for (const auto& row : rows) {
        add_row(list, {{"controller", row.controller},
                       {"domain", row.domain},
                       {"jurisdiction", row.row.jurisdiction},
                       {"class", static_cast<int>(row.row.recipient_class)},
                       {"source", row.row.source}});
    }
    return with_rows({{"ask", "put_domains"}}, list);
}

std::string ask_put_consents(std::span<const policy::ConsentRow> rows, policy::Instant now) {
    std::string list;
    for (const auto& row : rows) {
        const policy::Consent& consent = row.consent;
        add_row(list, {{"controller", row.controller},
                       {"recipient", row.recipient.hex()},
                       {"purpose", static_cast<int>(consent.purpose)},
                       {"given_at", seconds(consent.given_at)},
                       {"expires_at", seconds(consent.expires_at)},
                       {"withdrawn_at", seconds(consent.withdrawn_at)},
                       {"method", consent.method},
                       {"source", consent.source},
                       {"text_version", consent.text_version},
                       {"proof", consent.proof}});
    }
    return with_rows({{"ask", "put_consents"}, {"now", seconds(now)}}, list);
}

std::string ask_delete_contact(policy::ControllerNumber controller,
                               const policy::RecipientId& recipient, policy::Instant now) {
    return line_of({{"ask", "delete_contact"},
                    {"controller", controller},
                    {"recipient", recipient.hex()},
                    {"now", seconds(now)}});
}

std::string ask_add_opt_outs(std::span<const policy::OptOut> opt_outs) {
    std::string list;
    for (const auto& one : opt_outs) {
        add_row(list, {{"controller", one.controller},
                       {"recipient", one.recipient.hex()},
                       {"scope", static_cast<int>(one.scope)},
                       {"at", seconds(one.at)},
                       {"source", static_cast<int>(one.source)}});
    }
    return with_rows({{"ask", "add_opt_outs"}}, list);
}

std::string ask_remove_opt_out(policy::ControllerNumber controller,
                               const policy::RecipientId& recipient, policy::OptOutScope scope,
                               policy::Instant now) {
    return line_of({{"ask", "remove_opt_out"},
                    {"controller", controller},
                    {"recipient", recipient.hex()},
                    {"scope", static_cast<int>(scope)},
                    {"now", seconds(now)}});
}

std::string ask_record_duty(policy::ControllerNumber controller, policy::Duty duty,
                            policy::Instant done_at) {
    return line_of({{"ask", "record_duty"},
                    {"controller", controller},
                    {"duty", static_cast<int>(duty)},
                    {"done_at", seconds(done_at)}});
}

std::string ask_close_request(policy::ControllerNumber controller,
                              const policy::RecipientId& recipient, policy::RequestKind kind,
                              policy::Instant now) {
    return line_of({{"ask", "close_request"},
                    {"controller", controller},
                    {"recipient", recipient.hex()},
                    {"kind", static_cast<int>(kind)},
                    {"now", seconds(now)}});
}

std::string ask_record_feed_run(policy::ControllerNumber controller, std::string_view feed,
                                policy::Instant at) {
    return line_of({{"ask", "record_feed_run"},
                    {"controller", controller},
                    {"feed", policy::to_base64url(feed)},
                    {"at", seconds(at)}});
}

std::string ask_campaign(policy::ControllerNumber controller, std::string_view name,
                         policy::Instant now) {
    return line_of({{"ask", "campaign"},
                    {"controller", controller},
                    {"name", policy::to_base64url(name)},
                    {"now", seconds(now)}});
}

std::string ask_erase_decisions(policy::ControllerNumber controller,
                                const policy::RecipientId& recipient, policy::Instant now) {
    return line_of({{"ask", "erase_decisions"},
                    {"controller", controller},
                    {"recipient", recipient.hex()},
                    {"now", seconds(now)}});
}

std::string ask_erase_events(policy::ControllerNumber controller,
                             const policy::RecipientId& recipient, policy::Instant now) {
    return line_of({{"ask", "erase_events"},
                    {"controller", controller},
                    {"recipient", recipient.hex()},
                    {"now", seconds(now)}});
}

}  // namespace candor::sqlite
