// Spelling checks only: whether a host exists or a path can be written is `candor check`.
#include "policy/config/config_checks.h"

#include <algorithm>
#include <charconv>

#include "policy/config/network.h"
#include "policy/law/packs.h"
#include "policy/people/domains.h"

namespace candor::policy {
namespace {

constexpr std::size_t max_name_bytes = 64;
constexpr int max_port = 65535;
// sun_path of a unix socket holds 108 bytes, the last of them a NUL.
constexpr std::size_t max_socket_path_bytes = 107;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_printable(char c) {
    return c > 0x20 && c < 0x7F;
}
bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_number(std::string_view text, int min, int max) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && value >= min && value <= max;
}

bool is_listen_host(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        const std::string_view inner = host.substr(1, host.size() - 2);
        return inner.find(':') != std::string_view::npos && IpAddress::parse(inner);
    }
    const auto is_host_char = [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; };
    return !host.empty() && std::ranges::all_of(host, is_host_char);
}

std::string wrong_socket_path(std::string_view path) {
    if (std::string wrong = wrong_absolute_path(path); !wrong.empty()) return wrong;
    return path.size() <= max_socket_path_bytes ? "" : "is longer than a socket path may be";
}

bool is_host_and_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    return colon != std::string_view::npos && is_listen_host(text.substr(0, colon)) &&
           is_number(text.substr(colon + 1), 1, max_port);
}

}  // namespace

std::string wrong_blank(std::string_view text) {
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    return blank ? "must not be empty" : "";
}

std::string wrong_name(std::string_view text) {
    const auto is_name_char = [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
    };
    if (text.empty() || text.size() > max_name_bytes || !std::ranges::all_of(text, is_name_char)) {
        return "must be 1 to 64 letters, digits, dashes, dots or underscores";
    }
    return {};
}

std::string wrong_host(std::string_view text) {
    constexpr std::string_view wrong = "is not a host name such as go.acme.example";
    const auto ascii = to_ascii_domain(text);
    if (!ascii || ascii->find('.') == std::string::npos) return std::string(wrong);
    // 192.0.2.7 would pass as labels, but no domain can be aligned with it.
    const std::string_view last_label = std::string_view(*ascii).substr(ascii->rfind('.') + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (std::ranges::all_of(last_label, is_digit)) return std::string(wrong);
    return {};
}

std::string wrong_glob(std::string_view text) {
    if (text.empty()) return "must not be empty: `*` matches everything";
    if (std::ranges::any_of(text, is_control)) return "has a control character in it";
    if (text.find_first_of("[]{}\\") != std::string_view::npos) {
        return "is not a glob: `*` stands for any run and `?` for one byte, nothing else is "
               "special";
    }
    return {};
}

std::string wrong_network(std::string_view text) {
    if (Network::parse(text)) return {};
    return "is not an address or network such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32";
}

std::string wrong_header_name(std::string_view text) {
    const auto is_name_char = [](char c) { return is_printable(c) && c != ':'; };
    if (!text.empty() && std::ranges::all_of(text, is_name_char)) return {};
    return "is not the name of a header field (no colon, no blank)";
}

std::string wrong_https_url(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    if (!text.starts_with(scheme)) return "must begin with https://";
    if (!std::ranges::all_of(text, is_printable)) return "must be printable ASCII without blanks";
    const std::string_view rest = text.substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    return wrong_host(authority.substr(0, authority.find(':'))).empty() ? "" : "names no host";
}

std::string wrong_jurisdiction(std::string_view text) {
    return is_jurisdiction_code(text) ? "" : "is not an ISO 3166 code, EU or ZZ";
}

std::string wrong_absolute_path(std::string_view text) {
    if (std::ranges::any_of(text, is_control)) return "has a control character in it";
    return text.starts_with('/') ? "" : "must be an absolute path";
}

std::string wrong_milter_socket(std::string_view text) {
    if (text.starts_with("inet:") && is_host_and_port(text.substr(5))) return {};
    if (text.starts_with("fd:") && is_number(text.substr(3), 0, max_port)) return {};
    if (text.starts_with("unix:/")) return wrong_socket_path(text.substr(5));
    return "must be inet:HOST:PORT, unix:/PATH or fd:N";
}

std::string wrong_listen(std::string_view text) {
    if (text.starts_with("unix:/")) return wrong_socket_path(text.substr(5));
    if (is_host_and_port(text)) return {};
    return "must be HOST:PORT or unix:/PATH, such as 127.0.0.1:8080 or [::1]:8080";
}

std::string wrong_admin_socket(std::string_view text) {
    if (std::string wrong = wrong_listen(text); !wrong.empty()) return wrong;
    const bool is_local = text.starts_with("unix:") || text.starts_with("127.") ||
                          text.starts_with("[::1]:") || text.starts_with("localhost:");
    return is_local ? ""
                    : "must be unix:/PATH or an address of this host alone, such as 127.0.0.1:9100";
}

std::string wrong_log_target(std::string_view text) {
    if (text == "stderr" || text == "syslog" || wrong_absolute_path(text).empty()) return {};
    return "must be stderr, syslog or an absolute path";
}

}  // namespace candor::policy
