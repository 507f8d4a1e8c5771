// JSON in both directions. Bytes that need not be text travel as base64url.
#include "sqlite/messages.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "policy/base64url.h"

namespace candor::sqlite {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<Fault, std::string_view>, 5> fault_words{{
    {Fault::Malformed, "malformed"},
    {Fault::Missing, "missing"},
    {Fault::OverLimit, "over_limit"},
    {Fault::Unavailable, "unavailable"},
    {Fault::Broken, "broken"},
}};

json seconds(policy::Instant instant) {
    return instant.time_since_epoch().count();
}
json seconds(const std::optional<policy::Instant>& instant) {
    return instant ? seconds(*instant) : json(nullptr);
}
policy::Instant instant_of(const json& value) {
    return policy::Instant{std::chrono::seconds{value.get<std::int64_t>()}};
}
std::optional<policy::Instant> optional_instant_of(const json& value) {
    if (value.is_null()) return std::nullopt;
    return instant_of(value);
}

/// Thrown inside answer() only, like nlohmann's own for a member that is missing or of another
/// type.
struct BadRequest {};

std::string bytes_of(const json& value) {
    auto bytes = policy::from_base64url(value.get_ref<const std::string&>());
    if (!bytes) throw BadRequest();
    return *std::move(bytes);
}
policy::RecipientId id_of(const json& value) {
    auto id = policy::RecipientId::from_hex(value.get_ref<const std::string&>());
    if (!id) throw BadRequest();
    return *id;
}
template <class Enum>
Enum enum_of(const json& value, int first, int last) {
    const auto number = value.get<int>();
    if (number < first || number > last) throw BadRequest();
    return static_cast<Enum>(number);
}
policy::ControllerNumber controller_of(const json& value) {
    return static_cast<policy::ControllerNumber>(enum_of<int>(value, 0, 65535));
}

policy::ContactRow contact_row(const json& row) {
    return {controller_of(row.at("controller")),
            id_of(row.at("recipient")),
            {row.at("jurisdiction").get<std::string>(),
             enum_of<policy::RecipientClass>(row.at("class"), 0, 2),
             row.at("segments").get<std::vector<std::string>>(), row.at("gpc").get<bool>(),
             row.at("source").get<std::string>(), bytes_of(row.at("sealed_address"))}};
}
policy::DomainImport domain_row(const json& row) {
    return {controller_of(row.at("controller")),
            row.at("domain").get<std::string>(),
            {row.at("jurisdiction").get<std::string>(),
             enum_of<policy::RecipientClass>(row.at("class"), 0, 2),
             row.at("source").get<std::string>()}};
}
policy::ConsentRow consent_row(const json& row) {
    return {
        controller_of(row.at("controller")),
        id_of(row.at("recipient")),
        {enum_of<policy::ConsentPurpose>(row.at("purpose"), 1, 3), instant_of(row.at("given_at")),
         optional_instant_of(row.at("expires_at")), optional_instant_of(row.at("withdrawn_at")),
         row.at("method").get<std::string>(), row.at("source").get<std::string>(),
         row.at("text_version").get<std::string>(), row.at("proof").get<std::string>()}};
}

template <class Row>
std::vector<Row> rows_of(const json& request, Row (*row_of)(const json&)) {
    std::vector<Row> rows;
    for (const json& row : request.at("rows")) rows.push_back(row_of(row));
    return rows;
}

/// A text that is no UTF-8 arrives with U+FFFD in it: labels and references are text.
std::string line_of(const json& request) {
    return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<policy::CampaignId> carry_out(policy::Store& store, const json& request) {
    const auto nothing_more = [](const Result<void>& done) -> Result<policy::CampaignId> {
        if (!done) return fail(done.error());
        return 0;
    };
    const auto& what = request.at("ask").get_ref<const std::string&>();
    if (what == "put_contacts") {
        return nothing_more(store.put_contacts(rows_of(request, contact_row)));
    }
    if (what == "put_domains") return nothing_more(store.put_domains(rows_of(request, domain_row)));
    if (what == "put_consents") {
        return nothing_more(store.put_consents(rows_of(request, consent_row)));
    }
    const auto controller = controller_of(request.at("controller"));
    if (what == "delete_contact") {
        return nothing_more(store.delete_contact(controller, id_of(request.at("recipient"))));
    }
    if (what == "remove_opt_out") {
        return nothing_more(
            store.remove_opt_out(controller, id_of(request.at("recipient")),
                                 enum_of<policy::OptOutScope>(request.at("scope"), 1, 2)));
    }
    if (what == "record_duty") {
        return nothing_more(store.record_duty(controller,
                                              enum_of<policy::Duty>(request.at("duty"), 1, 3),
                                              instant_of(request.at("done_at"))));
    }
    if (what == "close_request") {
        return nothing_more(store.close_request(
            controller, id_of(request.at("recipient")),
            enum_of<policy::RequestKind>(request.at("kind"), 1, 2), instant_of(request.at("now"))));
    }
    if (what == "record_feed_run") {
        return nothing_more(store.record_feed_run(controller, bytes_of(request.at("feed")),
                                                  instant_of(request.at("at"))));
    }
    if (what == "erase_decisions") {
        const auto erased = store.erase_decisions(controller, id_of(request.at("recipient")),
                                                  instant_of(request.at("now")));
        if (!erased) return fail(erased.error());
        return static_cast<policy::CampaignId>(*erased);
    }
    if (what == "campaign") {
        return store.campaign(controller, bytes_of(request.at("name")),
                              instant_of(request.at("now")));
    }
    throw BadRequest();
}

}  // namespace

std::string ask_put_contacts(std::span<const policy::ContactRow> rows) {
    json list = json::array();
    for (const auto& row : rows) {
        list.push_back({{"controller", row.controller},
                        {"recipient", row.recipient.hex()},
                        {"jurisdiction", row.contact.jurisdiction},
                        {"class", static_cast<int>(row.contact.recipient_class)},
                        {"segments", row.contact.segments},
                        {"gpc", row.contact.gpc},
                        {"source", row.contact.source},
                        {"sealed_address", policy::to_base64url(row.contact.sealed_address)}});
    }
    return line_of({{"ask", "put_contacts"}, {"rows", std::move(list)}});
}

std::string ask_put_domains(std::span<const policy::DomainImport> rows) {
    json list = json::array();
    for (const auto& row : rows) {
        list.push_back({{"controller", row.controller},
                        {"domain", row.domain},
                        {"jurisdiction", row.row.jurisdiction},
                        {"class", static_cast<int>(row.row.recipient_class)},
                        {"source", row.row.source}});
    }
    return line_of({{"ask", "put_domains"}, {"rows", std::move(list)}});
}

std::string ask_put_consents(std::span<const policy::ConsentRow> rows) {
    json list = json::array();
    for (const auto& row : rows) {
        const policy::Consent& consent = row.consent;
        list.push_back({{"controller", row.controller},
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
    return line_of({{"ask", "put_consents"}, {"rows", std::move(list)}});
}

std::string ask_delete_contact(policy::ControllerNumber controller,
                               const policy::RecipientId& recipient) {
    return line_of(
        {{"ask", "delete_contact"}, {"controller", controller}, {"recipient", recipient.hex()}});
}

std::string ask_remove_opt_out(policy::ControllerNumber controller,
                               const policy::RecipientId& recipient, policy::OptOutScope scope) {
    return line_of({{"ask", "remove_opt_out"},
                    {"controller", controller},
                    {"recipient", recipient.hex()},
                    {"scope", static_cast<int>(scope)}});
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

std::string answer(policy::Store& store, std::string_view line) {
    Result<policy::CampaignId> done = fail(Fault::Malformed, "not a request");
    try {
        done = carry_out(store, json::parse(line));
    } catch (const json::exception&) {
        done = fail(Fault::Malformed, "not a request");
    } catch (const BadRequest&) {
        done = fail(Fault::Malformed, "not a request");
    }
    if (done) return line_of({{"ok", true}, {"campaign", *done}});
    std::string_view word = "broken";
    for (const auto& [fault, its_word] : fault_words) {
        if (fault == done.error().fault) word = its_word;
    }
    return line_of({{"ok", false}, {"fault", word}, {"message", done.error().message}});
}

Result<policy::CampaignId> read_answer(std::string_view line) {
    const json parsed = json::parse(line, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("ok")) {
        return fail(Fault::Broken, "store: the writer's answer is no answer");
    }
    if (parsed.value("ok", false)) return parsed.value("campaign", policy::CampaignId{0});
    Fault its_fault = Fault::Broken;
    for (const auto& [fault, word] : fault_words) {
        if (word == parsed.value("fault", std::string())) its_fault = fault;
    }
    return fail(its_fault, parsed.value("message", std::string("store: the writer refused")));
}

}  // namespace candor::sqlite
