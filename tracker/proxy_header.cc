// Section 2.1 is the line of text, section 2.2 the binary form. See proxy_header.h.
#include "tracker/proxy_header.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace candor::tracker {
namespace {

using Found = Result<std::optional<ProxyHeader>>;

constexpr std::string_view text_start = "PROXY ";
constexpr std::size_t max_line_bytes = 107;
constexpr std::string_view binary_start{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t fixed_bytes = 16;  // of the binary form, before the addresses

auto malformed() {
    return fail(Fault::Malformed, "no PROXY header where one was promised");
}

std::string_view next_word(std::string_view& line) {
    const std::size_t blank = line.find(' ');
    const std::string_view word = line.substr(0, blank);
    line = blank == std::string_view::npos ? std::string_view{} : line.substr(blank + 1);
    return word;
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    return error == std::errc{} && stop == end;
}

Found read_text(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, max_line_bytes).find("\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() >= max_line_bytes) return malformed();
        return std::nullopt;
    }
    std::string_view line = bytes.substr(text_start.size(), end - text_start.size());
    const std::string_view family = next_word(line);
    ProxyHeader header{end + 2, std::nullopt};
    if (family == "UNKNOWN") return header;
    const auto source = ClientAddress::parse(next_word(line));
    const auto target = ClientAddress::parse(next_word(line));
    const std::string_view source_port = next_word(line);
    const std::string_view target_port = next_word(line);
    const bool has_ports = is_port(source_port) && is_port(target_port) && line.empty();
    if ((family != "TCP4" && family != "TCP6") || !source || !target || !has_ports) {
        return malformed();
    }
    header.client = source;
    return header;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

template <std::size_t size>
std::array<std::uint8_t, size> address_bytes(std::string_view bytes) {
    std::array<std::uint8_t, size> address{};
    std::ranges::copy(bytes.substr(fixed_bytes, size), address.begin());
    return address;
}

Found read_binary(std::string_view bytes) {
    if (bytes.size() < fixed_bytes) return std::nullopt;
    constexpr std::uint8_t local_command = 0x20;
    constexpr std::uint8_t proxy_command = 0x21;
    constexpr std::uint8_t tcp_ipv4 = 0x11;
    constexpr std::uint8_t tcp_ipv6 = 0x21;
    constexpr std::size_t ipv4_block = 12;  // two addresses and two ports
    constexpr std::size_t ipv6_block = 36;
    const std::uint8_t command = byte_at(bytes, 12);
    const std::uint8_t family = byte_at(bytes, 13);
    const std::size_t block = std::size_t{byte_at(bytes, 14)} << 8 | byte_at(bytes, 15);
    const std::size_t whole = fixed_bytes + block;
    if ((command != local_command && command != proxy_command) || whole > max_proxy_header_bytes) {
        return malformed();
    }
    if (bytes.size() < whole) return std::nullopt;
    ProxyHeader header{whole, std::nullopt};
    if (command == local_command) return header;
    if (family == tcp_ipv4) {
        if (block < ipv4_block) return malformed();
        header.client = ClientAddress::of_ipv4(address_bytes<4>(bytes));
    } else if (family == tcp_ipv6) {
        if (block < ipv6_block) return malformed();
        header.client = ClientAddress(address_bytes<16>(bytes));
    }
    return header;
}

}  // namespace

Found read_proxy_header(std::string_view bytes) {
    for (const auto& [start, read] :
         {std::pair{text_start, &read_text}, {binary_start, &read_binary}}) {
        const std::size_t seen = std::min(bytes.size(), start.size());
        if (bytes.substr(0, seen) != start.substr(0, seen)) continue;
        if (seen < start.size()) return std::nullopt;
        return read(bytes);
    }
    return malformed();
}

}  // namespace candor::tracker
