// Start, reload, drain and stop of the milter daemon.
#pragma once

#include <functional>
#include <string>

#include "milter/callbacks.h"
#include "milter/listener.h"
#include "policy/result.h"

namespace candor::milter {

struct ServerHooks {
    /// SIGUSR1: read the configuration again. Called on the signal thread.
    std::function<void()> reload;
    /// Called about once a second on the signal thread: totals, keys, watchdog.
    std::function<void()> every_second;
    /// The socket is open.
    std::function<void(const std::string& listening_on)> ready;
    std::function<void(const char* why)> stopping;
    /// The process ends without a return from serve(): what must not be lost is written here.
    std::function<void()> before_exit;
};

/// Serves until SIGTERM, SIGINT or SIGHUP (libmilter's own: open transactions get 4xx) or SIGUSR2
/// (drain: new mail gets 4xx, open transactions are waited for up to `drain`). Blocks SIGUSR1 and
/// SIGUSR2 in the calling thread: call before any other thread is started, or block them there too.
/// Errors: Unavailable (libmilter would not start).
[[nodiscard]] Result<void> serve(const Listener& listener, const Ports& ports,
                                 const RulesSource& rules, Totals& totals,
                                 std::chrono::seconds drain, const ServerHooks& hooks);

/// Blocks the two signals for this thread and those it starts. Call first in main.
void block_control_signals();

/// libmilter waits for SIGHUP, SIGTERM and SIGINT in a thread of its own; any other thread that
/// does not block them would be ended by them. Call in the daemon before it starts a thread.
void leave_stop_signals_to_libmilter();

}  // namespace candor::milter
