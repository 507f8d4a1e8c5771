// The tracker tries its own opt-out page, the way a mail provider would: over HTTP, on the socket
// it listens on, with an unsubscribe link of nobody. Only what passed is put on record, and without
// a fresh record nothing is tracked (policy/decision/duties.h).
#pragma once

#include <map>
#include <string>

#include "policy/clock.h"
#include "policy/config/config.h"
#include "policy/journal.h"
#include "policy/result.h"
#include "policy/store.h"
#include "policy/tokens/keys.h"
#include "tracker/listener.h"

namespace candor::tracker {

/// Once, for one controller: GET shows the form and changes nothing, the one-click POST answers 200
/// and is on record. Leaves no opt-out behind. Takes a few seconds at most.
/// Errors: Missing (no link key of this controller is at hand), Unavailable (no answer, or the
/// store has none), Broken (the page does not do what it promises); the message says which.
[[nodiscard]] Result<void> test_opt_out_page(const policy::Controller& controller,
                                             const Place& place, policy::Store& store,
                                             const policy::KeyRing& ring);

/// When to test whom. For one thread.
class SelfTest {
  public:
    /// All borrowed; they must outlive the SelfTest.
    SelfTest(policy::Store& store, const policy::KeySource& keys, const policy::Clock& clock,
             policy::Journal& journal)
        : store_(store), keys_(keys), clock_(clock), journal_(journal) {}

    /// Tests every controller whose last test is an hour old, or a minute where it failed, and
    /// records success. Before the milter has made the keys there is nothing to test.
    void run_due(const policy::Config& config, const Place& place);

  private:
    struct Tried {
        policy::Instant at{};
        bool passed = false;
    };
    [[nodiscard]] bool is_due(policy::ControllerNumber controller, policy::Instant now) const;

    policy::Store& store_;
    const policy::KeySource& keys_;
    const policy::Clock& clock_;
    policy::Journal& journal_;
    std::map<policy::ControllerNumber, Tried> tried_;
};

}  // namespace candor::tracker
