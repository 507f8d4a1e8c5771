// Reading X-Forwarded-For from the right; see client_address.h.
#include "tracker/client_address.h"

#include <algorithm>
#include <optional>

namespace candor::tracker {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Proxies write "192.0.2.7", "192.0.2.7:4711", "2001:db8::1", "[2001:db8::1]",
/// "[2001:db8::1]:443".
std::optional<ClientAddress> address_of(std::string_view entry) {
    if (entry.starts_with('[')) {
        const std::size_t end = entry.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        return ClientAddress::parse(entry.substr(1, end - 1));
    }
    const std::size_t colon = entry.find(':');
    const bool has_port = colon != std::string_view::npos && colon == entry.rfind(':');
    return ClientAddress::parse(has_port ? entry.substr(0, colon) : entry);
}

}  // namespace

TrustedProxies::TrustedProxies(std::span<const std::string> networks) {
    for (const std::string& text : networks) {
        if (const auto network = policy::Network::parse(text)) networks_.push_back(*network);
    }
}

bool TrustedProxies::contains(const ClientAddress& address) const {
    return std::ranges::any_of(networks_, [&address](const policy::Network& network) {
        return network.contains(address);
    });
}

ClientAddress client_of(const Peer& peer, std::string_view forwarded_for,
                        const TrustedProxies& proxies) {
    ClientAddress client = peer.address;
    bool is_ours = peer.is_trusted;
    while (is_ours && !forwarded_for.empty()) {
        const std::size_t comma = forwarded_for.rfind(',');
        const bool is_last = comma == std::string_view::npos;
        const auto entry = trimmed(is_last ? forwarded_for : forwarded_for.substr(comma + 1));
        forwarded_for = is_last ? std::string_view{} : forwarded_for.substr(0, comma);
        if (entry.empty()) continue;  // an empty element of a list is none (RFC 9110, 5.6.1)
        const auto address = address_of(entry);
        if (!address) return {};
        client = *address;
        is_ours = proxies.contains(client);
    }
    return client;
}

}  // namespace candor::tracker
