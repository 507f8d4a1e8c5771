// What a mail client would open, as it is sealed into a token and sent back in `Location`.
// Reads a URL only as far as needed to know scheme, host and port (WHATWG URL Standard, sections
// 3.5 and 4.4); every other byte is the author's. Leaves which links are rewritten to `rewriter`.
#include "policy/links/destination.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "policy/ascii.h"
#include "policy/links/public_host.h"
#include "policy/people/domains.h"
#include "policy/tokens/token.h"

namespace candor::policy {

namespace {

constexpr bool is_blank_or_control(char c) {
    return static_cast<unsigned char>(c) <= 0x20;
}
constexpr bool is_line_byte(char c) {
    return c == '\t' || c == '\r' || c == '\n';
}
constexpr bool needs_escape(char c) {
    return is_blank_or_control(c) || static_cast<unsigned char>(c) >= 0x7F;
}
/// Clients read `\` as `/` in http and https.
constexpr bool is_slash(char c) {
    return c == '/' || c == '\\';
}

/// Nothing to trim, to encode or to doubt: so are nearly all links.
bool is_plain(std::string_view url) {
    unsigned odd = 0;  // counted, not searched for: many bytes at a time
    for (const char c : url) odd += needs_escape(c) ? 1U : 0U;
    return odd == 0;
}

std::string trimmed(std::string_view value) {
    while (!value.empty() && is_blank_or_control(value.front())) value.remove_prefix(1);
    while (!value.empty() && is_blank_or_control(value.back())) value.remove_suffix(1);
    std::string out{value};
    std::erase_if(out, [](char c) { return is_line_byte(c); });
    return out;
}

/// A URL cut where a client would cut it. Views into the text it was made from.
struct Pieces {
    std::string_view prefix;     ///< scheme and the two slashes, as written
    std::string_view user_info;  ///< with its `@`; empty when there is none
    std::string_view host;       ///< an IPv6 address with its brackets
    std::string_view port;       ///< with its colon; empty when there is none
    std::string_view rest;       ///< path, query and fragment
};

std::optional<Pieces> split(std::string_view url) {
    const auto begins_with = [url](std::string_view scheme) {
        return url.size() >= scheme.size() &&
               std::ranges::equal(url.substr(0, scheme.size()), scheme, {}, ascii_lower);
    };
    const std::size_t scheme = begins_with("https:") ? 6 : begins_with("http:") ? 5 : 0;
    if (scheme == 0) return std::nullopt;

    const std::size_t start = scheme + 2;
    if (url.size() < start || !is_slash(url[start - 2]) || !is_slash(url[start - 1])) {
        return std::nullopt;
    }
    const auto ends_authority = [](char c) { return is_slash(c) || c == '?' || c == '#'; };
    const auto stop =
        std::find_if(url.begin() + static_cast<std::ptrdiff_t>(start), url.end(), ends_authority);
    const auto end = static_cast<std::size_t>(stop - url.begin());
    Pieces pieces;
    pieces.prefix = url.substr(0, start);
    pieces.rest = url.substr(end);

    std::string_view authority = url.substr(start, end - start);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        pieces.user_info = authority.substr(0, at + 1);
        authority.remove_prefix(at + 1);
    }
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    const std::size_t colon =
        bracket == std::string_view::npos ? bracket : authority.find(':', bracket);
    pieces.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) pieces.port = authority.substr(colon);
    return pieces;
}

/// Ports that browsers refuse to open (Fetch Standard, section 2.9): a link there opens nothing.
constexpr std::array<std::uint32_t, 82> refused_ports{
    0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,
    37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,
    110,  111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,  389,
    427,  465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,  556,
    563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};

bool port_allowed(std::string_view port_with_colon) {
    if (port_with_colon.size() <= 1) return true;  // none, or `host:` which means the default
    std::uint32_t port = 0;
    for (const char c : port_with_colon.substr(1)) {
        if (!is_ascii_digit(c)) return false;
        port = port * 10 + static_cast<std::uint32_t>(c - '0');
        if (port > 65535) return false;
    }
    return std::ranges::find(refused_ports, port) == refused_ports.end();
}

