// candor milter, candor tracker: in the foreground, with sd_notify, until a signal.
#include <fmt/format.h>
#include <pthread.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include <csignal>
#include <ctime>
#include <filesystem>
#include <functional>
#include <mutex>
#include <numeric>

#include "cli/command.h"
#include "cli/restart_settings.h"
#include "cli/spdlog_journal.h"
#include "cli/state.h"
#include "cli/tracker_files.h"
#include "milter/decision_buffer.h"
#include "milter/server.h"
#include "tracker/descriptors.h"
#include "tracker/tracker.h"

namespace candor::cli {
namespace {

constexpr int housekeeping_every_seconds = 60;
constexpr int decision_head_every_seconds = 3600;

/// The rules in force; a reload swaps them, running sessions keep theirs.
class LiveRules final : public milter::RulesSource {
  public:
    explicit LiveRules(std::shared_ptr<const milter::Rules> rules) : rules_(std::move(rules)) {}
    [[nodiscard]] std::shared_ptr<const milter::Rules> rules() const override {
        const std::scoped_lock lock(mutex_);
        return rules_;
    }
    void replace(std::shared_ptr<const milter::Rules> rules) {
        const std::scoped_lock lock(mutex_);
        rules_ = std::move(rules);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const milter::Rules> rules_;  // guarded by mutex_
};

/// At the start and at every reload: an operator who never runs `candor check` hears it too.
void warn_of_old_facts(const milter::Rules& rules, policy::Journal& journal) {
    const policy::EffectivePolicy& effective = rules.policy.effective;
    if (!effective.facts_are_old(SystemClock{}.now())) return;
    journal.warning("facts_old",
                    fmt::format("the legal facts of {} are of {}, older than 12 months",
                                effective.facts_of(), effective.facts_date()));
}

/// What both daemons open first.
struct Daemon {
    std::shared_ptr<const milter::Rules> rules;
    std::unique_ptr<DaemonJournal> journal;
    std::unique_ptr<State> state;
    int exit_code = EX_OK;
};

Daemon open_daemon(const Command& command, StateRole role) {
    Daemon daemon;
    Loaded loaded = load_for(command);
    daemon.exit_code = loaded.exit_code;
    if (!loaded.rules) return daemon;
    auto journal =
        open_journal(loaded.rules->config.log, role == StateRole::Milter ? "milter" : "tracker");
    if (!journal) {
        daemon.exit_code = report(journal.error());
        return daemon;
    }
    auto state = State::open(*loaded.rules, role, journal->get());
    if (!state) {
        daemon.exit_code = report(state.error());
        return daemon;
    }
    warn_of_old_facts(*loaded.rules, **journal);
    daemon.rules = std::move(loaded.rules);
    daemon.journal = *std::move(journal);
    daemon.state = *std::move(state);
    return daemon;
}

using Faults = std::vector<policy::ConfigFault>;
using RulesPointer = std::shared_ptr<const milter::Rules>;

/// A faulty new configuration is refused and logged, and the old one goes on. `started_with` is
/// what the daemon opened its sockets and files by; `more` looks at the files that only this daemon
/// reads.
std::shared_ptr<const milter::Rules> reloaded(
    const Command& command, const policy::Config& started_with, State& state,
    DaemonJournal& journal, const std::function<Faults(const RulesPointer&)>& more = {}) {
    journal.reopen();  // whatever becomes of the configuration: logrotate asks for this alone
    sd_notify(0, "RELOADING=1");
    auto rules = load_rules(command.config_file);
    Faults faults;
    if (!rules) {
        faults = std::move(rules.error());
    } else if (more) {
        faults = more(*rules);
    }
    sd_notify(0, "READY=1");
    if (!faults.empty()) {
        journal.reload_refused(policy::to_line(faults.front()), faults.size());
        return nullptr;
    }
    if (auto keys = state.use_controllers((*rules)->config); !keys) {
        journal.reload_refused(keys.error().message, 1);
        return nullptr;
    }
    journal.reloaded((*rules)->config.file, (*rules)->policy.effective.digest());
    const std::string for_restart =
        settings_for_restart(started_with, (*rules)->config, !command.state_dir.empty());
    if (!for_restart.empty()) journal.reload_needs_restart(for_restart);
    warn_of_old_facts(**rules, journal);
    return *rules;
}

void ready(std::string_view listening_on) {
    const std::string text = fmt::format("READY=1\nSTATUS=listening on {}", listening_on);
    sd_notify(0, text.c_str());
}

/// Null where the configuration keeps none: what a reload does not change.
milter::DecisionBuffer* kept_in(milter::DecisionBuffer& decisions, const milter::Rules& rules) {
    return rules.config.decisions.keep ? &decisions : nullptr;
}

int run_milter(const Command& command) {
    milter::leave_stop_signals_to_libmilter();
    Daemon daemon = open_daemon(command, StateRole::Milter);
    if (!daemon.state) return daemon.exit_code;
    const auto recipient_key = daemon.state->recipient_key();
    if (!recipient_key) return report(recipient_key.error());
    auto listener = milter::Listener::open(daemon.rules->config.milter.socket);
    if (!listener) return report(listener.error());

    const SystemClock clock;
    DaemonJournal& journal = *daemon.journal;
    State& state = *daemon.state;
    LiveRules live{daemon.rules};
    milter::Totals totals;
    const auto audit_key = state.audit_key();
    if (!audit_key) return report(audit_key.error());
    milter::DecisionBuffer decisions{state.store(), journal, *audit_key};
    const milter::Ports ports{state.store(), state.keys(),   clock,
                              journal,       *recipient_key, kept_in(decisions, *daemon.rules)};
    // Somebody is erased who got mail within the last second: those records go first, not after.
    state.before_erasing_decisions([&decisions] { return decisions.write(); });
    // What fails goes on waiting, and the journal has said so.
    const auto write_decisions = [&decisions] { static_cast<void>(decisions.write()); };

    std::int64_t seconds = 0;
    milter::ServerHooks hooks;
    hooks.ready = [&](const std::string& socket) {
        journal.started("milter", socket);
        ready(socket);
    };
    hooks.reload = [&] {
        if (auto rules = reloaded(command, daemon.rules->config, state, journal))
            live.replace(std::move(rules));
    };
    hooks.stopping = [&](const char* why) {
        sd_notify(0, "STOPPING=1");
        journal.stopping("milter", why);
    };
    hooks.before_exit = write_decisions;
    hooks.every_second = [&] {
        ++seconds;
        write_decisions();
        state.follow_keys(journal);
        if (seconds % housekeeping_every_seconds == 0) state.housekeeping(clock.now(), journal);
        state.record_duties(journal);
        if (seconds % live.rules()->config.log.totals_every.count() == 0)
            journal.totals(totals.take());
        if (seconds % decision_head_every_seconds == 0) state.report_decision_head(journal);
    };
    state.housekeeping(clock.now(), journal);
    state.record_duties(journal);
    const auto served =
        milter::serve(*listener, ports, live, totals, daemon.rules->config.milter.drain, hooks);
    write_decisions();
    state.before_erasing_decisions({});
    state.report_decision_head(journal);
    journal.totals(totals.take());
    return served ? EX_OK : report(served.error());
}

/// Waits up to a second for one of the tracker's signals; 0 when none came.
int next_signal(const sigset_t& signals) {
    const timespec second{1, 0};
    const int signal = sigtimedwait(&signals, nullptr, &second);
    return signal < 0 ? 0 : signal;
}

std::filesystem::path spool_directory(const policy::Config& config) {
    return std::filesystem::path(config.state_dir) / "spool";
}

/// The listening sockets that systemd holds for us (sd_listen_fds(3)); none when it holds none.
Result<std::vector<int>> inherited_sockets() {
    const int count = sd_listen_fds(1);
    if (count < 0) return fail(Fault::Broken, "LISTEN_FDS and LISTEN_PID make no sense");
    std::vector<int> sockets(static_cast<std::size_t>(count));
    std::iota(sockets.begin(), sockets.end(), SD_LISTEN_FDS_START);
    return sockets;
}

int run_tracker(const Command& command) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread: one place answers them

