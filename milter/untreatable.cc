// Whatever is decided here, our control headers never leave.
#include "milter/untreatable.h"

#include <fmt/format.h>

#include <algorithm>

#include "milter/link_plan.h"
#include "milter/message_facts.h"

namespace candor::milter {

using policy::Treatment;
using policy::Untreatable;
using rewriter::HeaderEdit;

namespace {

/// What the operator's setting makes of mail that must lose something and cannot. `harmless` are
/// edits that any mail can take.
Outcome untreatable(Outcome outcome, Untreatable setting, const std::string& word,
                    const std::string& text, std::vector<HeaderEdit> harmless) {
    switch (setting) {
        case Untreatable::Reject: return refused(std::move(outcome), Action::Reject, word, text);
        case Untreatable::Hold:
            // Who releases it from the hold queue releases what we leave there.
            outcome = refused(std::move(outcome), Action::Hold, word, text);
            outcome.edits.headers = std::move(harmless);
            return outcome;
        case Untreatable::Pass: break;
    }
    outcome.passed_untreated = true;
    outcome.word = word;
    outcome.text = text;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

}  // namespace

Outcome refused(Outcome outcome, Action action, std::string word, std::string text) {
    outcome.action = action;
    outcome.word = std::move(word);
    outcome.text = std::move(text);
    outcome.edits = {};
    return outcome;
}

Outcome keep_as_it_is(const Work& work, Outcome outcome, const rewriter::Untouchable& why,
                      bool must_remove) {
    auto harmless = remove_control_headers(work.headers());
    const Treatment treatment = outcome.shared.treatment;
    if (!must_remove && holds_placeholder(work, false)) {
        return untreatable(std::move(outcome), work.config().milter.untreatable, why.word,
                           "the opt-out links of this message must be filled in, and it cannot be "
                           "changed: " +
                               why.text,
                           std::move(harmless));
    }
    if (must_remove) {
        const std::string text =
            fmt::format("this message must lose {} and cannot be changed: {}",
                        treatment == Treatment::Plaintext ? "its HTML" : "its tracking", why.text);
        return untreatable(std::move(outcome), work.config().milter.untreatable, why.word, text,
                           std::move(harmless));
    }
    if (policy::adds_tracking(treatment)) {
        outcome.shared = policy::lowered(
            std::move(outcome.shared), Treatment::Untracked, "untreatable_" + why.word,
            "The message goes on unchanged: " + why.text + (why.text.ends_with('.') ? "" : "."));
    }
    outcome.word = why.word;
    outcome.text = why.text;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

Outcome without_tracking(const Work& work, Outcome outcome, const Error& error) {
    const bool limit = error.fault == Fault::OverLimit;
    return keep_as_it_is(work, std::move(outcome),
                         {limit ? "over_limit" : "fault_while_adding", error.message}, false);
}

Outcome foreign_links_left(const Work& work, Outcome outcome, std::size_t links) {
    rewriter::Edits kept = std::move(outcome.edits);
    outcome = untreatable(
        std::move(outcome), work.config().milter.foreign_tracked_link, "foreign_tracked_link",
        fmt::format("{} through another system's click tracker, and {} cannot be read",
                    links == 1 ? "1 link leads" : fmt::format("{} links lead", links),
                    links == 1 ? "its destination" : "their destinations"),
        remove_control_headers(work.headers()));
    if (outcome.passed_untreated) {
        outcome.word = "untracked_incomplete";
        outcome.edits = std::move(kept);
    }
    return outcome;
}

bool holds_placeholder(const Work& work, bool untouchable) {
    if (!untouchable && std::ranges::any_of(work.survey.unread_links, is_placeholder)) return true;
    return std::ranges::any_of(work.survey.links, [&](const rewriter::FoundLink& link) {
        return (link.untouchable || !untouchable) && is_placeholder(link.url);
    });
}

}  // namespace candor::milter
