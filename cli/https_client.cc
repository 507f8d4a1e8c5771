// Sockets by the system, TLS by OpenSSL, HTTP by Beast; redirects are not followed, for the answer
// must be the server's own.
#include "cli/https_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <memory>
#include <system_error>

#include "policy/free_with.h"
#include "sqlite/writer.h"

namespace candor::cli {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr timeval each_wait{5, 0};  // for a connect, a read or a write
constexpr std::chrono::seconds whole_time{15};
constexpr std::size_t max_answer_bytes = std::size_t{64} << 10;

using policy::FreeWith;
using Addresses = std::unique_ptr<addrinfo, FreeWith<freeaddrinfo>>;
using Context = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, FreeWith<SSL_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;

Result<Addresses> look_up(const std::string& host, const std::string& service) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_CANONNAME | (service.empty() ? 0 : AI_NUMERICSERV);
    addrinfo* found = nullptr;
    const int failed =
        ::getaddrinfo(host.c_str(), service.empty() ? nullptr : service.c_str(), &wanted, &found);
    Addresses addresses(found);
    if (failed == 0) return addresses;
    const bool none = failed == EAI_NONAME || failed == EAI_NODATA;
    return fail(none ? Fault::Missing : Fault::Unavailable,
                fmt::format("{} does not resolve: {}", host, ::gai_strerror(failed)));
}

std::string text_of(const addrinfo& address) {
    std::array<char, NI_MAXHOST> text{};
    const int failed = ::getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(),
                                     nullptr, 0, NI_NUMERICHOST);
    return failed == 0 ? text.data() : "an address";
}

/// Why the last call of OpenSSL failed, in its words.
std::string tls_reason(const SSL* connection) {
    const long verdict = SSL_get_verify_result(connection);
    if (verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "the connection ended" : reason;
}

Result<Context> make_context(const std::string& ca_file) {
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context) return fail(Fault::Broken, "OpenSSL cannot make a TLS client");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    const bool trusted = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                                         : SSL_CTX_load_verify_locations(
                                               context.get(), ca_file.c_str(), nullptr) == 1;
    if (!trusted) {
        return fail(Fault::Missing, fmt::format("{}: no certificates to trust in it", ca_file));
    }
    return context;
}

/// What the macro SSL_set_tlsext_host_name does, without its cast.
bool name_host(SSL* connection, std::string host) {
    return SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    host.data()) == 1;
}

Result<Connection> handshake(SSL_CTX* context, const sqlite::Descriptor& socket,
                             const std::string& host) {
    Connection connection(SSL_new(context));
    if (!connection || SSL_set_fd(connection.get(), socket.get()) != 1 ||
        !name_host(connection.get(), host) || SSL_set1_host(connection.get(), host.c_str()) != 1) {
        return fail(Fault::Broken, "OpenSSL cannot make a TLS connection");
    }
    ERR_clear_error();
    if (SSL_connect(connection.get()) == 1) return connection;
    if (SSL_get_verify_result(connection.get()) == X509_V_OK) {
        return fail(Fault::Unavailable, "no TLS: " + tls_reason(connection.get()));
    }
    return fail(Fault::Malformed, fmt::format("the certificate is not good for {}: {}", host,
                                              tls_reason(connection.get())));
}

Result<policy::Instant> end_of_certificate(const SSL* connection) {
    const Certificate certificate(SSL_get1_peer_certificate(connection));
    std::tm end{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
        return fail(Fault::Malformed, "the certificate has no end");
    }
    return policy::Instant{std::chrono::seconds{::timegm(&end)}};
}

Result<std::string> exchange(SSL* connection, const std::string& request) {
    const Deadline deadline = std::chrono::steady_clock::now() + whole_time;
    const int sent = SSL_write(connection, request.data(), static_cast<int>(request.size()));
    if (sent != static_cast<int>(request.size())) {
        return fail(Fault::Unavailable, "the request cannot be sent: " + tls_reason(connection));
    }
    std::string answer;
    std::array<char, 4096> piece{};
    while (answer.size() < max_answer_bytes && std::chrono::steady_clock::now() < deadline) {
        const int got = SSL_read(connection, piece.data(), static_cast<int>(piece.size()));
        // Servers that end without a word of TLS are common; what is missing is seen by the caller.
        if (got <= 0) break;
        answer.append(piece.data(), static_cast<std::size_t>(got));
    }
    if (answer.empty()) return fail(Fault::Unavailable, "no answer");
    return answer;
}

/// Over one address. Errors: as https_get().
Result<HttpsAnswer> ask(const HttpsRequest& request, SSL_CTX* context, const addrinfo& address) {
    const sqlite::Descriptor socket(
        ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol));
    // On Linux the time to send limits connecting, too.
    if (!socket.valid() ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &each_wait, sizeof each_wait) != 0 ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &each_wait, sizeof each_wait) != 0 ||
        ::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
        const int why = errno == EINPROGRESS ? ETIMEDOUT : errno;
        return fail(Fault::Unavailable,
                    fmt::format("no connection to {} port {}: {}", text_of(address), request.port,
                                std::generic_category().message(why)));
    }
    auto connection = handshake(context, socket, request.host);
    if (!connection) return fail(connection.error());
    const auto end = end_of_certificate(connection->get());
    if (!end) return fail(end.error());
    const auto text = exchange(
        connection->get(),
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: candor-check\r\nConnection: "
                    "close\r\n\r\n",
                    request.path, request.host));
    if (!text) return fail(text.error());
    auto answer = read_answer(*text);
    if (!answer) return answer;
    answer->address = text_of(address);
    answer->certificate_ends = *end;
    return answer;
}

}  // namespace

Result<Resolved> resolve(const std::string& host) {
    const auto found = look_up(host, {});
    if (!found) return fail(found.error());
    Resolved resolved;
    for (const addrinfo* one = found->get(); one != nullptr; one = one->ai_next) {
        const std::string text = text_of(*one);
        if (std::ranges::find(resolved.addresses, text) == resolved.addresses.end()) {
            resolved.addresses.push_back(text);
        }
    }
    const char* canonical = (*found)->ai_canonname;
    if (canonical != nullptr && host != canonical) resolved.canonical = canonical;
    return resolved;
}

Result<HttpsAnswer> read_answer(std::string_view bytes) {
    namespace http = boost::beast::http;
    boost::beast::error_code error;
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    parser.body_limit(max_answer_bytes);
    parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    // "More" is what it says when the body ends with the connection.
    if (error == http::error::need_more) error = {};
    if (!error && parser.got_some() && !parser.is_done()) parser.put_eof(error);
    if (error || !parser.is_done()) return fail(Fault::Malformed, "the answer is not HTTP");
    HttpsAnswer answer;
    answer.status = parser.get().result_int();
    answer.body = std::move(parser.get().body());
    return answer;
}

Result<HttpsAnswer> https_get(const HttpsRequest& request) {
    const auto context = make_context(request.ca_file);
    if (!context) return fail(context.error());
    const auto found = look_up(request.connect_to, std::to_string(request.port));
    if (!found) return fail(found.error());
    Error last{Fault::Unavailable, "no address to connect to"};
    for (const addrinfo* one = found->get(); one != nullptr; one = one->ai_next) {
        auto answer = ask(request, context->get(), *one);
        // A server that answers is the answer; only one that cannot be reached has a second.
        if (answer || answer.error().fault != Fault::Unavailable) return answer;
        last = answer.error();
    }
    return tl::unexpected(last);
}

}  // namespace candor::cli
