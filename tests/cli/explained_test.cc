#include "cli/explained.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "policy/law/policy_diff.h"
#include "policy/law/policy_table.h"
#include "tests/cli/documented_keys.h"
#include "tests/policy/rulebook.h"

using namespace candor;
using cli::Explained;
using milter::Action;
using milter::Outcome;
using policy::Treatment;
using tests::collect_keys;
using tests::documented_keys;

namespace {

bool says(std::string_view text, std::string_view what) {
    return text.find(what) != std::string_view::npos;
}

Outcome outcome_of(Treatment treatment) {
    Outcome outcome;
    outcome.shared.treatment = outcome.shared.ceiling = treatment;
    outcome.shared.jurisdiction = "DE";
    return outcome;
}

const policy::Policy& rules() {
    static const policy::Policy strict = rulebook::strict();
    return strict;
}

Explained explained(const Outcome* outcome, bool of_a_message = true) {
    return {outcome, rules(), rulebook::noon, of_a_message};
}

nlohmann::json json_of(const Outcome& outcome) {
    return nlohmann::json::parse(cli::as_json(explained(&outcome)));
}

/// A recipient in `code` with what was known of them.
milter::RecipientDecision recipient_in(std::size_t index, const std::string& code) {
    static std::vector<std::unique_ptr<rulebook::Case>> cases;  // facts borrow stream, controller
    cases.push_back(std::make_unique<rulebook::Case>(code));
    milter::RecipientDecision recipient;
    recipient.index = index;
    recipient.decision = cases.back()->decide(rules());
    recipient.facts = std::make_shared<const policy::Facts>(cases.back()->facts);
    return recipient;
}

/// What becomes of the message, in one line.
std::string words_of(const Outcome& outcome) {
    std::string text = cli::in_words(explained(&outcome));
    text.erase(0, text.find("\nMessage ") + 1);
    for (std::size_t at = 0; (at = text.find("\n   ", at)) != text.npos;) {
        text.replace(at, text.find_first_not_of("\n ", at) - at, " ");
    }
    return text;
}

}  // namespace

