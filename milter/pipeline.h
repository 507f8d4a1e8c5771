// Recipients + message -> decisions -> plan -> outcome. `candor rewrite` runs the very same.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "milter/context.h"
#include "milter/left_links.h"
#include "milter/transaction.h"
#include "policy/decision/decide.h"
#include "rewriter/plan.h"

namespace candor::milter {

struct RecipientDecision {
    std::size_t index = 0;  ///< into Envelope::recipients
    policy::RecipientId id;
    policy::Decision decision;
    /// What was known of them, where Forced::keep_facts asks for it; null for a forced treatment,
    /// which no facts decided.
    std::shared_ptr<const policy::Facts> facts;
};

/// What becomes of the message.
enum class Action : std::uint8_t {
    Deliver,   ///< with the edits, which may be none
    Reject,    ///< 550 5.7.1 with `text`
    Hold,      ///< the MTA's hold queue, unchanged
    TempFail,  ///< 451 4.3.0 with `text`
    Discard    ///< nobody is left
};

/// Something in the message that the sender should look at, and that stopped nothing.
struct Note {
    std::string word;  ///< for the log: no text of the message but [a-z0-9_-]
    std::string text;  ///< for a person
};

struct Outcome {
    Action action = Action::Deliver;
    std::string word;  ///< why, for machines: "signed", "foreign_tracked_link", "store" ...
    std::string text;  ///< why, for the sender: one line without an address
    std::vector<RecipientDecision> recipients;  ///< one for each, in envelope order
    std::vector<std::size_t> suppressed;        ///< indexes into Envelope::recipients to take out
    policy::Decision shared;  ///< what the one body obeys; meaningless when nobody is left
    rewriter::Edits edits;
    policy::CampaignId campaign = 0;
    LeftLinks links_left;           ///< links that stay as written, by reason
    std::size_t personal_left = 0;  ///< of these: the destination names the person
    std::size_t foreign_left = 0;   ///< links through others' click trackers that nobody can open
    std::size_t enclosed_messages = 0;  ///< messages inside it: kept whole, nobody looked in
    std::vector<Note> notes;
    bool unchanged = false;         ///< goes on as it came, where its treatment changes mail
    bool not_split = false;         ///< several recipients where the stream counts on one: warn
    bool passed_untreated = false;  ///< should have lost something and went on: alert
};

/// For trying a message offline only; the daemon never sets it.
struct Forced {
    std::optional<policy::Treatment> treatment;
    /// Where no daemon ever ran, its duties count as done, and the reasons say so.
    bool assume_duties = false;
    bool keep_facts = false;  ///< for an explanation
};

/// Treats one message of `stream`. Never throws for what the message holds.
[[nodiscard]] Outcome treat(const Transaction& transaction, const policy::Stream& stream,
                            const Context& context, const Forced& forced = {});

/// The stream of a message whose header is known; null when none matches. Borrowed from the rules.
[[nodiscard]] const policy::Stream* stream_of(const Transaction& transaction, const Rules& rules);

/// The same before the header is known (StreamAnswer::Kind::NeedsHeaders when it decides).
[[nodiscard]] policy::StreamAnswer stream_before_header(const Envelope& envelope,
                                                        const Rules& rules);

/// Whether this recipient opted out of the stream's mail. Errors: Unavailable.
[[nodiscard]] Result<bool> opted_out(const Recipient& recipient, const policy::Stream& stream,
                                     const Context& context);

/// The id of a recipient at the stream's controller.
[[nodiscard]] policy::RecipientId id_of(const Recipient& recipient, const policy::Stream& stream,
                                        const Context& context);

}  // namespace candor::milter
