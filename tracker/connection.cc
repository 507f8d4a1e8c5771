// Read, answer, write, again: one connection. See connection.h.
#include "tracker/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <string_view>
#include <utility>

#include "tracker/proxy_header.h"

namespace candor::tracker {
namespace {

using std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

// How long and how much is read after a last answer, so that it is not lost to a reset.
constexpr std::chrono::seconds linger{2};
constexpr std::size_t max_discarded_bytes = 65536;

}  // namespace

Connection::Connection(Socket socket, const Peer& peer, ConnectionContext& context)
    : socket_(std::move(socket)),
      peer_(peer),
      context_(context),
      deadline_(steady_clock::now() + context.options.header_timeout) {
    ++context_.open_connections;
}

Connection::~Connection() {
    --context_.open_connections;
}

void Connection::start() {
    ErrorCode ignored;
    // Answers are written in one piece: waiting for more (Nagle) only delays them.
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    // A peer we do not trust could name any address: to it, the header is no HTTP.
    if (context_.options.proxy_protocol && peer_.is_trusted) return read_proxy_header();
    read();
}

void Connection::close() {
    idle_ = false;  // it makes no more room, though it stays in the list until its handler ran
    ErrorCode ignored;
    socket_.close(ignored);
}

void Connection::read_proxy_header() {
    constexpr std::size_t portion = 512;
    const std::size_t here = out_.size();  // nothing is answered yet: the buffer is free
    out_.resize(here + portion);
    socket_.async_read_some(boost::asio::buffer(out_.data() + here, portion),
                            [self = shared_from_this(), here](ErrorCode error, std::size_t bytes) {
                                if (error) return self->close();
                                self->out_.resize(here + bytes);
                                self->take_proxy_header();
                            });
}

void Connection::take_proxy_header() {
    const auto found = tracker::read_proxy_header(out_);
    if (!found) return close();
    if (!found->has_value()) return read_proxy_header();
    if (const auto& client = (*found)->client) {
        peer_ = {*client, context_.options.trusted_proxies.contains(*client)};
    }
    std::string_view rest = std::string_view(out_).substr((*found)->bytes);
    idle_ = rest.empty();
    while (!rest.empty()) {
        const auto room = reader_.room();
        const std::size_t some = std::min(room.size(), rest.size());
        std::copy_n(rest.begin(), some, room.begin());
        reader_.commit(some);
        rest.remove_prefix(some);
    }
    proceed();
}

void Connection::proceed() {
    switch (reader_.state()) {
        case RequestReader::State::Ready: return answer();
        case RequestReader::State::Refused: {
            const int status = reader_.refused_status();
            out_ = serialise(refusal_of(status),
                             {.head = false, .close = true, .date = context_.date});
            return send(false);
        }
        case RequestReader::State::NeedMore: break;
    }
    if (reader_.wants_continue()) return send_continue();
    read();
}

void Connection::read() {
    const auto room = reader_.room();
    socket_.async_read_some(boost::asio::buffer(room.data(), room.size()),
                            [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                                if (error) return self->close();
                                if (self->idle_) {
                                    // Absolute: one byte now and then does not move it.
                                    self->idle_ = false;
                                    self->deadline_ =
                                        steady_clock::now() + self->context_.options.header_timeout;
                                }
                                self->reader_.commit(bytes);
                                self->proceed();
                            });
}

void Connection::answer() {
    const Request request = reader_.take(peer_, context_.options.trusted_proxies);
    Response response;
    bool broken = false;
    try {
        response = context_.handler(request);
    } catch (const std::exception&) {
        // A bug, or memory is exhausted: this connection ends, the others go on.
        response = refusal_of(500);
        broken = true;
    }
    const bool keep_alive = request.keep_alive && !broken && !context_.draining.load();
    out_ = serialise(
        response,
        {.head = request.method == Method::Head, .close = !keep_alive, .date = context_.date});
    if (broken && context_.options.on_warning) {
        context_.options.on_warning("a request handler threw; answered 500");
    }
    send(keep_alive);
}

void Connection::send(bool keep_alive) {
    boost::asio::async_write(socket_, boost::asio::buffer(out_),
                             [self = shared_from_this(), keep_alive](ErrorCode error, std::size_t) {
                                 if (error) return self->close();
                                 if (!keep_alive) return self->finish();
                                 self->idle_ = !self->reader_.has_bytes();
                                 const auto& options = self->context_.options;
                                 self->deadline_ =
                                     steady_clock::now() +
                                     (self->idle_ ? options.idle_timeout : options.header_timeout);
                                 self->proceed();
                             });
}

void Connection::send_continue() {
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    boost::asio::async_write(socket_, boost::asio::buffer(out_),
                             [self = shared_from_this()](ErrorCode error, std::size_t) {
                                 if (error) return self->close();
                                 self->read();
                             });
}

/// Closing a socket that holds unread bytes sends a reset, which can overtake the answer.
void Connection::finish() {
    ErrorCode error;
    socket_.shutdown(boost::asio::socket_base::shutdown_send, error);
    const bool all_read = reader_.state() != RequestReader::State::Refused && !reader_.has_bytes();
    if (error || all_read) return close();
    idle_ = true;  // nothing is owed any more
    deadline_ = steady_clock::now() + linger;
    discard();
}

void Connection::discard() {
    out_.resize(4096);
    socket_.async_read_some(boost::asio::buffer(out_.data(), out_.size()),
                            [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                                self->discarded_ += bytes;
                                if (error || self->discarded_ > max_discarded_bytes) {
                                    return self->close();
                                }
                                self->discard();
                            });
}

}  // namespace candor::tracker
