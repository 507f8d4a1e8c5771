// Reading and comparing; see network.h.
#include "policy/config/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace candor::policy {
namespace {

constexpr std::size_t ipv4_bits = 32;
constexpr std::size_t ipv6_bits = 128;
// "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" is the longest spelling.
constexpr std::size_t max_address_bytes = 45;
constexpr std::size_t mapped_prefix_bytes = 12;
constexpr std::size_t mapped_prefix_bits = mapped_prefix_bytes * 8;
constexpr std::array<std::uint8_t, mapped_prefix_bytes> mapped_prefix{0, 0, 0, 0, 0,    0,
                                                                      0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

IpAddress IpAddress::of_ipv4(const std::array<std::uint8_t, 4>& bytes) {
    Bytes mapped{};
    std::ranges::copy(mapped_prefix, mapped.begin());
    std::ranges::copy(bytes, mapped.begin() + mapped_prefix_bytes);
    return IpAddress(mapped);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.empty() || text.size() > max_address_bytes) return std::nullopt;
    // inet_pton reads up to a NUL byte; one inside would hide what follows it.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    std::array<std::uint8_t, 4> ipv4{};
    if (inet_pton(AF_INET, terminated.c_str(), ipv4.data()) == 1) return of_ipv4(ipv4);
    Bytes ipv6{};
    if (inet_pton(AF_INET6, terminated.c_str(), ipv6.data()) == 1) return IpAddress(ipv6);
    return std::nullopt;
}

bool IpAddress::is_ipv4() const {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

IpAddress IpAddress::prefix(std::size_t bits) const {
    Bytes kept{};
    const std::size_t whole = std::min(bits, ipv6_bits) / 8;
    std::copy_n(bytes_.begin(), whole, kept.begin());
    if (whole < kept.size()) {
        kept.at(whole) = static_cast<std::uint8_t>(bytes_.at(whole) & ~(0xFFU >> bits % 8));
    }
    return IpAddress(kept);
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view first_text = text.substr(0, slash);
    const auto first = IpAddress::parse(first_text);
    if (!first) return std::nullopt;
    // The prefix counts from where the spelling begins: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
    const bool is_dotted = first_text.find(':') == std::string_view::npos;
    const std::size_t bits = is_dotted ? ipv4_bits : ipv6_bits;
    std::size_t prefix = bits;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const char* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, prefix);
        if (error != std::errc{} || stop != end || prefix > bits) return std::nullopt;
    }
    prefix += ipv6_bits - bits;
    if (first->prefix(prefix) != *first) return std::nullopt;
    return Network(*first, prefix);
}

bool Network::contains(const IpAddress& address) const {
    if (address.is_ipv4() && prefix_bits_ < mapped_prefix_bits) return false;
    return address.prefix(prefix_bits_) == first_;
}

}  // namespace candor::policy
