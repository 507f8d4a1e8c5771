// Response -> bytes. Knows HTTP/1.1 syntax and no sockets and no routes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candor::tracker {

struct Header {
    std::string_view name;  ///< a literal
    std::string value;
    bool operator==(const Header&) const = default;
};

struct Response {
    int status = 200;
    std::vector<Header> headers;  ///< Date, Connection and Content-Length are added by serialise()
    std::string body;
    bool is_own_test = false;  ///< to the tracker's test of itself: counted nowhere
    bool operator==(const Response&) const = default;
};

struct Framing {
    bool head = false;           ///< answer to HEAD: the length of the body without the body
    bool close = false;          ///< adds `Connection: close`
    std::string_view date = {};  ///< IMF-fixdate (RFC 9110, section 5.6.7); empty = no Date
};

/// A header whose value holds a control byte is left out: no text can split a response.
[[nodiscard]] std::string serialise(const Response& response, const Framing& framing);

/// The plain answer to what is not HTTP as we take it (400, 413, 414, 431), or too much (429, 503).
[[nodiscard]] Response refusal_of(int status);

}  // namespace candor::tracker
