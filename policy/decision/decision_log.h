// What is kept of every decision as evidence (GDPR Art. 5(2)): the record, and what a reader of the
// log gets back. Values only; `policy::Store` keeps them, `audit` chains them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policy/clock.h"
#include "policy/people/recipient_id.h"
#include "policy/tokens/token.h"

namespace candor::policy {

/// What became of one recipient's copy.
enum class DecisionOutcome : std::uint8_t {
    Delivered = 1,   ///< handed back to the MTA, changed or not
    Suppressed = 2,  ///< this recipient was taken out or refused
    Rejected = 3,    ///< 550: it could not obey
    Held = 4,        ///< the MTA's hold queue
    Observed = 5     ///< observe mode: decided, not applied
};
[[nodiscard]] constexpr std::string_view to_string(DecisionOutcome outcome) {
    switch (outcome) {
        case DecisionOutcome::Delivered: return "delivered";
        case DecisionOutcome::Suppressed: return "suppressed";
        case DecisionOutcome::Rejected: return "rejected";
        case DecisionOutcome::Held: return "held";
        case DecisionOutcome::Observed: return "observed";
    }
    return "unknown";  // a value of a later program
}

/// A one-time tag over a body as it left: Poly1305 under a key that HMAC-SHA-256 makes of the audit
/// key and `nonce` (policy/decision/audit.h).
struct BodyDigest {
    std::array<std::uint8_t, 16> nonce{}, tag{};
    bool operator==(const BodyDigest&) const = default;
};

/// One decision about one recipient of one message. No address in any field.
struct DecisionRecord {
    ControllerNumber controller = 0;
    RecipientId recipient;
    CampaignId campaign = 0;  ///< 0 = the message names none
    Instant at{};
    DecisionOutcome outcome = DecisionOutcome::Delivered;
    std::string queue_id;
    std::string evidence;  ///< id of the assessment or consent; empty = none was needed
    /// decision_grounds.h: treatment, rule, reasons, digest of the policy. Recipients who were
    /// decided alike share it. Never null.
    std::shared_ptr<const std::string> grounds;
    std::optional<BodyDigest> body;  ///< nothing where no body left
};

/// The end of the chain after row `number`; goes to syslog, so that cutting the log off shows.
struct DecisionHead {
    std::uint64_t number = 0;  ///< 0 = nothing was ever kept
    std::array<std::uint8_t, 32> link{};
    bool operator==(const DecisionHead&) const = default;
};

/// A record as it lies in the log.
struct KeptDecision {
    std::uint64_t number = 0;
    DecisionRecord record;
};

/// Which records somebody asks for; what is not set is not asked about.
struct DecisionQuery {
    std::optional<ControllerNumber> controller;
    std::optional<RecipientId> recipient;
    std::optional<CampaignId> campaign;
    std::string queue_id;
    std::optional<Instant> since, until;  ///< both included
    std::size_t limit = 1000;             ///< the newest so many
};

}  // namespace candor::policy
