// A row becomes an object, a list of rows a list of objects.
#include "cli/person_file.h"

#include <nlohmann/json.hpp>

#include "cli/decision_json.h"
#include "cli/people_words.h"
#include "policy/people/recipient_id.h"

namespace candor::cli {
namespace {

// Ordered: a person reads it from the top.
using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}
Json moment(const std::optional<policy::Instant>& instant) {
    return text_or_null(to_text(instant));
}

Json contact_of(const PersonRecords& records) {
    if (!records.person.contact) return nullptr;
    const policy::Contact& contact = *records.person.contact;
    return {{"address", text_or_null(records.kept_address)},
            {"jurisdiction", text_or_null(contact.jurisdiction)},
            {"class", to_word(contact.recipient_class)},
            {"segments", contact.segments},
            {"gpc", contact.gpc},
            {"source", text_or_null(contact.source)}};
}

Json domain_row_of(const PersonRecords& records) {
    if (!records.person.domain) return nullptr;
    const policy::DomainRow& row = *records.person.domain;
    return {{"domain", policy::domain_of(records.address)},
            {"jurisdiction", text_or_null(row.jurisdiction)},
            {"class", to_word(row.recipient_class)},
            {"source", text_or_null(row.source)}};
}

Json object_of(const policy::Consent& consent) {
    return {{"purpose", to_word(consent.purpose)},
            {"given_at", moment(consent.given_at)},
            {"expires_at", moment(consent.expires_at)},
            {"withdrawn_at", moment(consent.withdrawn_at)},
            {"method", text_or_null(consent.method)},
            {"source", text_or_null(consent.source)},
            {"text_version", text_or_null(consent.text_version)},
            {"proof", text_or_null(consent.proof)}};
}

Json object_of(const policy::OptOut& opt_out) {
    return {{"scope", to_word(opt_out.scope)},
            {"at", moment(opt_out.at)},
            {"source", to_word(opt_out.source)}};
}

Json object_of(const policy::UndoneOptOut& undone) {
    Json object = object_of(undone.opt_out);
    object["taken_back_at"] = moment(undone.undone_at);
    return object;
}

Json object_of(const policy::DataRequest& request) {
    return {{"kind", to_word(request.kind)},
            {"at", moment(request.at)},
            {"closed_at", moment(request.closed_at)}};
}

Json object_of(const policy::Event& event) {
    // The file goes with the first moment of the day after its last.
    const policy::Day gone_on = policy::last_day_of(event.sent_on, event.retention) + 1;
    return {{"kind", to_word(event.kind)},
            {"at", moment(event.at)},
            {"campaign", event.campaign},
            {"link", event.link},
            {"verdict", to_word(event.verdict)},
            {"reason", to_word(event.reason)},
            {"kept_until", moment(policy::start_of(gone_on))}};
}

Json object_of(const policy::KeptDecision& kept) {
    return Json::parse(decision_as_json(kept));
}

template <class Row>
Json list_of(const std::vector<Row>& rows) {
    Json list = Json::array();
    for (const Row& row : rows) list.push_back(object_of(row));
    return list;
}

Json silenced_by(const policy::OptOuts& opt_outs) {
    return {{"clicks", moment(opt_outs.no_clicks_until)},
            {"openings", moment(opt_outs.no_opens_until)},
            {"erased", moment(opt_outs.erased_until)}};
}

/// GDPR, Article 15(1)(c) and (d), as far as the configuration knows it.
Json handling_of(const policy::Controller& controller, const policy::DecisionSettings& decisions) {
    const int days = controller.retention_days;
    return {{"events_kept_days", days == 0 ? Json(nullptr) : Json(days)},
            {"decisions_kept_months", decisions.retention_months},
            {"processors", controller.processors},
            {"privacy_notice_url", text_or_null(controller.privacy_notice_url)}};
}

}  // namespace

std::string person_file(const PersonRecords& records, const policy::Controller& controller,
                        const policy::DecisionSettings& decisions, policy::Instant now) {
    const Json file{{"made_at", moment(now)},
                    {"controller", controller.name},
                    {"address", records.address},
                    {"recipient_id", records.recipient.hex()},
                    {"contact", contact_of(records)},
                    {"domain", domain_row_of(records)},
                    {"consents", list_of(records.person.consents)},
                    {"opt_outs", list_of(records.opt_outs)},
                    {"opt_outs_taken_back", list_of(records.undone_opt_outs)},
                    {"silenced_until", silenced_by(records.person.opt_outs)},
                    {"requests", list_of(records.requests)},
                    {"events", list_of(records.events)},
                    {"decisions", list_of(records.decisions)},
                    {"handling", handling_of(controller, decisions)}};
    return file.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace candor::cli
