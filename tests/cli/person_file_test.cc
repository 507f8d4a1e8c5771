#include "cli/person_file.h"

#include <nlohmann/json.hpp>

#include "cli/decision_json.h"
#include "tests/cli/documented_keys.h"
#include "tests/cli/people_files.h"

namespace candor::tests {
namespace {

using nlohmann::json;

const std::string_view anna = "anna@x.example";

policy::Controller acme() {
    policy::Controller controller;
    controller.name = "acme";
    controller.processors = {"Mail Room GmbH"};
    controller.privacy_notice_url = "https://acme.example/privacy";
    controller.retention_days = 90;
    return controller;
}

policy::Event event_of(std::string_view address, policy::EventKind kind, int minutes) {
    policy::Event event;
    event.campaign = 7;
    event.recipient = id_of(address).prefix();
    event.link = kind == policy::EventKind::Click ? 3 : 0;
    event.kind = kind;
    event.at = noon + std::chrono::minutes{minutes};
    event.sent_on = policy::day_of(noon);
    event.retention = 3;  // 30 days
    return event;
}

policy::DecisionRecord decision_about(std::string_view address, std::string_view queue_id) {
    policy::DecisionRecord record;
    record.recipient = id_of(address);
    record.campaign = 7;
    record.at = noon;
    record.queue_id = queue_id;
    record.evidence = "lia-us-2026";
    record.grounds = std::make_shared<const std::string>(
        "treatment individual\nobeyed individual\nrule x\nreason kept individual row A reason.\n");
    return record;
}

/// The same rows of Anna and of Bert, in words that say whose they are.
void fill(MemoryStore& store) {
    REQUIRE(import_contacts(store,
                            "address,jurisdiction,class,segments,source,gpc\n"
                            "anna@x.example,US-CA,b2b,press,crm-anna,yes\n"
                            "bert@x.example,IT,b2c,,crm-bert,\n") == "2 rows");
    REQUIRE(imported("domain,jurisdiction,class,source\nx.example,FR,b2b,list\n",
                     cli::DomainImport(store, 0)) == "1 rows");
    REQUIRE(imported("address,purpose,given_at,method,source,text_version,proof,withdrawn_at\n"
                     "anna@x.example,click,2026-11-01,form,https://x/anna,v1,paper-7,2026-11-02\n"
                     "anna@x.example,click,2026-11-03,form,https://x/anna,v2,,\n"
                     "bert@x.example,open,2026-11-01,form,https://x/bert,v1,,\n",
                     cli::ConsentImport(store, test_identities(), noon)) == "3 rows");
    int minutes = 0;
    for (const std::string_view who : {anna, std::string_view("bert@x.example")}) {
        const policy::OptOut once{
            0, id_of(who), policy::OptOutScope::All, noon, policy::OptOutSource::Page, 5};
        REQUIRE(store.add_opt_out(once));
        REQUIRE(store.undo_opt_out(once, noon + std::chrono::minutes{1}));
        REQUIRE(store.add_opt_out(
            {0, id_of(who), policy::OptOutScope::Tracking, noon, policy::OptOutSource::OneClick}));
        REQUIRE(store.add_request({0, id_of(who), policy::RequestKind::Access, noon, {}}));
        policy::Event opened = event_of(who, policy::EventKind::Open, ++minutes);
        opened.verdict = policy::Verdict::Machine;
        opened.reason = policy::VerdictReason::MailPrivacy;
        REQUIRE(store.append(std::array{event_of(who, policy::EventKind::Click, ++minutes), opened},
                             {}));
        REQUIRE(store.append_decisions(std::array{decision_about(who, std::string(who, 0, 4))}));
    }
}

json file_of(MemoryStore& store, std::string_view address = anna,
             const policy::Controller& controller = acme()) {
    const auto records = cli::records_of(store, test_identities(), address);
    REQUIRE(records);
    return json::parse(cli::person_file(*records, controller, {}, noon));
}

}  // namespace

TEST_SUITE("cli/person_file") {
    TEST_CASE("every kind of row about one person is in it, and none about anybody else") {
        MemoryStore store;
        fill(store);
        const json file = file_of(store);
        CHECK(file["address"] == anna);
        CHECK(file["recipient_id"] == id_of(anna).hex());
        CHECK(file["contact"] == json::parse(R"({"address": "anna@x.example",
            "jurisdiction": "US-CA", "class": "b2b", "segments": ["press"], "gpc": true,
            "source": "crm-anna"})"));
        CHECK(file["domain"] == json::parse(R"({"domain": "x.example", "jurisdiction": "FR",
            "class": "b2b", "source": "list"})"));
        REQUIRE(file["consents"].size() == 2);
        CHECK(file["consents"][0] == json::parse(R"({"purpose": "click",
            "given_at": "2026-11-01T00:00:00Z", "expires_at": null,
            "withdrawn_at": "2026-11-02T00:00:00Z", "method": "form", "source": "https://x/anna",
            "text_version": "v1", "proof": "paper-7"})"));
        CHECK(file["opt_outs"] == json::parse(R"([{"scope": "tracking",
            "at": "2026-11-23T12:00:00Z", "source": "one-click"}])"));
        CHECK(file["opt_outs_taken_back"] == json::parse(R"([{"scope": "all",
            "at": "2026-11-23T12:00:00Z", "source": "page",
            "taken_back_at": "2026-11-23T12:01:00Z"}])"));
        CHECK(file["silenced_until"]["clicks"].is_string());  // by the withdrawal
        CHECK(file["silenced_until"]["openings"].is_null());
        CHECK(file["requests"] == json::parse(R"([{"kind": "access",
            "at": "2026-11-23T12:00:00Z", "closed_at": null}])"));
        CHECK(file["events"] == json::parse(R"([
            {"kind": "open", "at": "2026-11-23T12:01:00Z", "campaign": 7, "link": 0,
             "verdict": "machine", "reason": "mail_privacy", "kept_until": "2026-12-24T00:00:00Z"},
            {"kind": "click", "at": "2026-11-23T12:02:00Z", "campaign": 7, "link": 3,
             "verdict": "human", "reason": "none", "kept_until": "2026-12-24T00:00:00Z"}])"));
        REQUIRE(file["decisions"].size() == 1);
        CHECK(file["decisions"][0]["queue_id"] == "anna");
        CHECK(file["decisions"][0]["evidence"] == "lia-us-2026");
        CHECK(file["handling"] == json::parse(R"({"events_kept_days": 90,
            "decisions_kept_months": 36, "processors": ["Mail Room GmbH"],
            "privacy_notice_url": "https://acme.example/privacy"})"));
        CHECK(file.dump().find("bert") == std::string::npos);
    }

    TEST_CASE("a decision is written as `candor decisions show --json` writes it") {
        MemoryStore store;
        fill(store);
        policy::DecisionQuery query;
        query.recipient = id_of(anna);
        const auto kept = store.decisions(query).value();
        CHECK(file_of(store)["decisions"][0] == json::parse(cli::decision_as_json(kept.at(0))));
    }

    TEST_CASE("of decisions there is no newest so many") {
        MemoryStore store;
        const std::vector<policy::DecisionRecord> many(1001, decision_about(anna, "A"));
        REQUIRE(store.append_decisions(many));
        CHECK(file_of(store)["decisions"].size() == 1001);
    }

    TEST_CASE("nothing on record is a document with nulls and empty lists") {
        MemoryStore store;
        policy::Controller bare;
        const json file = file_of(store, anna, bare);
        for (const char* key : {"contact", "domain"}) CHECK(file[key].is_null());
        for (const char* key :
             {"consents", "opt_outs", "opt_outs_taken_back", "requests", "events", "decisions"}) {
            CAPTURE(key);
            CHECK(file[key] == json::array());
        }
        for (const auto& until : file["silenced_until"]) CHECK(until.is_null());
        CHECK(file["handling"]["events_kept_days"].is_null());
        CHECK(file["handling"]["privacy_notice_url"].is_null());
        CHECK(file["controller"] == "default");
    }

    TEST_CASE("an address sealed under another key is left out, and that is said") {
        MemoryStore store;
        fill(store);
        auto identities = test_identities();
        identities.address_key[0] ^= 1;
        const auto records = cli::records_of(store, identities, anna);
        REQUIRE(records);
        CHECK(records->kept_address_is_unreadable);
        const json file = json::parse(cli::person_file(*records, acme(), {}, noon));
        CHECK(file["contact"]["address"].is_null());
        CHECK(file["contact"]["source"] == "crm-anna");
    }

    TEST_CASE("bytes that are no UTF-8 are replaced") {
        MemoryStore store;
        policy::ContactRow row;
        row.recipient = id_of(anna);
        row.contact.source = "crm \xFF";
        REQUIRE(store.put_contacts(std::array{row}, {}));
        auto broken = decision_about(anna, "4F\xC3");
        REQUIRE(store.append_decisions(std::array{broken}));
        const json file = file_of(store);
        CHECK(file["contact"]["source"] == "crm \xEF\xBF\xBD");
        CHECK(file["decisions"][0]["queue_id"] == "4F\xEF\xBF\xBD");
    }

    TEST_CASE("a store that is away is an error, not a document with gaps") {
        MemoryStore store;
        store.set_unavailable(true);
        CHECK(cli::records_of(store, test_identities(), anna).error().fault == Fault::Unavailable);
    }

    TEST_CASE("its keys, and those of a decision, are documented") {
        MemoryStore store;
        fill(store);
        json file = file_of(store);
        file["decisions"] = json::array();
        std::set<std::string> keys, of_decision;
        collect_keys(file, "", keys);
        CHECK(keys == documented_keys("The JSON of one person"));
        const auto kept = store.decisions({}).value();
        collect_keys(json::parse(cli::decision_as_json(kept.at(0), "matches")), "", of_decision);
        CHECK(of_decision == documented_keys("The JSON of a decision on record"));
    }
}

}  // namespace candor::tests
