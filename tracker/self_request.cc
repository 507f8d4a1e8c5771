// A client with one deadline; see self_request.h.
#include "tracker/self_request.h"

#include <fmt/format.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <string_view>

namespace candor::tracker {
namespace {

namespace asio = boost::asio;
using Protocol = asio::generic::stream_protocol;
using Tls = asio::ssl::stream<Protocol::socket&>;
using ErrorCode = boost::system::error_code;

constexpr std::chrono::seconds answer_wait{2};
// A page of ours has some 3 KB.
constexpr std::size_t max_answer_bytes = std::size_t{64} << 10;

Result<Protocol::endpoint> endpoint_of(const Place& place) {
    if (place.port == 0) return asio::local::stream_protocol::endpoint(place.unix_path);
    ErrorCode failed;
    const auto address = asio::ip::make_address(place.address, failed);
    if (failed) return fail(Fault::Broken, fmt::format("{} is no address", place.address));
    return asio::ip::tcp::endpoint(address, place.port);
}

class Conversation {
  public:
    Conversation(const Place& place, const std::string& request)
        : place_(place), request_(request), socket_(io_), tls_(socket_, context_) {}

    Result<std::string> run(const Protocol::endpoint& endpoint) {
        socket_.async_connect(endpoint,
                              [this](ErrorCode error) { error ? end(error) : introduce(); });
        io_.run_for(answer_wait);
        if (!ended_) return fail(Fault::Unavailable, "no answer in time");
        if (error_) return fail(Fault::Unavailable, error_.message());
        return std::move(answer_);
    }

  private:
    void introduce() {
        // The header of a health check: it stands for no client.
        const std::string_view header = place_.wants_proxy_header ? "PROXY UNKNOWN\r\n" : "";
        asio::async_write(socket_, asio::buffer(header), [this](ErrorCode error, std::size_t) {
            if (error) return end(error);
            if (!place_.wants_tls) return ask(socket_);
            tls_.async_handshake(asio::ssl::stream_base::client,
                                 [this](ErrorCode failed) { failed ? end(failed) : ask(tls_); });
        });
    }

    template <class Stream>
    void ask(Stream& stream) {
        asio::async_write(
            stream, asio::buffer(request_), [this, &stream](ErrorCode error, std::size_t) {
                if (error) return end(error);
                asio::async_read(stream, asio::dynamic_buffer(answer_, max_answer_bytes),
                                 [this](ErrorCode failed, std::size_t) { end(failed); });
            });
    }

    void end(ErrorCode error) {
        error_ = error == asio::error::eof ? ErrorCode{} : error;
        ended_ = true;
    }

    const Place& place_;
    const std::string& request_;
    asio::io_context io_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    Protocol::socket socket_;
    Tls tls_;
    std::string answer_;
    ErrorCode error_;
    bool ended_ = false;
};

}  // namespace

Result<std::string> answer_of(const Place& place, const std::string& request) {
    const auto endpoint = endpoint_of(place);
    if (!endpoint) return fail(endpoint.error());
    return Conversation(place, request).run(*endpoint);
}

std::string name_of(const Place& place) {
    if (place.port == 0) return place.unix_path;
    return fmt::format("{} port {}", place.address, place.port);
}

}  // namespace candor::tracker
