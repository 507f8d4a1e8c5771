#include "cli/explained.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/policy/rulebook.h"

using namespace candor;
using cli::Explained;
using milter::Action;
using milter::Outcome;
using policy::Treatment;

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

nlohmann::json json_of(const Outcome& outcome) {
    return nlohmann::json::parse(cli::as_json({&outcome}));
}

/// What becomes of the message, in one line.
std::string words_of(const Outcome& outcome) {
    std::string text = cli::in_words({&outcome}, rulebook::strict().effective);
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
        const auto json = json_of(outcome);
        CHECK(json["action"] == "deliver");
        CHECK(json["links_rewritten"] == 3);
        CHECK(json["images_neutralised"] == 1);
        CHECK(json["links_left"] == 2);
        CHECK(json["links_left_because"]["opt_out"] == 2);
        CHECK(!json.contains("action_because"));
    }

    TEST_CASE("where the HTML goes nobody counts its images") {
        Outcome outcome = outcome_of(Treatment::Plaintext);
        outcome.edits.html_removed = true;
        outcome.edits.images_neutralised = 7;
        CHECK(!json_of(outcome).contains("images_neutralised"));
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
        const auto& policy = rulebook::strict().effective;
        CHECK(!says(cli::in_words({&outcome, false}, policy), "Message "));
        CHECK(says(cli::in_words({nullptr}, policy), "leaves as it came"));
        CHECK(nlohmann::json::parse(cli::as_json({nullptr}))["treatment"] == "out_of_scope");
    }
}
