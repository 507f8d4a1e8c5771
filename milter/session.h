// Collects one message at a time, runs the pipeline, answers. Knows no libmilter: callbacks.cc
// does. One connection is served by one thread at a time, not always the same one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "milter/context.h"
#include "milter/mta.h"
#include "milter/pipeline.h"
#include "milter/totals.h"
#include "milter/transaction.h"

namespace candor::milter {

/// What the MTA is told after a step.
struct Answer {
    enum class Kind : std::uint8_t {
        Continue,
        Accept,
        Reject,
        TempFail,
        Discard
    } kind = Kind::Continue;
    /// With Reject and TempFail: "550", "5.7.1" and one line without an address.
    std::string code, enhanced, text;
};

/// Gives the rules in force now; a session asks at the start of each message.
class RulesSource {
  public:
    virtual ~RulesSource() = default;
    [[nodiscard]] virtual std::shared_ptr<const Rules> rules() const = 0;
};

class Session {
  public:
    /// All borrowed for the session's life.
    Session(const Ports& ports, const RulesSource& rules, Totals& totals);

    void connected(std::string_view client_address, std::string_view daemon_name);
    [[nodiscard]] Answer mail(std::string_view sender, std::string_view sasl_user);
    /// `address` is the MTA's canonical form ({rcpt_addr}); empty = take `raw`.
    [[nodiscard]] Answer recipient(std::string_view raw, std::string_view address,
                                   std::string_view queue_id);
    /// All recipients are known, no header has travelled yet: the place to say "nothing to do".
    [[nodiscard]] Answer data(std::string_view queue_id);
    [[nodiscard]] Answer header(std::string_view name, std::string_view value);
    [[nodiscard]] Answer end_of_headers();
    [[nodiscard]] Answer body(std::string_view chunk);
    [[nodiscard]] Answer finish(std::string_view queue_id, Mta& mta);
    void aborted();

    [[nodiscard]] std::string_view queue_id() const { return transaction_.envelope.queue_id; }

  private:
    [[nodiscard]] Answer out_of_scope();
    [[nodiscard]] Answer suppressed_at_rcpt(const Recipient& recipient);
    [[nodiscard]] Answer answer_to(const Outcome& outcome, Mta& mta);
    [[nodiscard]] Answer deliver(const Outcome& outcome, Mta& mta);
    /// Evidence of what was decided and became of it; a 4xx leaves none, for the message returns.
    void keep(const Outcome& outcome, const Answer& answer);
    [[nodiscard]] bool room_for_decisions() const;
    [[nodiscard]] policy::SuppressAction suppress_action() const;
    [[nodiscard]] policy::BodyDigest digest_of_body(const Outcome& outcome) const;
    [[nodiscard]] policy::ControllerNumber controller_number() const;
    void journal(const Outcome& outcome, std::chrono::milliseconds took);
    [[nodiscard]] Context context() const { return {ports_, rules_}; }
    [[nodiscard]] bool observing() const;

    const Ports& ports_;
    const RulesSource& source_;
    Totals& totals_;
    std::shared_ptr<const Rules> rules_;  // of the message under way
    std::string client_address_, daemon_name_;
    Transaction transaction_;
    const policy::Stream* stream_ = nullptr;  // borrowed from rules_; null until known
    std::size_t control_fields_ = 0;          ///< X-Candor-* fields kept of the message under way
    bool over_limit_ = false;  // body or header larger than the limits: kept no longer
};

}  // namespace candor::milter
