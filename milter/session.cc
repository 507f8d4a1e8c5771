// The steps of one SMTP transaction as values in, answers out.
#include "milter/session.h"

#include <utility>

#include "milter/apply_edits.h"
#include "milter/decision_buffer.h"
#include "milter/decision_records.h"
#include "milter/message_facts.h"
#include "milter/message_lines.h"
#include "policy/people/recipient_id.h"

namespace candor::milter {
namespace {

using Kind = Answer::Kind;

Answer temp_fail(std::string text) {
    return {Kind::TempFail, "451", "4.3.0", std::move(text)};
}
Answer reject(std::string text) {
    return {Kind::Reject, "550", "5.7.1", std::move(text)};
}

/// Mail of these streams leaves as it came: it is never suppressed or tracked.
bool left_alone(const policy::Stream& stream) {
    return stream.kind != policy::StreamKind::Marketing && !stream.clean;
}

/// What cannot be normalised still needs an identity of its own; nobody has it on record.
std::string lookup_address(std::string_view address) {
    if (auto normal = policy::normalise_address(address)) return *std::move(normal);
    return std::string{address};
}

}  // namespace

Session::Session(const Ports& ports, const RulesSource& rules, Totals& totals)
    : ports_(ports), source_(rules), totals_(totals), rules_(rules.rules()) {}

void Session::connected(std::string_view client_address, std::string_view daemon_name) {
    client_address_ = client_address;
    daemon_name_ = daemon_name;
}

bool Session::observing() const {
    return rules_->config.mode == policy::Mode::Observe;
}

policy::SuppressAction Session::suppress_action() const {
    return stream_->suppress.value_or(rules_->config.milter.suppress);
}

Answer Session::mail(std::string_view sender, std::string_view sasl_user) {
    aborted();
    rules_ = source_.rules();
    Envelope& envelope = transaction_.envelope;
    envelope.queue_id = "NOQUEUE";
    envelope.client_address = client_address_;
    envelope.daemon_name = daemon_name_;
    envelope.sasl_user = sasl_user;
    if (auto normal = policy::normalise_address(sender)) envelope.sender = *std::move(normal);
    const auto answer = stream_before_header(envelope, *rules_);
    if (answer.kind == policy::StreamAnswer::Kind::Matched) stream_ = answer.stream;
    return {};
}

Answer Session::recipient(std::string_view raw, std::string_view address,
                          std::string_view queue_id) {
    Envelope& envelope = transaction_.envelope;
    if (!queue_id.empty()) envelope.queue_id = queue_id;
    if (envelope.recipients.size() >=
        static_cast<std::size_t>(rules_->config.milter.max_recipients)) {
        return {Kind::TempFail, "452", "4.5.3", "too many recipients for one message"};
    }
    Recipient recipient{std::string{raw}, lookup_address(address.empty() ? raw : address)};
    if (stream_ && !left_alone(*stream_) && !observing()) {
        if (suppress_action() == policy::SuppressAction::Reject) {
            const auto gone = opted_out(recipient, *stream_, context());
            if (!gone) {
                totals_.count_failed();
                ports_.journal.message_refused(envelope.queue_id, stream_->name, "tempfail",
                                               "store", gone.error().message);
                return temp_fail("policy store unavailable, try again later");
            }
            if (*gone) return suppressed_at_rcpt(recipient);
        }
    }
    envelope.recipients.push_back(std::move(recipient));
    return {};
}

Answer Session::suppressed_at_rcpt(const Recipient& recipient) {
    totals_.count_suppressed(1);
    const policy::RecipientId id = id_of(recipient, *stream_, context());
    ports_.journal.recipient_suppressed(queue_id(), stream_->name, id, "rejected");
    if (ports_.decisions != nullptr) {
        ports_.decisions->add({refused_at_rcpt(
            transaction_.envelope, *stream_, id, rules_->policy.effective.digest(),
            {controller_number(), ports_.clock.now(), policy::DecisionOutcome::Suppressed, {}})});
    }
    return reject("the recipient opted out of this sender's marketing mail");
}

Answer Session::data(std::string_view queue_id) {
    if (!queue_id.empty()) transaction_.envelope.queue_id = queue_id;
    const auto answer = stream_before_header(transaction_.envelope, *rules_);
    switch (answer.kind) {
        case policy::StreamAnswer::Kind::None: return out_of_scope();
        case policy::StreamAnswer::Kind::Matched:
            if (left_alone(*answer.stream)) return out_of_scope();
            return {};
        case policy::StreamAnswer::Kind::NeedsHeaders: return {};
    }
    return {};
}

Answer Session::out_of_scope() {
    totals_.count_message();
    totals_.count_out_of_scope();
    return {Kind::Accept, {}, {}, {}};
}

Answer Session::header(std::string_view name, std::string_view value) {
    // One more than the limit is kept: the pipeline sees that it was passed. Our own control fields
    // have a limit of their own, for they must not leave.
    const bool control = is_control_field(name);
    const bool room = control
                          ? control_fields_ <= max_control_fields
                          : transaction_.headers.size() <=
                                static_cast<std::size_t>(rules_->config.milter.max_header_lines);
    if (!room) return {};
    if (control) ++control_fields_;
    transaction_.headers.push_back({std::string{name}, std::string{value}});
    return {};
}

Answer Session::end_of_headers() {
    stream_ = stream_of(transaction_, *rules_);
    if (!stream_ || left_alone(*stream_)) return out_of_scope();
    return {};
}

Answer Session::body(std::string_view chunk) {
    // Beyond the limit the content no longer matters, only that the limit was passed.
    if (over_limit_) return {};
    transaction_.text.append_body(transaction_.headers, chunk);
    over_limit_ = transaction_.text.body().size() > rules_->config.milter.max_message_bytes;
    return {};
}

Answer Session::finish(std::string_view queue_id, Mta& mta) {
    if (!queue_id.empty()) transaction_.envelope.queue_id = queue_id;
    if (!stream_) return out_of_scope();
    const auto started = std::chrono::steady_clock::now();
    totals_.count_message();
    // While observing no mail is stopped: what cannot be kept is not kept (keep()).
    if (!observing() && !room_for_decisions()) {
        totals_.count_failed();
        ports_.journal.message_refused(this->queue_id(), stream_->name, "tempfail", "decision_log",
                                       "decisions cannot be kept now");
        return temp_fail("decisions cannot be kept now, try again later");
    }

    const Outcome outcome = treat(transaction_, *stream_, context());
    journal(outcome, std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::steady_clock::now() - started));
    Answer answer = answer_to(outcome, mta);
    keep(outcome, answer);
    return answer;
}

