// One request of the tracker to itself, on the way its clients come: TCP or a unix socket, behind a
// PROXY header, through TLS. Whose certificate it is nobody asks here: `candor check --live` does.
#pragma once

#include <string>

#include "policy/result.h"
#include "tracker/listener.h"

namespace candor::tracker {

/// Everything that the server at `place` says to `request`, which asks it to close, within two
/// seconds. Errors: Unavailable (no answer, or not in time), Broken (`place` is none).
[[nodiscard]] Result<std::string> answer_of(const Place& place, const std::string& request);

/// For messages: "127.0.0.1 port 8080", "/run/candor/tracker.sock".
[[nodiscard]] std::string name_of(const Place& place);

}  // namespace candor::tracker
