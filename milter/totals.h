// Counters of one daemon since the last totals line.
#pragma once

#include <atomic>
#include <cstdint>

#include "policy/journal.h"
#include "policy/treatment.h"

namespace candor::milter {

class Totals {
  public:
    void count_message() { ++messages_; }
    void count_out_of_scope() { ++out_of_scope_; }
    /// In observe mode, whatever was decided.
    void count_observed() { ++observed_; }
    void count_refused() { ++refused_; }
    void count_failed() { ++failed_; }
    void count_suppressed(std::uint64_t recipients) { suppressed_ += recipients; }
    void count_treated(policy::Treatment treatment);
    /// A message that went on as it came although its treatment changes mail.
    void count_unchanged() { ++unchanged_; }
    /// Links through click trackers of others that nobody can open, in mail that went on.
    void count_foreign(std::uint64_t links) { foreign_ += links; }

    /// What was counted since the last call.
    [[nodiscard]] policy::Journal::Totals take();

  private:
    std::atomic<std::uint64_t> messages_{0}, out_of_scope_{0}, individual_{0}, aggregate_{0},
        untracked_{0}, plaintext_{0}, suppressed_{0}, unchanged_{0}, observed_{0}, refused_{0},
        failed_{0}, foreign_{0};
};

}  // namespace candor::milter