TEST_SUITE("cli/explained") {
    TEST_CASE("the JSON counts what was done to the message") {
        Outcome outcome = outcome_of(Treatment::Individual);
        outcome.edits.links_rewritten = 3;
        outcome.edits.images_neutralised = 1;
        outcome.links_left = {{"opt_out", 2}};
        outcome.enclosed_messages = 1;
        const auto json = json_of(outcome);
        CHECK(json["action"] == "deliver");
        CHECK(json["links_rewritten"] == 3);
        CHECK(json["images_neutralised"] == 1);
        CHECK(json["links_left"] == 2);
        CHECK(json["links_left_because"]["opt_out"] == 2);
        CHECK(json["action_because"].is_null());
        CHECK(json["enclosed_messages"] == 1);
        CHECK(
            says(words_of(outcome), "Enclosed      1 message, left whole: nobody looked inside\n"));
    }

    TEST_CASE("where the HTML goes nobody counts its images") {
        Outcome outcome = outcome_of(Treatment::Plaintext);
        outcome.edits.html_removed = true;
        outcome.edits.images_neutralised = 7;
        CHECK(json_of(outcome)["images_neutralised"].is_null());
        CHECK(says(words_of(outcome), "Taken out     the HTML and all its images\n"));
        CHECK(!says(words_of(outcome), "7"));
    }

    TEST_CASE("what becomes of the message is a sentence, and its word stands behind it") {
        struct Row {
            Action action;
            bool passed;
            std::string_view word, words;
        };
        for (const Row& row : {
                 Row{Action::Reject, false, "signed",
                     "refused by the mail server (550 5.7.1): It is signed. [signed]"},
                 Row{Action::Hold, false, "signed",
                     "waits in the mail server's hold queue: It is signed. [signed]"},
                 Row{Action::TempFail, false, "store",
                     "the mail server tries again later: It is signed. [store]"},
                 Row{Action::Discard, false, "opt_out", "not sent: It is signed. [opt_out]"},
                 Row{Action::Deliver, false, "signed",
                     "goes on as it is, and nothing in it has to go: It is signed. [signed]"},
                 Row{Action::Deliver, true, "signed",
                     "goes on untreated, because the configuration says \"pass\": It is signed. "
                     "[signed]"},
                 Row{Action::Deliver, true, "untracked_incomplete",
                     "goes on with tracking left in it, because the configuration says \"pass\": "
                     "It is signed. [untracked_incomplete]"},
             }) {
            Outcome outcome = outcome_of(Treatment::Untracked);
            outcome.action = row.action;
            outcome.passed_untreated = row.passed;
            outcome.word = row.word;
            outcome.text = "It is signed.";
            CHECK(words_of(outcome) == "Message       " + std::string{row.words} + "\n");
            CHECK(json_of(outcome)["action_because"] == std::string{row.word} + ": It is signed.");
        }
    }

    TEST_CASE("what leaves unchanged, and what its sender should look at, is said") {
        Outcome outcome = outcome_of(Treatment::Untracked);
        outcome.unchanged = true;
        outcome.word = "signed";
        outcome.text = "It is signed.";
        outcome.foreign_left = 2;
        outcome.notes.push_back({"campaign_hidden", "It held an address."});
        CHECK(says(words_of(outcome),
                   "goes on as it is, and nothing that was found in it has to go: It is signed. "
                   "[signed]"));
        CHECK(says(words_of(outcome), "Note          It held an address.\n"));
        const auto json = json_of(outcome);
        CHECK(json["obeyed"] == "unchanged");
        CHECK(json["foreign_trackers_left"] == 2);
        CHECK(json["notes"][0] == "campaign_hidden: It held an address.");
        outcome.action = Action::Reject;
        CHECK(json_of(outcome)["obeyed"].is_null());
    }

    TEST_CASE("a message that nothing stops is said to be changed or not, and what left it") {
        Outcome outcome = outcome_of(Treatment::Untracked);
        CHECK(words_of(outcome) == "Message       goes on exactly as it came\n");
        outcome.edits.body.push_back({{0, 1}, "x"});
        outcome.edits.images_neutralised = 2;
        outcome.edits.parameters_removed = 1;
        outcome.links_left = {{"treatment", 4}};
        CHECK(words_of(outcome) ==
              "Message       goes on, changed as decided\n"
              "Taken out     2 tracking images, 1 personal parameter of links and images\n"
              "Links         0 rewritten, 4 left as written 4  the treatment rewrites no link\n");
    }

    TEST_CASE("nothing becomes of a stand-in, and no stream is no decision") {
        const Outcome outcome = outcome_of(Treatment::Untracked);
        CHECK(!says(cli::in_words(explained(&outcome, false)), "Message "));
        CHECK(says(cli::in_words(explained(nullptr)), "leaves as it came"));
        CHECK(nlohmann::json::parse(cli::as_json(explained(nullptr)))["treatment"] ==
              "out_of_scope");
    }

    TEST_CASE("one recipient: evidence and remedies; what was found later stands in the reasons") {
        Outcome outcome;
        outcome.recipients = {recipient_in(0, "IT")};
        outcome.shared = outcome.recipients.front().decision;
        outcome.shared.reasons.push_back(
            {"amp_too_large", "The AMP part would outgrow.", Treatment::Untracked, false});
        const auto json = json_of(outcome);
        CHECK(json["recipient"] == std::string(32, '0'));
        CHECK(json["jurisdiction_from"] == "contact");
        CHECK(json["reasons"].back() == "amp_too_large: The AMP part would outgrow.");
        CHECK(json["would_change"].size() == 2);  // a consent, an assessment
        CHECK(json["recipients"].empty());
    }

    TEST_CASE("several recipients: the shared decision, and each by itself") {
        Outcome outcome;
        outcome.recipients = {recipient_in(0, "US-CO"), recipient_in(1, "DE")};
        outcome.shared = outcome.recipients.back().decision;
        const auto json = json_of(outcome);
        CHECK(json["recipient"].is_null());
        REQUIRE(json["recipients"].size() == 2);
        CHECK(json["recipients"][0]["treatment"] == "individual");
        CHECK(json["recipients"][1]["would_change"][0]["word"] == "consent_missing");
        REQUIRE(json["would_change"].size() == 1);
        CHECK(json["would_change"][0]["then"] == "individual");
        const std::string words = cli::in_words(explained(&outcome));
        CHECK(says(words, "Recipient 2 by itself:"));
    }

    TEST_CASE("the JSON of an explanation has exactly the keys of docs/formats.md") {
        std::set<std::string> keys;
        Outcome outcome;
        outcome.recipients = {recipient_in(0, "US-CO"), recipient_in(1, "DE")};
        outcome.shared = outcome.recipients.back().decision;
        nlohmann::json json = json_of(outcome);
        // Each of `recipients` has the keys that the whole has, but for the message's.
        const nlohmann::json one = json["recipients"][0];
        const nlohmann::json other = json["recipients"][1];
        json.erase("recipients");
        for (const auto& [key, value] : one.items()) CHECK(json.contains(key));
        CHECK(one.size() == other.size());
        for (const auto& each : {json, one, other}) collect_keys(each, "", keys);
        keys.insert("recipients");
        CHECK(keys == documented_keys("The JSON of an explanation"));
        std::set<std::string> out_of_scope;
        collect_keys(nlohmann::json::parse(cli::as_json(explained(nullptr))), "", out_of_scope);
        CHECK(out_of_scope == documented_keys("Mail that no stream treats"));
    }

    TEST_CASE("the JSON of the policy's table and of a difference are documented too") {
        policy::Policy policy = rulebook::strict();
        policy::RowOverride set;
        set.code = "CH";
        set.default_treatment = Treatment::Plaintext;
        policy.effective = rulebook::effective({}, {set});
        policy.settings.overlays.emplace_back();
        std::set<std::string> table;
        collect_keys(
            nlohmann::json::parse(policy::table_as_json({policy, rulebook::noon, "candor.toml"})),
            "", table);
        CHECK(table == documented_keys("The JSON of the policy table"));

        policy::PolicySettings other;
        other.consent_valid_days = 30;
        const auto& before = rules();
        std::set<std::string> difference;
        collect_keys(
            nlohmann::json::parse(policy::diff_as_json(
                {"old", before.effective, &other}, {"new", policy.effective, &policy.settings})),
            "", difference);
        CHECK(difference == documented_keys("The JSON of a policy difference"));
    }
}
