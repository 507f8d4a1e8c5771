// Addresses of hosts and networks of them. One form for both families: 16 bytes, IPv4 as
// ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2), so that one client in two spellings is one address.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace candor::policy {

class IpAddress {
  public:
    using Bytes = std::array<std::uint8_t, 16>;  ///< in network order

    /// `::`, which no client has: an address that is not known.
    constexpr IpAddress() = default;
    constexpr explicit IpAddress(const Bytes& bytes) : bytes_(bytes) {}
    [[nodiscard]] static IpAddress of_ipv4(const std::array<std::uint8_t, 4>& bytes);
    /// "192.0.2.7", "2001:db8::1"; no brackets, port, zone or blanks.
    [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] const Bytes& bytes() const { return bytes_; }
    [[nodiscard]] bool is_ipv4() const;
    [[nodiscard]] bool is_known() const { return *this != IpAddress{}; }
    /// With all bits behind the first `bits` (of 128) cleared: the network it lies in.
    [[nodiscard]] IpAddress prefix(std::size_t bits) const;

    /// By the bytes, so that the addresses of a network are neighbours.
    auto operator<=>(const IpAddress&) const = default;

  private:
    Bytes bytes_{};
};

class Network {
  public:
    /// "10.0.0.0/8", "2001:db8::/32", "192.0.2.7". Bits set behind the prefix (10.1.2.3/8) are a
    /// slip, not a network.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);

    /// `::/0` holds every IPv6 address and no IPv4 one.
    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] const IpAddress& first() const { return first_; }
    /// Of 128: 104 for 10.0.0.0/8.
    [[nodiscard]] std::size_t prefix_bits() const { return prefix_bits_; }

  private:
    Network(const IpAddress& first, std::size_t prefix_bits)
        : first_(first), prefix_bits_(prefix_bits) {}
    IpAddress first_;
    std::size_t prefix_bits_;
};

}  // namespace candor::policy
