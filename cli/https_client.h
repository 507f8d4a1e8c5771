// One HTTPS request, for looking at a server from outside: whom the name resolves to, whether its
// certificate is good, what it answers. Every wait ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/result.h"

namespace candor::cli {

struct Resolved {
    std::vector<std::string> addresses;  ///< IPv4 and IPv6, each once, as the resolver orders them
    std::string canonical;               ///< what a CNAME leads to, as far as the resolver says
};
/// Errors: Missing (no such name), Unavailable (the resolver has no answer).
[[nodiscard]] Result<Resolved> resolve(const std::string& host);

struct HttpsRequest {
    std::string host;  ///< for SNI, the certificate and the Host field
    std::string path;
    std::string connect_to;  ///< name or address that is connected to
    std::uint16_t port = 443;
    std::string ca_file;  ///< PEM; empty = the system's trust store
};
struct HttpsAnswer {
    std::string address;  ///< the one that answered
    policy::Instant certificate_ends{};
    unsigned status = 0;
    std::string body;
};
/// Status and body of an HTTP/1 response that is complete: by its length, its chunks, or because
/// the server closed behind it. Errors: Malformed.
[[nodiscard]] Result<HttpsAnswer> read_answer(std::string_view bytes);

/// Errors: Missing (no such name), Unavailable (no connection, or no answer in time), Malformed
/// (the certificate is not good for `host`, or what comes is not HTTP).
[[nodiscard]] Result<HttpsAnswer> https_get(const HttpsRequest& request);

}  // namespace candor::cli