Result<std::string> ascii_host(std::string_view host) {
    const bool escaped = host.find('%') != std::string_view::npos;
    return escaped ? to_ascii_domain(percent_decoded(host)) : to_ascii_domain(host);
}

/// Bytes that are no UTF-8 would reach the client as U+FFFD: another destination than the author's.
bool is_utf8(std::string_view text) {
    for (std::size_t k = 0; k < text.size();) {
        const auto lead = static_cast<unsigned char>(text[k]);
        const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || text.size() - k <= more) return false;
        for (std::size_t m = 1; m <= more; ++m) {
            const auto next = static_cast<unsigned char>(text[k + m]);
            // The first continuation byte also rules out overlong forms, surrogates, > U+10FFFF.
            const unsigned lowest = m == 1 && lead == 0xE0   ? 0xA0
                                    : m == 1 && lead == 0xF0 ? 0x90
                                                             : 0x80;
            const unsigned highest = m == 1 && lead == 0xED   ? 0x9F
                                     : m == 1 && lead == 0xF4 ? 0x8F
                                                              : 0xBF;
            if (next < lowest || next > highest) return false;
        }
        k += more + 1;
    }
    return true;
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    while (!text.empty()) {
        const auto odd = std::ranges::find_if(text, [](char c) { return needs_escape(c); });
        const auto plain = static_cast<std::size_t>(odd - text.begin());
        out += text.substr(0, plain);
        if (plain == text.size()) return;
        const auto byte = static_cast<unsigned char>(text[plain]);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 0x0F];
        text.remove_prefix(plain + 1);
    }
}

/// The host of `pieces` in lower case and as A-labels; Malformed when it is not a public one.
Result<std::string> public_host(std::string_view host) {
    if (host.starts_with('[')) {
        if (is_public_ipv6(host)) return ascii_lowered(host);
        return fail(Fault::Malformed, "the link's address is not a public one");
    }
    auto ascii = ascii_host(host);
    if (!ascii) return fail(Fault::Malformed, "the link's host is not a host name");
    if (!is_public_name(*ascii)) {
        return fail(Fault::Malformed, "the link's host is not a public name or address");
    }
    return ascii;
}

Error too_long() {
    return {Fault::OverLimit, "the link is longer than a destination may be"};
}

}  // namespace

Result<Destination> destination_of(std::string_view value) {
    const bool plain = is_plain(value);
    const std::string url = plain ? std::string{value} : trimmed(value);
    if (url.size() > max_destination_bytes) return fail(too_long());
    const auto pieces = split(url);
    if (!pieces) return fail(Fault::Malformed, "the link is not http or https with a host");
    if (!pieces->user_info.empty()) return fail(Fault::Malformed, "the link names a user");
    if (!port_allowed(pieces->port))
        return fail(Fault::Malformed, "the link's port is not allowed");
    if (!plain && !is_utf8(url)) return fail(Fault::Malformed, "the link is not UTF-8");

    auto host = public_host(pieces->host);
    if (!host) return fail(host.error());
    if (plain) return Destination{url, *std::move(host)};

    std::string out{pieces->prefix};
    out += is_plain(pieces->host) ? pieces->host : std::string_view{*host};
    out += pieces->port;
    append_escaped(out, pieces->rest);
    if (out.size() > max_destination_bytes) return fail(too_long());
    return Destination{std::move(out), *std::move(host)};
}

Result<std::string> serialise_destination(std::string_view value) {
    auto destination = destination_of(value);
    if (!destination) return fail(destination.error());
    return std::move(destination->url);
}

std::string host_of(std::string_view url) {
    const bool plain = is_plain(url);
    const std::string text = plain ? std::string{} : trimmed(url);
    const auto pieces = split(plain ? url : text);
    if (!pieces || pieces->host.empty()) return {};
    if (pieces->host.starts_with('[')) return ascii_lowered(pieces->host);
    auto ascii = ascii_host(pieces->host);
    return ascii ? *std::move(ascii) : ascii_lowered(percent_decoded(pieces->host));
}

}  // namespace candor::policy
