// Decisions on their way to the store: taken at once, written in one batch about once a second, off
// the way of the mail.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "policy/decision/audit.h"
#include "policy/journal.h"
#include "policy/store.h"

namespace candor::milter {

/// Safe to call from any thread.
class DecisionBuffer {
  public:
    /// `store` and `journal` must outlive it. Up to `capacity` records wait while the store does
    /// not take them.
    DecisionBuffer(policy::Store& store, policy::Journal& journal, const policy::AuditKey& key,
                   std::size_t capacity = 100000)
        : store_(store), journal_(journal), key_(key), capacity_(capacity) {}

    /// Asked before a message is treated: what cannot be proven is not done, and the MTA retries.
    [[nodiscard]] bool has_room() const;
    void add(std::vector<policy::DecisionRecord> records);
    /// Hands what waits to the store; when it returns, what another thread was writing is there
    /// too. What the store does not take goes on waiting. Errors: those of the store.
    [[nodiscard]] Result<void> write();

    /// A tag for a body that leaves now, under a nonce of its own.
    [[nodiscard]] policy::BodyDigester digester() const;

  private:
    policy::Store& store_;
    policy::Journal& journal_;
    const policy::AuditKey key_;
    const std::size_t capacity_;

    // Held while the store takes a batch, so that write() never returns before one that has begun.
    std::mutex writing_;          // guards the one below
    bool failed_before_ = false;  ///< one line for an outage, one for its end

    mutable std::mutex mutex_;  // guards the one below
    std::vector<policy::DecisionRecord> waiting_;
};

}  // namespace candor::milter
