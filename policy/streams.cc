// Finding the stream of a message, and the small languages match rules are written in: globs and
// networks. Reading them from the configuration is config_streams.cc.
#include "policy/streams.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace candor::policy {
namespace {

constexpr std::size_t ipv4_bits = 32;
constexpr std::size_t ipv6_bits = 128;
// "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" is the longest spelling.
constexpr std::size_t max_address_bytes = 45;
constexpr std::size_t mapped_prefix_bytes = 12;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

struct Address {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t bits = 0;  // 32 or 128
};

struct Network {
    Address address;
    std::size_t prefix = 0;
};

bool is_mapped_ipv4(const Address& address) {
    constexpr std::array<std::uint8_t, mapped_prefix_bytes> mapped{0, 0, 0, 0, 0,    0,
                                                                   0, 0, 0, 0, 0xFF, 0xFF};
    return address.bits == ipv6_bits &&
           std::equal(mapped.begin(), mapped.end(), address.bytes.begin());
}

/// ::ffff:192.0.2.7 is the way an IPv4 client looks on a dual-stack socket: one address, two
/// spellings.
Address unmapped(const Address& address) {
    if (!is_mapped_ipv4(address)) return address;
    Address plain;
    plain.bits = ipv4_bits;
    std::copy(address.bytes.begin() + mapped_prefix_bytes, address.bytes.end(),
              plain.bytes.begin());
    return plain;
}

std::optional<Address> parse_address(std::string_view text) {
    if (text.empty() || text.size() > max_address_bytes) return std::nullopt;
    // inet_pton reads up to a NUL byte; one inside would hide what follows it.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    Address address;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) {
        address.bits = ipv4_bits;
        return address;
    }
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) {
        address.bits = ipv6_bits;
        return address;
    }
    return std::nullopt;
}

bool bit(const Address& address, std::size_t index) {
    return (address.bytes.at(index / 8) >> (7 - index % 8) & 1U) != 0;
}

/// A network with bits set behind its prefix (10.1.2.3/8) is a slip, not a network.
std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<Address> address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    Network network{*address, address->bits};
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const char* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, network.prefix);
        if (error != std::errc{} || stop != end || network.prefix > address->bits)
            return std::nullopt;
    }
    for (std::size_t i = network.prefix; i < address->bits; ++i) {
        if (bit(*address, i)) return std::nullopt;
    }
    constexpr std::size_t mapped_bits = mapped_prefix_bytes * 8;
    if (is_mapped_ipv4(*address) && network.prefix >= mapped_bits) {
        network.address = unmapped(*address);
        network.prefix -= mapped_bits;
    }
    return network;
}

bool any_glob(std::span<const std::string> globs, std::string_view text) {
    return std::ranges::any_of(globs,
                               [&](const std::string& glob) { return glob_match(glob, text); });
}

/// For what may be absent: `*` means "any that is there", so nothing matches an absent one.
bool any_glob_of_present(std::span<const std::string> globs, std::string_view text) {
    return globs.empty() || (!text.empty() && any_glob(globs, text));
}

bool envelope_matches(const StreamMatch& match, const StreamQuery& query) {
    const auto contains_client = [&](const std::string& network) {
        return network_contains(network, query.client_address);
    };
    return any_glob_of_present(match.sasl_user, query.sasl_user) &&
           any_glob_of_present(match.daemon_name, query.daemon_name) &&
           (match.sender.empty() || any_glob(match.sender, query.sender)) &&
           (match.client_address.empty() ||
            std::ranges::any_of(match.client_address, contains_client));
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool needs_headers(const StreamMatch& match) {
    return !match.from.empty() || !match.header.empty();
}

/// `query.headers` are there.
bool headers_match(const StreamMatch& match, const StreamQuery& query) {
    if (!any_glob_of_present(match.from, query.from)) return false;
    if (match.header.empty()) return true;
    return std::ranges::any_of(*query.headers, [&](const StreamQuery::HeaderView& header) {
        return std::ranges::any_of(match.header, [&](const HeaderMatch& wanted) {
            return same_name(wanted.name, header.name) &&
                   glob_match(wanted.value_glob, trimmed(header.value));
        });
    });
}

}  // namespace

StreamAnswer find_stream(std::span<const Stream> streams, const StreamQuery& query) {
    for (const Stream& stream : streams) {
        if (!envelope_matches(stream.match, query)) continue;
        if (needs_headers(stream.match)) {
            // A later stream may match already, but the first match wins: wait for the headers.
            if (!query.headers) return {StreamAnswer::Kind::NeedsHeaders, nullptr};
            if (!headers_match(stream.match, query)) continue;
        }
        return {StreamAnswer::Kind::Matched, &stream};
    }
    return {StreamAnswer::Kind::None, nullptr};
}

std::vector<Stream> bulk_unlisted_streams(std::string_view controller) {
    Stream stream;
    stream.name = "bulk-unlisted";
    stream.controller = controller;
    stream.kind = StreamKind::Marketing;
    stream.match.header = {
        {"List-Unsubscribe", "*"}, {"List-Id", "*"}, {"Feedback-ID", "*"}, {"Precedence", "bulk"}};
    // Nobody has said what this mail is: the application's own opt-out stays in place, and without
    // a feed of its opt-outs nothing above `untracked` comes of it.
    stream.list_unsubscribe = ListUnsubscribe::Keep;
    return {stream};
}

std::string_view to_string(StreamKind kind) {
    switch (kind) {
        case StreamKind::Marketing: return "marketing";
        case StreamKind::Transactional: return "transactional";
        case StreamKind::Internal: return "internal";
    }
    return "marketing";  // a value outside the enum: the kind with the most rules
}

bool glob_match(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;  // the last `*` seen
    std::size_t star_text = 0;                  // where its run ends in `text`
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() &&
                   (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            // Only the last star needs to grow: an earlier one could not reach more than it has.
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool is_network(std::string_view network) {
    return parse_network(network).has_value();
}

bool network_contains(std::string_view network, std::string_view address) {
    const std::optional<Network> wanted = parse_network(network);
    const std::optional<Address> parsed = parse_address(address);
    if (!wanted || !parsed) return false;
    const Address plain = unmapped(*parsed);
    if (plain.bits != wanted->address.bits) return false;
    for (std::size_t i = 0; i < wanted->prefix; ++i) {
        if (bit(plain, i) != bit(wanted->address, i)) return false;
    }
    return true;
}

}  // namespace candor::policy
