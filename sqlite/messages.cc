// The writer's side: a request becomes calls of the store. Bytes that need not be text travel as
// base64url.
#include "sqlite/messages.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "policy/tokens/base64url.h"

namespace candor::sqlite {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<Fault, std::string_view>, 6> fault_words{{
    {Fault::Malformed, "malformed"},
    {Fault::Missing, "missing"},
    {Fault::OverLimit, "over_limit"},
    {Fault::Unavailable, "unavailable"},
    {Fault::Damaged, "damaged"},
    {Fault::Broken, "broken"},
}};

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

policy::OptOut opt_out(const json& row) {
    return {controller_of(row.at("controller")), id_of(row.at("recipient")),
            enum_of<policy::OptOutScope>(row.at("scope"), 1, 5), instant_of(row.at("at")),
            enum_of<policy::OptOutSource>(row.at("source"), 1, 5)};
}

policy::ContactColumns columns_of(const json& request) {
    const json& columns = request.at("columns");
    return {columns.at("jurisdiction").get<bool>(), columns.at("class").get<bool>(),
            columns.at("segments").get<bool>(), columns.at("gpc").get<bool>(),
            columns.at("source").get<bool>()};
}

/// A request whose rows were taken out while it was parsed: as JSON they would need ten times their
/// size.
struct Request {
    json rest;
    std::vector<policy::ContactRow> contacts;
    std::vector<policy::DomainImport> domains;
    std::vector<policy::ConsentRow> consents;
    std::vector<policy::OptOut> opt_outs;

    void take_row(const std::string& ask, const json& row) {
        if (ask == "put_contacts") {
            contacts.push_back(contact_row(row));
        } else if (ask == "put_domains") {
            domains.push_back(domain_row(row));
        } else if (ask == "put_consents") {
            consents.push_back(consent_row(row));
        } else if (ask == "add_opt_outs") {
            opt_outs.push_back(opt_out(row));
        } else {
            throw BadRequest();  // `ask` stands before `rows`
        }
    }
};

Request parsed(std::string_view line) {
    Request request;
    std::string ask, key;
    request.rest = json::parse(line, [&](int depth, json::parse_event_t event, json& value) {
        constexpr int member = 1, row = 2;
        if (depth == member && event == json::parse_event_t::key) {
            key = value.get_ref<const std::string&>();
        }
        if (depth == member && event == json::parse_event_t::value && key == "ask") {
            ask = value.get_ref<const std::string&>();
        }
        if (depth != row || event != json::parse_event_t::object_end || key != "rows") return true;
        request.take_row(ask, value);
        return false;
    });
    return request;
}

/// A text that is no UTF-8 arrives with U+FFFD in it: labels and references are text.
std::string line_of(const json& request) {
    return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<AnswerNumber> carry_out(policy::Store& store, const Request& whole) {
    const json& request = whole.rest;
    const auto nothing_more = [](const Result<void>& done) -> Result<AnswerNumber> {
        if (!done) return fail(done.error());
        return 0;
    };
    const auto& what = request.at("ask").get_ref<const std::string&>();
    // Every row was taken out: what is left in the list was none.
    if (request.contains("rows") && !request.at("rows").empty()) throw BadRequest();
    if (what.starts_with("put_") || what == "add_opt_outs") {
        static_cast<void>(request.at("rows"));
    }
    if (what == "put_contacts") {
        return nothing_more(store.put_contacts(whole.contacts, columns_of(request)));
    }
    if (what == "put_domains") return nothing_more(store.put_domains(whole.domains));
    if (what == "put_consents") {
        return nothing_more(store.put_consents(whole.consents, instant_of(request.at("now"))));
    }
    if (what == "add_opt_outs") {
        return nothing_more(store.add_opt_outs(whole.opt_outs));
    }
    const auto controller = controller_of(request.at("controller"));
    if (what == "delete_contact") {
        return nothing_more(store.delete_contact(controller, id_of(request.at("recipient")),
                                                 instant_of(request.at("now"))));
    }
    if (what == "remove_opt_out") {
        return nothing_more(
            store.remove_opt_out(controller, id_of(request.at("recipient")),
                                 enum_of<policy::OptOutScope>(request.at("scope"), 1, 2),
                                 instant_of(request.at("now"))));
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
    if (what == "erase_decisions" || what == "erase_events") {
        const auto id = id_of(request.at("recipient"));
        const auto now = instant_of(request.at("now"));
        const auto erased = what == "erase_events" ? store.erase_events(controller, id, now)
                                                   : store.erase_decisions(controller, id, now);
        if (!erased) return fail(erased.error());
        return static_cast<AnswerNumber>(*erased);
    }
    if (what == "campaign") {
        return store.campaign(controller, bytes_of(request.at("name")),
                              instant_of(request.at("now")));
    }
    throw BadRequest();
}

}  // namespace

std::string answer(policy::Store& store, std::string_view line) {
    Result<AnswerNumber> done = fail(Fault::Malformed, "not a request");
    try {
        done = carry_out(store, parsed(line));
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

Result<AnswerNumber> read_answer(std::string_view line) {
    const json parsed = json::parse(line, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("ok")) {
        return fail(Fault::Broken, "store: the writer's answer is no answer");
    }
    if (parsed.value("ok", false)) return parsed.value("campaign", AnswerNumber{0});
    Fault its_fault = Fault::Broken;
    for (const auto& [fault, word] : fault_words) {
        if (word == parsed.value("fault", std::string())) its_fault = fault;
    }
    return fail(its_fault, parsed.value("message", std::string("store: the writer refused")));
}

}  // namespace candor::sqlite
