// Attestations that a privacy notice explains what is measured: the one that counts, or why none
// does.
#pragma once

#include <string>

#include "policy/clock.h"
#include "policy/decision/facts.h"

namespace candor::policy {

struct NoticeAnswer {
    const PrivacyNotice* notice = nullptr;  ///< borrowed from the policy; null when none counts
    std::string why;                        ///< set when null: a sentence, of the nearest one
};
/// The attestation that this controller's privacy notice explains what is `measured`, in force now.
[[nodiscard]] NoticeAnswer find_privacy_notice(const Controller& controller, const Policy& policy,
                                               Measured measured, Instant now);

}  // namespace candor::policy
