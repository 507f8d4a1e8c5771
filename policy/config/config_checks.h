// What is wrong with one text of the configuration: host names, sockets, globs, URLs.
// Each answers the end of a sentence ("is not a host name"), or nothing when the text is right.
#pragma once

#include <string>
#include <string_view>

namespace candor::policy {

[[nodiscard]] std::string wrong_blank(std::string_view text);
/// A name in reports, rows and rules: letters, digits, `-`, `_`, `.`; at most 64 bytes.
[[nodiscard]] std::string wrong_name(std::string_view text);
/// A public host name with a dot, no port, no scheme; Unicode is allowed and becomes A-labels.
[[nodiscard]] std::string wrong_host(std::string_view text);
[[nodiscard]] std::string wrong_glob(std::string_view text);
[[nodiscard]] std::string wrong_network(std::string_view text);
/// RFC 5322, section 2.2: printable ASCII without a colon.
[[nodiscard]] std::string wrong_header_name(std::string_view text);
[[nodiscard]] std::string wrong_https_url(std::string_view text);
[[nodiscard]] std::string wrong_jurisdiction(std::string_view text);
[[nodiscard]] std::string wrong_absolute_path(std::string_view text);
/// `inet:HOST:PORT`, `unix:PATH` or `fd:N`.
[[nodiscard]] std::string wrong_milter_socket(std::string_view text);
/// `HOST:PORT`, `[::1]:8080` or `unix:PATH`.
[[nodiscard]] std::string wrong_listen(std::string_view text);
/// As wrong_listen(), and nobody outside this host reaches it.
[[nodiscard]] std::string wrong_admin_socket(std::string_view text);
/// `stderr`, `syslog` or an absolute path.
[[nodiscard]] std::string wrong_log_target(std::string_view text);

}  // namespace candor::policy
