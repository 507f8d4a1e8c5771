// Config file -> rules; state directory -> keys and store. Wires, decides nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/input_file.h"
#include "milter/context.h"
#include "policy/config/config_fault.h"
#include "policy/result.h"

namespace candor::cli {

/// A file that cannot be read as a fault: read_file() names the file, and so does the fault.
[[nodiscard]] policy::ConfigFault unreadable(const std::string& file, const Error& error);

/// Rules as far as they can be read, and every fault of every file at once.
struct Reading {
    std::shared_ptr<const milter::Rules> rules;  ///< of use for mail only when there is no fault
    std::vector<policy::ConfigFault> faults;
};
/// Config, packs, evidence directory. A path inside the config is relative to the config's folder.
[[nodiscard]] Reading read_rules(const std::string& config_file);
/// The same for who obeys them. Errors: all the faults.
[[nodiscard]] tl::expected<std::shared_ptr<const milter::Rules>, std::vector<policy::ConfigFault>>
load_rules(const std::string& config_file);

/// sysexits.h for a fault.
[[nodiscard]] int exit_code(Fault fault);
/// `candor: message` on stderr; the exit code of the fault.
int report(const Error& error);
/// One `file:line: message` line each on stderr; EX_CONFIG.
int report(const std::vector<policy::ConfigFault>& faults);

/// UTC by the system's clock.
class SystemClock final : public policy::Clock {
  public:
    [[nodiscard]] policy::Instant now() const override;
};

}  // namespace candor::cli
