// Who may have an opt-out on record, in memory: for the one process that writes optouts.db, so that
// a click of somebody who never opted out needs no query. Never answers "none" for somebody who has
// one; says "maybe" for whose opt-out was taken back.
#pragma once

#include <cstdint>
#include <shared_mutex>
#include <span>
#include <vector>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

/// Safe to call from any thread. 16 to 32 bytes for each opt-out.
class OptOutIndex {
  public:
    /// All that is on record now; the caller holds the lock of the file, so nobody else adds any.
    /// Errors: Unavailable.
    [[nodiscard]] Result<void> load(Database& opt_outs);
    /// Before they are committed: whoever asks after the commit must find them.
    void add(std::span<const policy::OptOut> opt_outs);
    [[nodiscard]] bool may_have(policy::ControllerNumber controller,
                                std::uint64_t recipient_prefix) const;

  private:
    void insert(std::uint64_t person);
    void grow();

    mutable std::shared_mutex mutex_;                                      // guards the two below
    std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(1024);  ///< 0 = free
    std::size_t used_ = 0;
};

}  // namespace candor::sqlite
