// Bytes -> Request, with limits. Knows HTTP/1.1 syntax and no sockets and no routes.
// The parser is Boost.Beast's; what it leaves to the application (Host, Transfer-Encoding, length
// of the target) is checked here. A Request holds only what the tracker may look at: cookies and
// referrers never leave the parser, of X-Forwarded-For only the client's own address does where a
// proxy we trust says it, and of Accept-Language only which of our languages it asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracker/client_address.h"
#include "tracker/languages.h"

namespace candor::tracker {

enum class Method : std::uint8_t { Get, Head, Post, Other };

struct Request {
    Method method = Method::Other;
    std::string path;          ///< without query; percent-escapes of unreserved characters undone
    std::string user_agent;    ///< empty when there is none
    std::string content_type;  ///< empty when there is none
    std::string purpose;       ///< Sec-Purpose, Purpose, X-Purpose and X-Moz, joined by blanks
    const Texts* texts = &languages().front();  ///< the language of the answer; never null
    bool objects_to_tracking = false;           ///< Sec-GPC: 1 or DNT: 1
    bool keep_alive = false;                    ///< HTTP/1.1 and no `Connection: close`
    ClientAddress client;                       ///< for the verdict alone; may be not known
    std::string body;
};

struct RequestLimits {
    std::size_t header_bytes = 16384;  ///< request line and headers together
    std::size_t target_bytes = 12288;  ///< a token of the longest destination has some 11000 bytes
    std::size_t body_bytes = 4096;     ///< decoded
};

/// Turns the bytes of one connection into requests, one at a time.
/// Linear in the bytes, whatever their portions; holds at most header_bytes and a little more.
class RequestReader {
  public:
    enum class State : std::uint8_t { NeedMore, Ready, Refused };

    explicit RequestReader(const RequestLimits& limits = {});
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    /// Where the next bytes are to be put, never empty; valid until the next call.
    [[nodiscard]] std::span<char> room();
    /// Says that `bytes` of room() were filled, and parses on.
    State commit(std::size_t bytes);
    [[nodiscard]] State state() const;

    /// Only when Ready. Begins the next request, whose bytes may be here already: look at state().
    /// `client` is that of client_of().
    [[nodiscard]] Request take(const Peer& peer = {}, const TrustedProxies& proxies = {});
    /// The status to answer; only when Refused, after which nothing more is read.
    [[nodiscard]] int refused_status() const;

    /// Whether bytes of a request that is not taken yet are here.
    [[nodiscard]] bool has_bytes() const;
    /// True once per request: its headers are here, it said `Expect: 100-continue` and waits.
    [[nodiscard]] bool wants_continue();

  private:
    struct Parsing;
    State parse();
    State refuse(int status);
    [[nodiscard]] int check_header() const;

    RequestLimits limits_;
    State state_ = State::NeedMore;
    int refused_status_ = 0;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< unread bytes are buffer_[begin_, end_)
    std::size_t end_ = 0;
    std::unique_ptr<Parsing> parsing_;
};

}  // namespace candor::tracker
