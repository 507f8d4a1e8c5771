// candor check --live: each tracking host as a mail client finds it. What the configuration alone
// shows is `cmd_check`.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/clock.h"
#include "policy/config/config.h"
#include "policy/config/config_fault.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

using HostAndPort = std::pair<std::string, std::uint16_t>;

struct LiveOptions {
    std::string ca_file;  ///< PEM; empty = the system's trust store
    /// Connect to each of these instead of where the name leads: before it leads there, or in a
    /// test.
    std::vector<HostAndPort> via{};
};

struct LiveFindings {
    std::vector<policy::ConfigFault> faults;  ///< at the line of the controller
    std::vector<std::string> warnings;
    std::vector<std::string> notes;  ///< what was found to be right
};

/// Asks the tracking host of every controller that has one, at every address that it has: a program
/// may take any of them. Takes seconds.
[[nodiscard]] LiveFindings check_live(const policy::Config& config, const policy::KeyRing& ring,
                                      const LiveOptions& options, policy::Instant now);

/// `HOST:PORT`, `[IPv6]:PORT`; nothing for another text.
[[nodiscard]] std::optional<HostAndPort> host_and_port(std::string_view text);

}  // namespace candor::cli
