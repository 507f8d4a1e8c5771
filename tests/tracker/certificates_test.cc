// TLS of the tracker's own: which certificate whom, what is refused, and the server that uses them.
#include "tracker/certificates.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/self_signed.h"
#include "tracker/server.h"

namespace candor::tracker {
namespace {

using namespace std::chrono_literals;
using tests::SelfSigned;

std::shared_ptr<const Certificates> certificates(std::vector<PemPair> pairs) {
    auto parsed = Certificates::parse(pairs);
    REQUIRE(parsed);
    return *std::move(parsed);
}

Response echo(const Request& request) {
    std::string digits;
    for (const std::uint8_t byte : request.client.bytes()) digits += fmt::format("{:02x}", byte);
    return {200, {}, "(" + request.path + " " + digits + ")"};
}

std::unique_ptr<Server> started(std::shared_ptr<const Certificates> certificates,
                                ServerOptions options = {}) {
    options.listen = "127.0.0.1:0";
    options.threads = 1;
    options.certificates = std::move(certificates);
    auto server = Server::open(options, echo);
    REQUIRE(server);
    (*server)->start();
    return *std::move(server);
}

/// A blocking client that trusts anybody and gives up after ten seconds.
class Client {
  public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval limit{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
    }
    ~Client() {
        SSL_free(session_);
        SSL_CTX_free(context_);
        ::close(socket_);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Goes out together with what is sent next.
    void send_with_next(std::string_view text) const {
        REQUIRE(::send(socket_, text.data(), text.size(), MSG_MORE | MSG_NOSIGNAL) > 0);
    }
    void send_plain(std::string_view text) const {
        REQUIRE(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) > 0);
    }
    [[nodiscard]] bool is_ended_by_server() const {
        std::array<char, 256> buffer{};
        ssize_t n = 1;
        while (n > 0) n = ::recv(socket_, buffer.data(), buffer.size(), 0);
        return n == 0 || errno == ECONNRESET;
    }
    [[nodiscard]] bool greet(std::string name, int version = TLS1_3_VERSION) {
        SSL_CTX_set_min_proto_version(context_, version);
        SSL_CTX_set_max_proto_version(context_, version);
        SSL_CTX_set_cipher_list(context_, "ALL:@SECLEVEL=0");
        session_ = SSL_new(context_);
        SSL_set_fd(session_, socket_);
        SSL_ctrl(session_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
        return SSL_connect(session_) == 1;
    }
    [[nodiscard]] bool is_shown_one_for(const char* host) const {
        X509* shown = SSL_get1_peer_certificate(session_);
        const bool good = X509_check_host(shown, host, 0, 0, nullptr) == 1;
        X509_free(shown);
        return good;
    }
    std::string ask(std::string_view path, std::string_view more = "") {
        const std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n{}\r\n", path, more);
        REQUIRE(SSL_write(session_, request.data(), static_cast<int>(request.size())) > 0);
        std::string answer;
        std::array<char, 4096> buffer{};
        while (!answer.ends_with(')')) {
            const int n = SSL_read(session_, buffer.data(), static_cast<int>(buffer.size()));
            if (n <= 0) break;
            answer.append(buffer.data(), static_cast<std::size_t>(n));
        }
        return answer;
    }
    /// Whether the server said goodbye, instead of just ending.
    [[nodiscard]] bool is_closed_cleanly() {
        char byte = 0;
        const int n = SSL_read(session_, &byte, 1);
        return SSL_get_error(session_, n) == SSL_ERROR_ZERO_RETURN;
    }
    [[nodiscard]] const SSL* session() const { return session_; }

  private:
    int socket_;
    SSL_CTX* context_ = SSL_CTX_new(TLS_client_method());
    SSL* session_ = nullptr;
};

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("tracker/certificates") {
    TEST_CASE("every fault of every pair has its file") {
        const SelfSigned good("go.acme.example");
        const SelfSigned other("go.globex.example");
        const SelfSigned sealed("go.acme.example", "secret");
        const std::vector<PemPair> pairs{
            {"a.pem", "no certificate", "a.key", good.key},
            {"b.pem", good.certificate, "b.key", ""},
            {"c.pem", good.certificate, "c.key", other.key},
            {"d.pem", sealed.certificate, "d.key", sealed.key},
            {"e.pem", good.certificate + "-----BEGIN CERTIFICATE-----\nx\n", "e.key", good.key},
        };
        const auto refused = Certificates::parse(pairs);
        REQUIRE_FALSE(refused);
        const auto& faults = refused.error();
        REQUIRE(faults.size() == 5);
        CHECK(holds(policy::to_line(faults.at(0)), "a.pem: no PEM certificate"));
        CHECK(holds(policy::to_line(faults.at(1)), "b.key: no PEM private key"));
        CHECK(holds(policy::to_line(faults.at(2)), "c.key: is not the key of c.pem"));
        CHECK(holds(policy::to_line(faults.at(3)), "d.key: the key has a passphrase"));
        CHECK(holds(policy::to_line(faults.at(4)), "e.pem: its chain cannot be read"));
        CHECK(Certificates::parse({}).value() == nullptr);
    }

    TEST_CASE("each name gets its certificate, any other the first, in TLS 1.2 and 1.3") {
        const auto server = started(certificates(
            {SelfSigned("go.acme.example").pem(), SelfSigned("*.globex.example").pem()}));
        CHECK(server->place().wants_tls);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            Client acme(server->place().port);
            REQUIRE(acme.greet("go.acme.example", version));
            CHECK(acme.is_shown_one_for("go.acme.example"));
            Client globex(server->place().port);
            REQUIRE(globex.greet("GO.globex.example", version));
            CHECK(globex.is_shown_one_for("go.globex.example"));
            Client unknown(server->place().port);
            REQUIRE(unknown.greet("elsewhere.example", version));
            CHECK(unknown.is_shown_one_for("go.acme.example"));
            CHECK(holds(acme.ask("/1"), "(/1 "));
            CHECK(holds(acme.ask("/2", "Connection: close\r\n"), "(/2 "));
            CHECK(acme.is_closed_cleanly());
            CHECK_FALSE(SSL_session_reused(acme.session()));
            CHECK(SSL_SESSION_has_ticket(SSL_get_session(acme.session())) == 0);
        }
        Client old(server->place().port);
        CHECK_FALSE(old.greet("go.acme.example", TLS1_1_VERSION));
    }

