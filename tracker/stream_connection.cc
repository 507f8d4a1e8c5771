// Read, answer, write, again: one connection, on a bare Asio socket or TLS on it, each with a
// concrete executor type: no type erasure and no timer per operation on the hot path.
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <exception>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "tracker/connection.h"
#include "tracker/http_request.h"
#include "tracker/http_response.h"
#include "tracker/proxy_header.h"

namespace candor::tracker {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using TlsStream = asio::ssl::stream<Socket>;

// How long and how much is read after a last answer, so that it is not lost to a reset.
constexpr std::chrono::seconds linger{2};
constexpr std::size_t max_discarded_bytes = 65536;

Socket& socket_of(Socket& stream) {
    return stream;
}
Socket& socket_of(TlsStream& stream) {
    return stream.next_layer();
}

struct Answer {
    Response response;
    bool broken = false;  ///< the last of its connection
};

Answer answer_of(const Request& request, const Serving& serving) {
    try {
        return {serving.handler(request)};
    } catch (const std::exception&) {
        // A bug, or memory is exhausted: this connection ends, the others go on.
        if (serving.options.on_warning) {
            serving.options.on_warning("a request handler threw; answered 500");
        }
        return {refusal_of(500), true};
    }
}

template <class Stream>
class StreamConnection final : public Connection,
                               public std::enable_shared_from_this<StreamConnection<Stream>> {
  public:
    StreamConnection(Stream stream, std::shared_ptr<const Certificates> certificates,
                     const Peer& peer, ConnectionContext& context)
        : Connection(context),
          certificates_(std::move(certificates)),
          stream_(std::move(stream)),
          peer_(peer) {}

    void start() override;
    void send_answer() override { send(keep_alive_); }
    void close() override;

  private:
    void read_proxy_header();
    void take_proxy_header();
    void begin(std::string_view bytes);
    void take(std::string_view bytes);
    void proceed();
    void read();
    void answer();
    void answer_elsewhere(Request request);
    void take_answer(const Request& request, const Answer& answer);
    void send(bool keep_alive);
    void send_continue();
    void finish();
    void end_sending();
    void discard();

    [[nodiscard]] const ServerOptions& options() const { return context_.serving.options; }

    std::shared_ptr<const Certificates> certificates_;  // outlives the stream's session
    Stream stream_;
    Peer peer_;
    RequestReader reader_;
    std::string out_;
    bool keep_alive_ = false;  // after the answer in out_
    std::size_t discarded_ = 0;
};

template <class Stream>
void StreamConnection<Stream>::start() {
    ErrorCode ignored;
    // Answers are written in one piece: waiting for more (Nagle) only delays them.
    socket_of(stream_).set_option(asio::ip::tcp::no_delay(true), ignored);
    // A peer we do not trust could name any address: to it, the header is no HTTP.
    if (options().proxy_protocol && peer_.is_trusted) return read_proxy_header();
    begin({});
}

template <class Stream>
void StreamConnection<Stream>::close() {
    stage_ = Stage::Closed;
    idle_ = false;
    ErrorCode ignored;
    socket_of(stream_).close(ignored);
}

/// Comes before TLS.
template <class Stream>
void StreamConnection<Stream>::read_proxy_header() {
    constexpr std::size_t portion = 512;
    const std::size_t here = out_.size();  // nothing is answered yet: the buffer is free
    out_.resize(here + portion);
    socket_of(stream_).async_read_some(
        asio::buffer(out_.data() + here, portion),
        [self = this->shared_from_this(), here](ErrorCode error, std::size_t bytes) {
            if (error) return self->close();
            self->out_.resize(here + bytes);
            self->take_proxy_header();
        });
}

template <class Stream>
void StreamConnection<Stream>::take_proxy_header() {
    const auto found = tracker::read_proxy_header(out_);
    if (!found) return close();
    if (!found->has_value()) return read_proxy_header();
    // Where it names nobody, whoever speaks next may still be a client: what he says of himself
    // does not count.
    const auto& client = (*found)->client;
    peer_ = client ? Peer{*client, options().trusted_proxies.contains(*client)}
                   : Peer{peer_.address, false};
    begin(std::string_view(out_).substr((*found)->bytes));
}

/// `bytes` of the client are here already.
template <class Stream>
void StreamConnection<Stream>::begin(std::string_view bytes) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
        const auto greeted = [self = this->shared_from_this(), sent = bytes.size()](
                                 ErrorCode error, std::size_t used) {
            // What follows a hello comes after our answer to it.
            if (error || used != sent) return self->close();
            self->set_deadline_in(self->options().header_timeout);
            self->read();
        };
        stream_.async_handshake(asio::ssl::stream_base::server,
                                asio::const_buffer(bytes.data(), bytes.size()), greeted);
    } else {
        if (bytes.empty()) return read();
        idle_ = false;
        take(bytes);
        proceed();
    }
}

