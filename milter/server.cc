// libmilter owns SIGHUP, SIGTERM and SIGINT in a thread of its own; ours are SIGUSR1 and SIGUSR2.
#include "milter/server.h"

#include <pthread.h>
#include <sysexits.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <ctime>
#include <thread>

namespace candor::milter {
namespace {

/// libmilter's worker pool starts up to hundreds of threads in a burst; 8 MB of stack each is too
/// much.
constexpr std::size_t thread_stack_bytes = 1U << 20;

sigset_t control_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    return set;
}

void limit_thread_stacks() {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return;
    pthread_attr_setstacksize(&attributes, thread_stack_bytes);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

/// New mail gets 4xx from now on; what is under way may finish.
void drain_open_transactions(std::chrono::seconds limit) {
    CallbackWorld& world = callback_world();
    world.draining = true;
    const auto until = std::chrono::steady_clock::now() + limit;
    while (world.open_transactions > 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

/// smfi_stop waits for a lock that libmilter's listener holds while it polls, up to 5 s: somebody
/// has to knock until the listener wakes and lets go.
void stop_at_once(const Listener& listener) {
    std::atomic<bool> stopped{false};
    std::thread stopper{[&stopped] {
        smfi_stop();
        stopped = true;
    }};
    while (!stopped) {
        listener.poke();
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    stopper.join();
    listener.poke();
}

/// smfi_main returns while callbacks may still run: what they use must not be destroyed under them.
void end_running_callbacks(policy::Journal& journal, const ServerHooks& hooks) {
    constexpr std::chrono::seconds patience{5};
    const auto until = std::chrono::steady_clock::now() + patience;
    while (callback_world().running > 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    if (callback_world().running == 0) return;
    journal.warning("stopped_early", "a message was still under way; the MTA sends it again");
    // That message is not lost, the MTA has no answer for it; the evidence of those that left would
    // be.
    if (hooks.before_exit) hooks.before_exit();
    _exit(EX_TEMPFAIL);
}

class SignalThread {
  public:
    SignalThread(const Listener& listener, std::chrono::seconds drain, const ServerHooks& hooks)
        : listener_(listener), drain_(drain), hooks_(hooks), thread_([this] { run(); }) {}
    ~SignalThread() {
        finished_ = true;
        pthread_kill(thread_.native_handle(), SIGUSR1);  // wakes sigtimedwait
        thread_.join();
    }
    SignalThread(const SignalThread&) = delete;
    SignalThread& operator=(const SignalThread&) = delete;

  private:
    void run() {
        const sigset_t set = control_signals();
        while (!finished_) {
            const timespec second{1, 0};
            const int signal = sigtimedwait(&set, nullptr, &second);
            if (finished_) return;
            if (signal == SIGUSR1 && hooks_.reload) hooks_.reload();
            if (signal == SIGUSR2) {
                if (hooks_.stopping) hooks_.stopping("drain");
                drain_open_transactions(drain_);
                stop_at_once(listener_);
            }
            if (hooks_.every_second) hooks_.every_second();
        }
    }
    const Listener& listener_;
    const std::chrono::seconds drain_;
    const ServerHooks& hooks_;
    std::atomic<bool> finished_{false};
    std::thread thread_;  // last: it reads all of the above
};

}  // namespace

void block_control_signals() {
    const sigset_t set = control_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A peer that hangs up is an error value, not a signal.
    std::signal(SIGPIPE, SIG_IGN);
}

void leave_stop_signals_to_libmilter() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Result<void> serve(const Listener& listener, const Ports& ports, const RulesSource& rules,
                   Totals& totals, std::chrono::seconds drain, const ServerHooks& hooks) {
    block_control_signals();
    CallbackWorld& world = callback_world();
    world.ports = &ports;
    world.rules = &rules;
    world.totals = &totals;
    world.draining = false;

    std::string connection = listener.hand_over();
    if (smfi_setconn(connection.data()) != MI_SUCCESS ||
        smfi_register(milter_description()) != MI_SUCCESS || smfi_opensocket(false) != MI_SUCCESS) {
        return fail(Fault::Unavailable, "libmilter cannot use the socket " + listener.name());
    }
    if (hooks.ready) hooks.ready(listener.name());
    limit_thread_stacks();
    const SignalThread signals{listener, drain, hooks};
    const int result = smfi_main();
    if (hooks.stopping) hooks.stopping("stop");
    end_running_callbacks(ports.journal, hooks);
    if (result != MI_SUCCESS) return fail(Fault::Unavailable, "libmilter ended with an error");
    return {};
}

}  // namespace candor::milter