    TEST_CASE("new certificates are for new connections; one that is open goes on") {
        const auto server = started(certificates({SelfSigned("old.example").pem()}));
        Client early(server->place().port);
        REQUIRE(early.greet("a"));
        CHECK(holds(early.ask("/1"), "(/1 "));
        server->use_certificates(certificates({SelfSigned("new.example").pem()}));
        Client late(server->place().port);
        REQUIRE(late.greet("a"));
        CHECK(late.is_shown_one_for("new.example"));
        CHECK(early.is_shown_one_for("old.example"));
        CHECK(holds(early.ask("/2"), "(/2 "));
    }

    TEST_CASE("plain HTTP, garbage and a handshake that never ends are cut off, others go on") {
        ServerOptions options;
        options.header_timeout = 200ms;
        const auto server = started(certificates({SelfSigned("a.example").pem()}), options);
        const Client plain(server->place().port);
        plain.send_plain("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        const Client slow(server->place().port);
        slow.send_plain("\x16\x03\x01");  // a record begins
        const Client silent(server->place().port);
        Client good(server->place().port);
        REQUIRE(good.greet("a.example"));
        CHECK(holds(good.ask("/good"), "(/good "));
        CHECK(plain.is_ended_by_server());
        CHECK(slow.is_ended_by_server());
        CHECK(silent.is_ended_by_server());
    }

    TEST_CASE("a PROXY header comes before TLS, together with the client's first bytes or apart") {
        ServerOptions options;
        options.trusted_proxies = TrustedProxies(std::vector<std::string>{"127.0.0.1"});
        options.proxy_protocol = true;
        const auto server = started(certificates({SelfSigned("a.example").pem()}), options);
        const std::string_view header = "PROXY TCP4 203.0.113.9 127.0.0.1 4711 443\r\n";
        Client together(server->place().port);
        together.send_with_next(header);
        REQUIRE(together.greet("a.example"));
        CHECK(holds(together.ask("/"), "ffffcb007109)"));
        Client apart(server->place().port);
        apart.send_plain(header);
        REQUIRE(apart.greet("a.example"));
        CHECK(holds(apart.ask("/"), "ffffcb007109)"));
    }
}

}  // namespace candor::tracker
