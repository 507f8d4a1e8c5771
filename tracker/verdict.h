// Human or machine, and why: looks at one request and what is known around it, and stores nothing.
// The answer to a request never depends on it: a scanner that is refused marks the link as dead.
#pragma once

#include <chrono>
#include <optional>

#include "policy/store.h"
#include "tracker/http_request.h"
#include "tracker/scanner_networks.h"

namespace candor::tracker {

struct Judgement {
    policy::Verdict verdict = policy::Verdict::Human;
    policy::VerdictReason reason = policy::VerdictReason::None;
    bool operator==(const Judgement&) const = default;
};

/// What a request does not say itself.
struct Circumstances {
    policy::EventKind kind = policy::EventKind::Click;
    Certainty scanner = Certainty::None;  ///< whether its network is a mail scanner's
    /// How long ago the message was sealed; nothing where its link does not say.
    std::optional<std::chrono::seconds> age;
    bool one_of_many = false;  ///< other links of the message were fetched in the same moment
    bool honeypot = false;     ///< the link that nobody sees, or who followed it moments ago
};

struct VerdictLimits {
    std::chrono::seconds too_fast{10};  ///< sooner after the sealing it is a machine; 0 = never
    std::chrono::seconds too_fast_from_scanner{60};  ///< the same where a scanner is probable
};

[[nodiscard]] Judgement judge(const Request& request, const Circumstances& circumstances,
                              const VerdictLimits& limits);

}  // namespace candor::tracker