Answer Session::answer_to(const Outcome& outcome, Mta& mta) {
    if (observing()) return {Kind::Accept, {}, {}, {}};
    switch (outcome.action) {
        case Action::Deliver: return deliver(outcome, mta);
        case Action::Reject: return reject(outcome.text);
        case Action::TempFail: return temp_fail("policy store unavailable, try again later");
        case Action::Discard: return {Kind::Discard, {}, {}, {}};
        case Action::Hold: {
            // What is released later must not reach those who opted out.
            Answer edited = deliver(outcome, mta);
            if (edited.kind != Kind::Continue || mta.hold(outcome.text)) return edited;
            return temp_fail("the message could not be put on hold");
        }
    }
    return temp_fail("internal error");
}

Answer Session::deliver(const Outcome& outcome, Mta& mta) {
    std::vector<std::string> gone;
    for (const std::size_t index : outcome.suppressed) {
        gone.push_back(transaction_.envelope.recipients[index].raw);
    }
    const auto applied = apply_edits(gone, outcome.edits, transaction_.text.body(), mta);
    if (applied) return {};
    // Some edits may be in: nothing may leave half-edited.
    totals_.count_failed();
    ports_.journal.message_refused(queue_id(), stream_->name, "tempfail", "mta",
                                   applied.error().message);
    return temp_fail("the message could not be edited, try again later");
}

bool Session::room_for_decisions() const {
    return ports_.decisions == nullptr || ports_.decisions->has_room();
}

policy::ControllerNumber Session::controller_number() const {
    return rules_->config.controller(stream_->controller)->number;
}

policy::BodyDigest Session::digest_of_body(const Outcome& outcome) const {
    policy::BodyDigester digester = ports_.decisions->digester();
    // In observe mode the body leaves as it came, whatever the edits say.
    const std::span<const rewriter::Replacement> edits{outcome.edits.body};
    rewriter::SplicedPieces pieces(transaction_.text.body(), observing() ? edits.first(0) : edits);
    while (const auto piece = pieces.next()) digester.add(*piece);
    return digester.finish();
}

void Session::keep(const Outcome& outcome, const Answer& answer) {
    if (ports_.decisions == nullptr || outcome.action == Action::TempFail ||
        answer.kind == Kind::TempFail || (observing() && !room_for_decisions())) {
        return;
    }
    Kept kept{controller_number(), ports_.clock.now(), policy::DecisionOutcome::Delivered, {}};
    if (outcome.action == Action::Reject) kept.outcome = policy::DecisionOutcome::Rejected;
    if (outcome.action == Action::Hold) kept.outcome = policy::DecisionOutcome::Held;
    if (observing()) kept.outcome = policy::DecisionOutcome::Observed;
    const bool leaves = outcome.action == Action::Deliver || outcome.action == Action::Hold;
    if (leaves || observing()) kept.body = digest_of_body(outcome);
    ports_.decisions->add(decision_records(transaction_.envelope, outcome, kept));
}

void Session::journal(const Outcome& outcome, std::chrono::milliseconds took) {
    MessageLines lines{.journal = ports_.journal,
                       .totals = totals_,
                       .queue_id = queue_id(),
                       .stream = stream_->name,
                       .took = took,
                       .observing = observing()};
    if (lines.observing) {
        const auto early = stream_before_header(transaction_.envelope, *rules_);
        lines.refuses_at_rcpt = early.kind == policy::StreamAnswer::Kind::Matched &&
                                suppress_action() == policy::SuppressAction::Reject;
    }
    write_lines(lines, outcome);
}

void Session::aborted() {
    transaction_ = {};
    stream_ = nullptr;
    over_limit_ = false;
    control_fields_ = 0;
}

}  // namespace candor::milter
