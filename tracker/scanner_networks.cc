// Reading the table, and making ranges without overlap of networks that lie within each other.
#include "tracker/scanner_networks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "embedded/scanners.h"

namespace candor::tracker {
namespace {

using policy::IpAddress;
using policy::Network;

constexpr std::string_view head = "network\tscope\tcertainty\tlabel";
constexpr std::string_view system_prefix = "asn:";
constexpr std::size_t columns = 4;

std::string_view take_until(std::string_view& rest, char end) {
    const std::size_t at = std::min(rest.find(end), rest.size());
    const std::string_view taken = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return taken;
}

/// The last address of the network.
IpAddress last_of(const Network& network) {
    IpAddress::Bytes bytes = network.first().bytes();
    for (std::size_t bit = network.prefix_bits(); bit < bytes.size() * 8; ++bit) {
        bytes.at(bit / 8) = static_cast<std::uint8_t>(bytes.at(bit / 8) | (0x80U >> bit % 8));
    }
    return IpAddress(bytes);
}

/// Nothing behind the very last one.
std::optional<IpAddress> next_of(const IpAddress& address) {
    IpAddress::Bytes bytes = address.bytes();
    for (std::size_t i = bytes.size(); i-- > 0;) {
        if (++bytes.at(i) != 0) return IpAddress(bytes);
    }
    return std::nullopt;
}

/// An IPv6 network that would hold every IPv4 address as well: a slip, in a table of scanners.
bool holds_all_ipv4(const Network& network) {
    return network.first() != IpAddress::of_ipv4({}) &&
           IpAddress::of_ipv4({}).prefix(network.prefix_bits()) == network.first();
}

std::optional<Certainty> certainty_of(std::string_view word) {
    if (word == "certain") return Certainty::Certain;
    if (word == "probable") return Certainty::Probable;
    if (word == "off") return Certainty::None;
    return std::nullopt;
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

tl::expected<ScannerNetworks::Row, std::string> ScannerNetworks::read_row(std::string_view line) {
    if (std::ranges::count(line, '\t') + 1 != columns) {
        return tl::unexpected(std::string("a line has four columns, apart by tabs"));
    }
    const std::string_view name = take_until(line, '\t');
    const std::string_view scope = take_until(line, '\t');
    const std::string_view word = take_until(line, '\t');
    const auto certainty = certainty_of(word);
    if (scope != "all" && scope != "clicks" && scope != "opens") {
        return tl::unexpected(fmt::format("scope `{}` is not all, clicks or opens", scope));
    }
    if (!certainty) {
        return tl::unexpected(fmt::format("certainty `{}` is not certain, probable or off", word));
    }
    const auto network = Network::parse(name);
    const bool is_system =
        name.starts_with(system_prefix) && is_number(name.substr(system_prefix.size()));
    if (!is_system && (!network || holds_all_ipv4(*network))) {
        return tl::unexpected(fmt::format(
            "`{}` is not a network such as 192.0.2.0/24, 2001:db8::/32 or asn:64496", name));
    }
    return Row{network,
               {scope == "opens" ? Certainty::None : *certainty,
                scope == "clicks" ? Certainty::None : *certainty}};
}

tl::expected<std::shared_ptr<const ScannerNetworks>, std::vector<policy::ConfigFault>>
ScannerNetworks::parse(std::string_view text, std::string_view file) {
    std::vector<Row> rows;
    std::vector<policy::ConfigFault> faults;
    std::size_t systems = 0;
    bool has_head = false;
    for (int line_number = 1; !text.empty(); ++line_number) {
        std::string_view line = take_until(text, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with('#')) continue;
        if (!std::exchange(has_head, true)) {
            if (line == head) continue;
            faults.push_back({std::string(file), line_number,
                              "the first line must be `network`, `scope`, `certainty`, `label`, "
                              "apart by tabs"});
            break;
        }
        auto row = read_row(line);
        if (!row) {
            faults.push_back({std::string(file), line_number, row.error()});
        } else if (row->certainties == Certainties{}) {
            continue;  // listed, not used
        } else if (row->network) {
            rows.push_back(*row);
        } else {
            ++systems;
        }
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return std::shared_ptr<const ScannerNetworks>(new ScannerNetworks(std::move(rows), systems));
}

std::shared_ptr<const ScannerNetworks> ScannerNetworks::shipped() {
    static const std::shared_ptr<const ScannerNetworks> table = [] {
        const auto& [file, text] = embedded::scanners.front();
        return parse(text, file).value();
    }();
    return table;
}

ScannerNetworks::ScannerNetworks(std::vector<Row> rows, std::size_t skipped_systems)
    : skipped_systems_(skipped_systems) {
    // The wider one first, so that those within it come while it is open.
    std::ranges::sort(rows, [](const Row& a, const Row& b) {
        return std::pair(a.network->first(), a.network->prefix_bits()) <
               std::pair(b.network->first(), b.network->prefix_bits());
    });
    struct Open {
        IpAddress last;
        Certainties certainties;
    };
    std::vector<Open> open;
    const auto certainties = [&open] {
        return open.empty() ? Certainties{} : open.back().certainties;
    };
    const auto begin_range = [this](const IpAddress& first, const Certainties& its) {
        if (!ranges_.empty() && ranges_.back().first == first) ranges_.pop_back();
        ranges_.push_back({first, its});
    };
    const auto close_innermost = [&] {
        const auto behind = next_of(open.back().last);
        open.pop_back();
        if (behind) begin_range(*behind, certainties());
    };
    for (const Row& row : rows) {
        while (!open.empty() && open.back().last < row.network->first()) close_innermost();
        const Certainties around = certainties();
        open.push_back({last_of(*row.network),
                        {std::max(around.clicks, row.certainties.clicks),
                         std::max(around.opens, row.certainties.opens)}});
        begin_range(row.network->first(), certainties());
    }
    while (!open.empty()) close_innermost();
}

Certainty ScannerNetworks::of(const ClientAddress& client, policy::EventKind kind) const {
    if (!client.is_known()) return Certainty::None;
    const auto behind = std::ranges::upper_bound(ranges_, client, {}, &Range::first);
    if (behind == ranges_.begin()) return Certainty::None;
    const Certainties& found = std::prev(behind)->certainties;
    return kind == policy::EventKind::Open ? found.opens : found.clicks;
}

}  // namespace candor::tracker
