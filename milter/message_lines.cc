// One switch for what happened, one for what would have.
#include "milter/message_lines.h"

#include <algorithm>
#include <string>
#include <vector>

#include "milter/decision_records.h"

namespace candor::milter {
namespace {

using policy::Journal;

std::string why(const policy::Decision& decision) {
    std::string words;
    for (const policy::Reason& reason : decision.reasons) {
        if (!reason.lowered) continue;
        if (!words.empty()) words += ',';
        words += reason.word;
    }
    return words;
}

std::vector<policy::RecipientId> staying(const Outcome& outcome) {
    std::vector<policy::RecipientId> ids;
    for (const RecipientDecision& recipient : outcome.recipients) {
        if (std::ranges::find(outcome.suppressed, recipient.index) == outcome.suppressed.end()) {
            ids.push_back(recipient.id);
        }
    }
    return ids;
}

std::string note_words(const Outcome& outcome) {
    std::string words;
    for (const Note& note : outcome.notes) words += (words.empty() ? "" : ",") + note.word;
    return words;
}

void count_gone_on(Totals& totals, const Outcome& outcome) {
    outcome.unchanged ? totals.count_unchanged() : totals.count_treated(outcome.shared.treatment);
    totals.count_foreign(outcome.foreign_left);
}

/// The line of a message that went on; `would` says what would have become of it instead.
void write_treated(const MessageLines& lines, const Outcome& outcome, std::string_view would) {
    const std::vector<policy::RecipientId> ids = staying(outcome);
    const std::string reasons = why(outcome.shared);
    const std::string notes = note_words(outcome);
    // Without the store nothing was decided.
    const std::string treatment = outcome.action == Action::TempFail ? "-" : obeyed(outcome);
    Journal::Treated line{.queue_id = lines.queue_id,
                          .stream = lines.stream,
                          .treatment = treatment,
                          .jurisdiction = outcome.shared.jurisdiction,
                          .rule = outcome.shared.rule,
                          .why = reasons,
                          .recipients = ids,
                          .links = outcome.edits.links_rewritten,
                          .pixels = outcome.edits.images_neutralised,
                          .foreign = outcome.foreign_left,
                          .took = lines.took,
                          .observed_only = lines.observing,
                          .enclosed = outcome.enclosed_messages,
                          .notes = notes};
    if (!would.empty()) {
        line.would = would;
        line.because = outcome.word;
        line.text = outcome.text;
    }
    lines.journal.message_treated(line);
    if (outcome.not_split) {
        lines.journal.warning("not_split", std::string{lines.stream} +
                                               ": several recipients came in one transaction");
    }
}

void write_refused(const MessageLines& lines, const Outcome& outcome, std::string_view action) {
    outcome.action == Action::TempFail ? lines.totals.count_failed() : lines.totals.count_refused();
    lines.journal.message_refused(lines.queue_id, lines.stream, action, outcome.word, outcome.text);
}

void write_enforced(const MessageLines& lines, const Outcome& outcome) {
    for (const std::size_t index : outcome.suppressed) {
        lines.journal.recipient_suppressed(
            lines.queue_id, lines.stream, outcome.recipients[index].id,
            outcome.action == Action::Discard ? "discarded" : "removed");
    }
    lines.totals.count_suppressed(outcome.suppressed.size());
    switch (outcome.action) {
        case Action::Discard: return;
        case Action::TempFail: return write_refused(lines, outcome, "tempfail");
        case Action::Reject: return write_refused(lines, outcome, "reject");
        case Action::Hold: return write_refused(lines, outcome, "hold");
        case Action::Deliver: break;
    }
    count_gone_on(lines.totals, outcome);
    write_treated(lines, outcome, {});
    if (outcome.passed_untreated)
        lines.journal.passed_untreated(lines.queue_id, lines.stream, outcome.word);
}

void write_would_be_suppressed(const MessageLines& lines, const Outcome& outcome) {
    std::string_view how = outcome.action == Action::Discard ? "discarded" : "removed";
    if (lines.refuses_at_rcpt) how = "rejected";
    for (const std::size_t index : outcome.suppressed) {
        const RecipientDecision& recipient = outcome.recipients[index];
        const std::string reasons = why(recipient.decision);
        lines.journal.message_treated({.queue_id = lines.queue_id,
                                       .stream = lines.stream,
                                       .treatment = "suppressed",
                                       .jurisdiction = recipient.decision.jurisdiction,
                                       .rule = recipient.decision.rule,
                                       .why = reasons,
                                       .recipients = {&recipient.id, 1},
                                       .took = lines.took,
                                       .observed_only = true,
                                       .would = how});
    }
}

void write_observed(const MessageLines& lines, const Outcome& outcome) {
    lines.totals.count_observed();
    write_would_be_suppressed(lines, outcome);
    switch (outcome.action) {
        case Action::Discard: return;
        case Action::TempFail: return write_treated(lines, outcome, "tempfail");
        case Action::Reject: return write_treated(lines, outcome, "reject");
        case Action::Hold: return write_treated(lines, outcome, "hold");
        case Action::Deliver: break;
    }
    count_gone_on(lines.totals, outcome);
    write_treated(lines, outcome, outcome.passed_untreated ? "pass" : "");
}

}  // namespace

void write_lines(const MessageLines& lines, const Outcome& outcome) {
    lines.observing ? write_observed(lines, outcome) : write_enforced(lines, outcome);
}

}  // namespace candor::milter
