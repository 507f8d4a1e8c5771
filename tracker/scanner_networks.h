// Networks of mail scanners and image proxies: a table of addresses, and how sure one can be.
// What follows from it is verdict's to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config/config_fault.h"
#include "policy/result.h"
#include "policy/store.h"
#include "tracker/client_address.h"

namespace candor::tracker {

/// How surely a request from a network is a machine's. `Probable`: people come from there as well.
enum class Certainty : std::uint8_t { None, Probable, Certain };

class ScannerNetworks {
  public:
    /// The table that ships.
    [[nodiscard]] static std::shared_ptr<const ScannerNetworks> shipped();
    /// Lines `network scope certainty label`, apart by tabs; the first line names them, `#` begins
    /// a comment. `file` is for the errors, each with its line.
    [[nodiscard]] static tl::expected<std::shared_ptr<const ScannerNetworks>,
                                      std::vector<policy::ConfigFault>>
    parse(std::string_view text, std::string_view file);

    /// Of networks within each other the greater certainty; None for an address not known.
    [[nodiscard]] Certainty of(const ClientAddress& client, policy::EventKind kind) const;

    /// Rows `asn:NUMBER`: which networks those are says a routing table, which is not at hand.
    [[nodiscard]] std::size_t skipped_systems() const { return skipped_systems_; }

  private:
    struct Certainties {
        Certainty clicks = Certainty::None, opens = Certainty::None;
        bool operator==(const Certainties&) const = default;
    };
    struct Row {
        std::optional<policy::Network> network;  ///< nothing for an autonomous system
        Certainties certainties;
    };
    /// From `first` to the address before the next one's.
    struct Range {
        policy::IpAddress first;
        Certainties certainties;
    };
    /// Errors: what is wrong with the line.
    [[nodiscard]] static tl::expected<Row, std::string> read_row(std::string_view line);
    explicit ScannerNetworks(std::vector<Row> rows, std::size_t skipped_systems);

    std::vector<Range> ranges_;  ///< by `first`; each address lies in one, or before all
    std::size_t skipped_systems_;
};

}  // namespace candor::tracker
