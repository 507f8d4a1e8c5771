// Human or machine, and why: looks at the headers of one request and stores nothing.
// The answer to a request never depends on it: a scanner that is refused marks the link as dead.
// Signals that need more than one request (bursts, time since delivery) are not looked at here.
#pragma once

#include <string_view>

#include "policy/store.h"
#include "tracker/http.h"

namespace candor::tracker {

struct Judgement {
    policy::Verdict verdict = policy::Verdict::Human;
    /// `head`, `prefetch`, `no_user_agent`, `mail_proxy` or `user_agent`; empty for a human.
    std::string_view why;
};

[[nodiscard]] Judgement judge(const Request& request);

}  // namespace candor::tracker
