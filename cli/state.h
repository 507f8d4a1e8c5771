// Keys and store of one state directory, opened for what a command is going to do.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/wiring.h"
#include "policy/decision/audit.h"
#include "policy/store.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

/// Which files this process writes for its whole life (design: one writer per file).
enum class StateRole : std::uint8_t { Milter, Tracker, Command };

class State {
  public:
    /// Keys and files are made on first use. `journal` is a daemon's, and must outlive the state.
    /// Errors: Unavailable, Damaged (a lost key or file, one that others can read, one that is
    /// another user's).
    [[nodiscard]] static Result<std::unique_ptr<State>> open(const milter::Rules& rules,
                                                             StateRole role,
                                                             policy::Journal* journal = nullptr);
    virtual ~State() = default;

    [[nodiscard]] virtual policy::Store& store() = 0;
    [[nodiscard]] virtual const policy::KeySource& keys() const = 0;
    /// Errors: Missing (a tracker host has none of the three).
    [[nodiscard]] virtual Result<policy::RecipientKey> recipient_key() const = 0;
    [[nodiscard]] virtual Result<policy::AddressKey> address_key() const = 0;
    [[nodiscard]] virtual Result<policy::AuditKey> audit_key() const = 0;

    /// After a reload: keys for controllers that are new. Errors: Unavailable.
    [[nodiscard]] virtual Result<void> use_controllers(const policy::Config& config) = 0;
    /// For the daemons, about once a second: reads the keys again when some were made or destroyed.
    /// The tracker then takes out the events of epochs that were shredded.
    virtual void follow_keys(policy::Journal& journal) = 0;
    /// For the daemons, about once a minute: makes the keys of the coming days, destroys those past
    /// their retention and the months of decisions past theirs (milter), unlinks event files past
    /// theirs (tracker). Nothing of it while the clock is not believed (`clock_guard`).
    virtual void housekeeping(policy::Instant now, policy::Journal& journal) = 0;
    /// For the milter: as SqliteStore::before_erasing_decisions().
    virtual void before_erasing_decisions(std::function<Result<void>()> write) = 0;
    /// For the milter, about once an hour: says where the decision log ends.
    virtual void report_decision_head(policy::Journal& journal) = 0;
    /// For the daemons, about once a second: puts on record, once an hour, that housekeeping
    /// destroyed all that had to go. Without that nothing is tracked (policy/decision/duties.h).
    virtual void record_duties(policy::Journal& journal) = 0;
    /// For the tracker, about once a second: opt-outs that wait in the journal of others.
    virtual void deliver_waiting(policy::Journal& journal) = 0;
};

/// Rules with `--state` applied, or the faults reported and an exit code.
struct Loaded {
    std::shared_ptr<const milter::Rules> rules;
    int exit_code = 0;
};
[[nodiscard]] Loaded load_for(const Command& command);

/// `--controller`, or the first of the configuration. Errors: Missing.
[[nodiscard]] Result<const policy::Controller*> chosen_controller(const Command& command,
                                                                  const milter::Rules& rules);

}  // namespace candor::cli
