// The special-purpose networks and names, and the many spellings of an IPv4 address (WHATWG URL
// Standard, section 3.5).
#include "policy/links/public_host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/ascii.h"

namespace candor::policy {
namespace {

struct Network {
    std::uint32_t address, mask;
};

/// Not global according to the IANA IPv4 Special-Purpose Address Registry. The documentation
/// networks stay allowed, as `.example` does: nobody can be harmed by a link into them.
constexpr std::array<Network, 11> special_networks{{
    {0x00000000, 0xFF000000},  // 0/8 this network
    {0x0A000000, 0xFF000000},  // 10/8 private
    {0x64400000, 0xFFC00000},  // 100.64/10 shared (RFC 6598)
    {0x7F000000, 0xFF000000},  // 127/8 loopback
    {0xA9FE0000, 0xFFFF0000},  // 169.254/16 link local
    {0xAC100000, 0xFFF00000},  // 172.16/12 private
    {0xC0000000, 0xFFFFFF00},  // 192.0.0/24 protocol assignments
    {0xC0A80000, 0xFFFF0000},  // 192.168/16 private
    {0xC6120000, 0xFFFE0000},  // 198.18/15 benchmarks
    {0xE0000000, 0xF0000000},  // 224/4 multicast
    {0xF0000000, 0xF0000000},  // 240/4 reserved
}};

bool is_public_ipv4(std::uint32_t address) {
    return std::ranges::none_of(special_networks, [address](const Network& network) {
        return (address & network.mask) == network.address;
    });
}

std::uint32_t ipv4_at(const std::array<std::uint8_t, 16>& bytes, std::size_t k) {
    return (std::uint32_t{bytes[k]} << 24) | (std::uint32_t{bytes[k + 1]} << 16) |
           (std::uint32_t{bytes[k + 2]} << 8) | bytes[k + 3];
}

/// One number of an IPv4 address as browsers read it: decimal, `0x` hexadecimal or `0` octal.
std::optional<std::uint64_t> ipv4_number(std::string_view text) {
    std::uint64_t base = 10;
    if (text.empty()) return std::nullopt;
    if (text.size() >= 2 && text[0] == '0' && ascii_lower(text[1]) == 'x') {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() >= 2 && text[0] == '0') {
        base = 8;
        text.remove_prefix(1);
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        const int digit = hex_value(c);
        if (digit < 0 || static_cast<std::uint64_t>(digit) >= base) return std::nullopt;
        value = value * base + static_cast<std::uint64_t>(digit);
        if (value > 0xFFFFFFFF) return std::nullopt;
    }
    return value;
}

std::vector<std::string_view> labels_of(std::string_view domain) {
    std::vector<std::string_view> labels;
    for (;;) {
        const std::size_t dot = domain.find('.');
        labels.push_back(domain.substr(0, dot));
        if (dot == std::string_view::npos) return labels;
        domain.remove_prefix(dot + 1);
    }
}

/// `127.1`, `0x7f000001` and `2130706433` all reach the machine itself.
bool is_public_loose_ipv4(const std::vector<std::string_view>& parts) {
    if (parts.size() > 4) return false;
    std::uint64_t address = 0;
    for (std::size_t k = 0; k < parts.size(); ++k) {
        const auto number = ipv4_number(parts[k]);
        if (!number) return false;
        if (k + 1 < parts.size()) {
            if (*number > 255) return false;
            address |= *number << (8 * (3 - k));
        } else {
            if (*number >> (8 * (5 - parts.size())) != 0) return false;
            address |= *number;
        }
    }
    return is_public_ipv4(static_cast<std::uint32_t>(address));
}

/// Names that never leave a machine or a site: RFC 6761, 6762, 8375 and ICANN's `.internal`.
constexpr std::array<std::string_view, 6> private_endings{".localhost", ".localdomain", ".local",
                                                          ".internal",  ".home.arpa",   ".invalid"};

}  // namespace

bool is_public_ipv6(std::string_view bracketed) {
    if (bracketed.size() < 4 || bracketed.back() != ']') return false;
    const std::string text{bracketed.substr(1, bracketed.size() - 2)};
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return false;

    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
        return is_public_ipv4(ipv4_at(bytes, 12));
    }
    if (bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xFF && bytes[3] == 0x9B) {
        return is_public_ipv4(ipv4_at(bytes, 12));  // NAT64, RFC 6052
    }
    if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public_ipv4(ipv4_at(bytes, 2));  // 6to4
    return (bytes[0] & 0xE0) == 0x20;  // 2000::/3 is all that is global unicast today
}

bool is_public_name(std::string_view ascii_domain) {
    const std::size_t dot = ascii_domain.rfind('.');
    const std::string_view last = ascii_domain.substr(dot + 1);  // npos + 1 is 0
    const bool ends_in_number = std::ranges::all_of(last, is_ascii_digit) ||
                                (last.starts_with("0x") && ipv4_number(last).has_value());
    if (ends_in_number) return is_public_loose_ipv4(labels_of(ascii_domain));
    return dot != std::string_view::npos &&
           std::ranges::none_of(private_endings,
                                [&](std::string_view end) { return ascii_domain.ends_with(end); });
}

}  // namespace candor::policy
