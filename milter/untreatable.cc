// Whatever is decided here, our control headers never leave.
#include "milter/untreatable.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "milter/message_facts.h"
#include "milter/placeholders.h"
#include "milter/receipt_requests.h"
#include "milter/rewrite_plan.h"

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
            outcome.unchanged = true;
            outcome.edits.headers = std::move(harmless);
            return outcome;
        case Untreatable::Pass: break;
    }
    outcome.passed_untreated = outcome.unchanged = true;
    outcome.word = word;
    outcome.text = text;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

/// What any mail can take, signed or not: our control fields go, and, unless a signature may cover
/// them, requests for receipts.
std::vector<HeaderEdit> harmless_edits(const Work& work, const policy::Decision& decision) {
    std::vector<HeaderEdit> edits = remove_control_headers(work.headers());
    if (takes_out_opens(decision) && !work.sealed_whole) {
        std::ranges::move(remove_receipt_requests(work.headers()), std::back_inserter(edits));
    }
    return edits;
}

/// Whether the message has to go only because nobody can look into it: nothing was seen.
bool nothing_was_seen(const rewriter::Survey& survey, Treatment treatment) {
    if (policy::adds_tracking(treatment)) return survey.unread && survey.tracking_images == 0;
    if (treatment == Treatment::Plaintext) return survey.opaque && !survey.has_html;
    return survey.opaque && !survey.untouchable_tracking &&
           survey.tracking_images + survey.personal_parameters == 0;
}

/// What the message would have to be changed for, and that it cannot be; empty when for nothing.
std::string obstacle_of(const Work& work, Treatment treatment, const rewriter::Untouchable& why,
                        bool must_remove) {
    if (must_remove) {
        std::string_view what = "tracking";
        if (treatment == Treatment::Plaintext) what = "HTML";
        if (policy::adds_tracking(treatment)) what = "tracking images";
        if (nothing_was_seen(work.survey, treatment)) {
            return fmt::format("this message may hold {} that must go, and cannot be changed: {}",
                               what, why.text);
        }
        return fmt::format("this message must lose its {} and cannot be changed: {}", what,
                           why.text);
    }
    if (!holds_placeholder(work, false)) return {};
    return "the opt-out links of this message must be filled in, and it cannot be changed: " +
           why.text;
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
    auto harmless = harmless_edits(work, outcome.shared);
    const std::string obstacle = obstacle_of(work, outcome.shared.treatment, why, must_remove);
    const bool adds = policy::adds_tracking(outcome.shared.treatment);
    if (adds) {
        outcome.shared = policy::lowered(
            std::move(outcome.shared), Treatment::Untracked, "untreatable_" + why.word,
            "The message cannot be changed: " + why.text + (why.text.ends_with('.') ? "" : "."));
    }
    if (!obstacle.empty()) {
        return untreatable(std::move(outcome), work.config().milter.untreatable, why.word, obstacle,
                           std::move(harmless));
    }
    outcome.unchanged = adds;
    outcome.word = why.word;
    outcome.text = why.text;
    outcome.edits = {};
    outcome.edits.headers = std::move(harmless);
    return outcome;
}

bool may_have_to_lose(const Work& work, const policy::Decision& decision) {
    if (!policy::adds_tracking(decision.treatment)) return true;
    return takes_out_opens(decision) && (work.survey.unread || work.survey.tracking_images > 0);
}

std::string foreign_links_in_words(std::size_t links) {
    return fmt::format("{} through another system's click tracker, and {} cannot be read",
                       links == 1 ? "1 link leads" : fmt::format("{} links lead", links),
                       links == 1 ? "its destination" : "their destinations");
}

Outcome foreign_links_left(const Work& work, Outcome outcome, std::size_t links) {
    rewriter::Edits kept = std::move(outcome.edits);
    outcome = untreatable(std::move(outcome), work.config().milter.foreign_tracked_link,
                          "foreign_tracked_link", foreign_links_in_words(links),
                          remove_control_headers(work.headers()));
    if (outcome.passed_untreated) {
        outcome.word = "untracked_incomplete";
        outcome.unchanged = false;
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
