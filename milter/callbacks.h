// The C callbacks, and the wall no exception crosses.
#pragma once

#include <libmilter/mfapi.h>

#include <atomic>

#include "milter/session.h"

namespace candor::milter {

/// What the callbacks of one process reach. libmilter has no user pointer for its first callback,
/// so there is one per process; it is set before smfi_main and stays.
struct CallbackWorld {
    const Ports* ports = nullptr;
    const RulesSource* rules = nullptr;
    Totals* totals = nullptr;
    std::atomic<bool> draining{false};
    std::atomic<int> open_transactions{0};
    std::atomic<int> running{0};  ///< callbacks under way: what they use must outlive them
};
[[nodiscard]] CallbackWorld& callback_world();

/// The description to register; valid for the process's life.
[[nodiscard]] smfiDesc milter_description();

}  // namespace candor::milter
