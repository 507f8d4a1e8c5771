#include "cli/explained.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "milter/decision_records.h"
#include "policy/decision/explain.h"
#include "policy/law/page_text.h"

namespace candor::cli {
namespace {

using milter::Action;
using milter::Outcome;
using nlohmann::json;

std::string_view word_of(Action action) {
    switch (action) {
        case Action::Deliver: return "deliver";
        case Action::Reject: return "reject";
        case Action::Hold: return "hold";
        case Action::TempFail: return "tempfail";
        case Action::Discard: return "discard";
    }
    return "deliver";
}

policy::Account account_of(const milter::RecipientDecision& recipient, const Explained& explained) {
    return {.decision = recipient.decision,
            .policy = explained.policy,
            .now = explained.now,
            .facts = recipient.facts.get(),
            .alone = {},
            .recipient = recipient.id.hex()};
}

/// The decision that speaks for the message: the shared one, or the first when nobody is left.
policy::Account speaking(const Explained& explained) {
    const Outcome& outcome = *explained.outcome;
    const auto& recipients = outcome.recipients;
    if (recipients.size() == 1 || (outcome.action == Action::Discard && !recipients.empty())) {
        policy::Account account = account_of(recipients.front(), explained);
        if (outcome.action == Action::Discard) return account;
        // What was found later, while treating the message, stands in the shared decision alone.
        return {outcome.shared,
                explained.policy,
                explained.now,
                account.facts,
                {},
                std::move(account.recipient)};
    }
    policy::Account shared{outcome.shared, explained.policy, explained.now, nullptr, {}, {}};
    for (const auto& recipient : recipients) {
        const policy::Treatment own = recipient.decision.treatment;
        if (!shared.alone || own < *shared.alone) shared.alone = own;
    }
    return shared;
}

bool is_plaintext(const Outcome& outcome) {
    return outcome.shared.treatment == policy::Treatment::Plaintext;
}

json members_of(const Explained& explained) {
    const Outcome& outcome = *explained.outcome;
    json members{{"action", word_of(outcome.action)},
                 {"action_because", nullptr},
                 {"obeyed", nullptr},
                 {"links_rewritten", outcome.edits.links_rewritten},
                 {"links_left", milter::total(outcome.links_left)},
                 {"links_left_because", json::object()},
                 {"enclosed_messages", outcome.enclosed_messages},
                 {"personal_destinations_left", outcome.personal_left},
                 {"foreign_trackers_left", outcome.foreign_left},
                 {"images_neutralised", nullptr},
                 {"notes", json::array()},
                 {"recipients", json::array()}};
    if (outcome.action == Action::Deliver) members["obeyed"] = milter::obeyed(outcome);
    for (const milter::Note& note : outcome.notes) {
        members["notes"].push_back(note.word + ": " + note.text);
    }
    // With the HTML all its images go, and nobody counts them.
    if (!is_plaintext(outcome)) members["images_neutralised"] = outcome.edits.images_neutralised;
    for (const auto& [word, count] : outcome.links_left) {
        members["links_left_because"][std::string{word}] = count;
    }
    if (!outcome.word.empty()) {
        members["action_because"] =
            outcome.word + (outcome.text.empty() ? "" : ": " + outcome.text);
    }
    if (outcome.recipients.size() < 2) return members;
    for (const auto& recipient : outcome.recipients) {
        members["recipients"].push_back(
            json::parse(policy::explain_as_json(account_of(recipient, explained))));
    }
    return members;
}

/// What becomes of a message that goes on to its recipients.
std::string delivered(const Outcome& outcome) {
    if (outcome.passed_untreated) {
        const std::string_view how = outcome.word == "untracked_incomplete"
                                         ? "goes on with tracking left in it"
                                         : "goes on untreated";
        return fmt::format("{}, because the configuration says \"pass\": {} [{}]", how,
                           outcome.text, outcome.word);
    }
    if (outcome.unchanged) {
        return fmt::format("goes on as it is, and nothing that was found in it has to go: {} [{}]",
                           outcome.text, outcome.word);
    }
    if (!outcome.word.empty()) {
        return fmt::format("goes on as it is, and nothing in it has to go: {} [{}]", outcome.text,
                           outcome.word);
    }
    return outcome.edits.empty() ? "goes on exactly as it came" : "goes on, changed as decided";
}

std::string fate_of(const Outcome& outcome) {
    switch (outcome.action) {
        case Action::Deliver: return delivered(outcome);
        case Action::Reject:
            return fmt::format("refused by the mail server (550 5.7.1): {} [{}]", outcome.text,
                               outcome.word);
        case Action::Hold:
            return fmt::format("waits in the mail server's hold queue: {} [{}]", outcome.text,
                               outcome.word);
        case Action::TempFail:
            return fmt::format("the mail server tries again later: {} [{}]", outcome.text,
                               outcome.word);
        case Action::Discard: return fmt::format("not sent: {} [{}]", outcome.text, outcome.word);
    }
    return {};
}

std::string counted(std::size_t count, std::string_view one) {
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string taken_out_of(const Outcome& outcome) {
    const rewriter::Edits& edits = outcome.edits;
    if (is_plaintext(outcome)) return edits.html_removed ? "the HTML and all its images" : "";
    std::string list;
    if (edits.images_neutralised > 0) list = counted(edits.images_neutralised, "tracking image");
    if (edits.parameters_removed > 0) {
        list += (list.empty() ? "" : ", ") +
                counted(edits.parameters_removed, "personal parameter") + " of links and images";
    }
    return list;
}

std::string message_in_words(const Outcome& outcome) {
    std::string text = "\n" + policy::labelled("Message", fate_of(outcome));
    if (const std::string gone = taken_out_of(outcome); !gone.empty()) {
        text += policy::labelled("Taken out", gone);
    }
    if (const std::size_t enclosed = outcome.enclosed_messages; enclosed > 0) {
        text += policy::labelled(
            "Enclosed", counted(enclosed, "message") + ", left whole: nobody looked inside");
    }
    for (const milter::Note& note : outcome.notes) text += policy::labelled("Note", note.text);
    const std::size_t left = milter::total(outcome.links_left);
    if (left + outcome.edits.links_rewritten == 0) return text;
    return text +
           policy::labelled("Links", fmt::format("{} rewritten, {} left as written",
                                                 outcome.edits.links_rewritten, left)) +
           milter::in_words(outcome.links_left);
}

}  // namespace

std::string as_json(const Explained& explained) {
    if (explained.outcome == nullptr) {
        return json{{"treatment", "out_of_scope"},
                    {"jurisdiction", nullptr},
                    {"stream", nullptr},
                    {"basis", "none"},
                    {"rule", "out_of_scope"},
                    {"action", "deliver"},
                    {"links_rewritten", 0},
                    {"reasons",
                     {"out_of_scope: no stream of the configuration treats this mail; it leaves as "
                      "it came"}}}
            .dump(2);
    }
    return policy::explain_as_json(speaking(explained), members_of(explained).dump());
}

std::string in_words(const Explained& explained) {
    if (explained.outcome == nullptr)
        return "No stream of the configuration treats this mail; it leaves as it came.\n";
    const Outcome& outcome = *explained.outcome;
    std::string text = policy::explain_in_words(speaking(explained));
    if (explained.of_a_message) text += message_in_words(outcome);
    if (outcome.recipients.size() < 2) return text;
    text = "Several recipients share one message. What it obeys:\n\n" + text;
    for (const auto& recipient : outcome.recipients) {
        text += fmt::format("\nRecipient {} by itself:\n\n{}", recipient.index + 1,
                            policy::explain_in_words(account_of(recipient, explained)));
    }
    return text;
}

}  // namespace candor::cli