template <class Stream>
void StreamConnection<Stream>::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto room = reader_.room();
        const std::size_t some = std::min(room.size(), bytes.size());
        std::copy_n(bytes.begin(), some, room.begin());
        reader_.commit(some);
        bytes.remove_prefix(some);
    }
}

template <class Stream>
void StreamConnection<Stream>::proceed() {
    const bool is_whole = reader_.state() != RequestReader::State::NeedMore;
    stage_ = is_whole ? Stage::Answering : Stage::Asking;
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

template <class Stream>
void StreamConnection<Stream>::read() {
    const auto room = reader_.room();
    stream_.async_read_some(asio::buffer(room.data(), room.size()),
                            [self = this->shared_from_this()](ErrorCode error, std::size_t bytes) {
                                if (error) return self->close();
                                if (self->idle_) {
                                    // Absolute: one byte now and then does not move it.
                                    self->idle_ = false;
                                    self->set_deadline_in(self->options().header_timeout);
                                }
                                self->reader_.commit(bytes);
                                self->proceed();
                            });
}

template <class Stream>
void StreamConnection<Stream>::answer() {
    Request request = reader_.take(peer_, options().trusted_proxies);
    // What it changes is on disk before it is answered, and nobody else is to wait for that.
    if (request.method == Method::Post) return answer_elsewhere(std::move(request));
    take_answer(request, answer_of(request, context_.serving));
    context_.answered(this->shared_from_this());
}

template <class Stream>
void StreamConnection<Stream>::answer_elsewhere(Request request) {
    auto handle = [self = this->shared_from_this(), request = std::move(request)]() mutable {
        Serving& serving = self->context_.serving;
        Answer answer = answer_of(request, serving);
        before_answers(serving.options);
        // The worker has it from here on; it ends a connection in the meantime at most.
        const auto worker = socket_of(self->stream_).get_executor();
        asio::post(worker, [self = std::move(self), request = std::move(request),
                            answer = std::move(answer)] {
            if (self->stage_ == Stage::Closed) return;
            self->take_answer(request, answer);
            self->send_answer();
        });
    };
    asio::post(*context_.serving.changing, std::move(handle));
}

template <class Stream>
void StreamConnection<Stream>::take_answer(const Request& request, const Answer& answer) {
    keep_alive_ = request.keep_alive && !answer.broken && !context_.serving.draining.load();
    out_ = serialise(
        answer.response,
        {.head = request.method == Method::Head, .close = !keep_alive_, .date = context_.date});
}

template <class Stream>
void StreamConnection<Stream>::send(bool keep_alive) {
    stage_ = Stage::Sending;
    asio::async_write(
        stream_, asio::buffer(out_),
        [self = this->shared_from_this(), keep_alive](ErrorCode error, std::size_t) {
            if (error) return self->close();
            if (!keep_alive) return self->finish();
            self->idle_ = !self->reader_.has_bytes();
            if (self->idle_) self->untaken_since_ = not_now;
            const auto& options = self->options();
            self->set_deadline_in(self->idle_ ? options.idle_timeout : options.header_timeout);
            self->proceed();
        });
}

template <class Stream>
void StreamConnection<Stream>::send_continue() {
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(out_),
                      [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                          if (error) return self->close();
                          self->read();
                      });
}

/// After the last answer. TLS says goodbye first, or a client takes the end for an attack.
template <class Stream>
void StreamConnection<Stream>::finish() {
    stage_ = Stage::Asking;  // nothing is owed any more
    idle_ = true;
    set_deadline_in(linger);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
        stream_.async_shutdown(
            [self = this->shared_from_this()](ErrorCode) { self->end_sending(); });
    } else {
        end_sending();
    }
}

/// Closing a socket that holds unread bytes sends a reset, which can overtake the answer.
template <class Stream>
void StreamConnection<Stream>::end_sending() {
    ErrorCode error;
    socket_of(stream_).shutdown(asio::socket_base::shutdown_send, error);
    const bool all_read = reader_.state() != RequestReader::State::Refused && !reader_.has_bytes();
    if (error || all_read) return close();
    discard();
}

template <class Stream>
void StreamConnection<Stream>::discard() {
    out_.resize(4096);
    socket_of(stream_).async_read_some(
        asio::buffer(out_.data(), out_.size()),
        [self = this->shared_from_this()](ErrorCode error, std::size_t bytes) {
            self->discarded_ += bytes;
            if (error || self->discarded_ > max_discarded_bytes) return self->close();
            self->discard();
        });
}

}  // namespace

std::shared_ptr<Connection> Connection::make(Socket socket, const Peer& peer, bool is_local,
                                             ConnectionContext& context) {
    auto certificates = is_local ? nullptr : context.serving.certificates.load();
    if (!certificates) {
        return std::make_shared<StreamConnection<Socket>>(std::move(socket), nullptr, peer,
                                                          context);
    }
    SSL* session = certificates->new_session();
    if (session == nullptr) throw std::bad_alloc();
    return std::make_shared<StreamConnection<TlsStream>>(TlsStream(std::move(socket), session),
                                                         std::move(certificates), peer, context);
}

}  // namespace candor::tracker
