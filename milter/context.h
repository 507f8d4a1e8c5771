// What every session shares: ports that live as long as the daemon, rules that a reload swaps.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/config/config.h"
#include "policy/decision/facts.h"
#include "policy/journal.h"
#include "policy/store.h"
#include "policy/tokens/keys.h"
#include "rewriter/tracking/filter_lists.h"

namespace candor::milter {

class DecisionBuffer;

/// One reading of the configuration. Immutable; a running session keeps the one it began with.
struct Rules {
    policy::Config config;
    policy::Policy policy;
    /// `rewriter.filter_lists`, read; null when there are none.
    std::shared_ptr<const rewriter::FilterLists> filter_lists;
    /// What is no fault but should be known: one `file:line: text` each.
    std::vector<std::string> notices;
};

/// Borrowed from cli/wiring; outlives every session.
struct Ports {
    policy::Store& store;
    const policy::KeySource& keys;
    const policy::Clock& clock;
    policy::Journal& journal;
    const policy::RecipientKey& recipient_key;
    DecisionBuffer* decisions = nullptr;  ///< null: no decision is kept
};

/// What one message is treated with.
struct Context {
    const Ports& ports;
    std::shared_ptr<const Rules> rules;
};

}  // namespace candor::milter