    tracker::raise_descriptor_limit();
    Daemon daemon = open_daemon(command, StateRole::Tracker);
    if (!daemon.state) return daemon.exit_code;
    const SystemClock clock;
    State& state = *daemon.state;
    DaemonJournal& journal = *daemon.journal;
    const std::shared_ptr<const policy::Config> config{daemon.rules, &daemon.rules->config};
    auto settings = load_tracker_files(config);
    if (!settings) return report(settings.error());
    const auto sockets = inherited_sockets();
    if (!sockets) return report(sockets.error());
    auto tracker = tracker::Tracker::open(*settings, spool_directory(*config), state.store(),
                                          state.keys(), clock, journal, *sockets);
    if (!tracker) return report(tracker.error());

    state.housekeeping(clock.now(), journal);
    state.record_duties(journal);
    (*tracker)->start();
    (*tracker)->tend();  // before READY: who is started after us may track
    ready((*tracker)->listening_on());
    for (std::int64_t seconds = 1;; ++seconds) {
        const int signal = next_signal(signals);
        if (signal == SIGTERM || signal == SIGINT || signal == SIGUSR2) break;
        if (signal == SIGUSR1) {
            const auto read_files = [&settings](const RulesPointer& rules) {
                settings = load_tracker_files({rules, &rules->config});
                return settings ? Faults() : settings.error();
            };
            if (reloaded(command, *config, state, journal, read_files)) {
                (*tracker)->reload(*settings);
            }
        }
        state.follow_keys(journal);
        state.deliver_waiting(journal);
        if (seconds % housekeeping_every_seconds == 0) state.housekeeping(clock.now(), journal);
        state.record_duties(journal);
        (*tracker)->tend();
    }
    sd_notify(0, "STOPPING=1");
    journal.stopping("tracker", "signal");
    (*tracker)->stop();
    state.deliver_waiting(journal);
    return EX_OK;
}

}  // namespace

void add_daemon_commands(CLI::App& app, Command& command) {
    app.add_subcommand("milter", "the daemon that Postfix or Sendmail asks about every message")
        ->callback([&command] { command.run = [&command] { return run_milter(command); }; });
    app.add_subcommand("tracker", "the daemon that answers clicks and opt-outs over HTTP")
        ->callback([&command] { command.run = [&command] { return run_tracker(command); }; });
}

}  // namespace candor::cli
