// The only file that knows Boost.Beast. See http_request.h.
#include "tracker/http_request.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <memory_resource>
#include <optional>
#include <tuple>
#include <utility>

#include "policy/ascii.h"
#include "tracker/forms.h"

namespace candor::tracker {
namespace {

namespace http = boost::beast::http;
using Allocator = std::pmr::polymorphic_allocator<char>;
using Fields = http::basic_fields<Allocator>;

// The headers a browser sends, as Beast keeps them: one node each.
constexpr std::size_t header_room_bytes = 2048;
constexpr std::size_t first_buffer_bytes = 2048;
constexpr std::size_t least_room_bytes = 512;
// Beside the headers, so that the parser meets its own limit before the buffer is full.
constexpr std::size_t spare_bytes = 2048;
// The last chunk, `0 CRLF CRLF`, is still to come wherever a chunked body is not at its end, so it
// is never wrong to wait for as many bytes. Beast 1.81 asserts on fewer of a last chunk that comes
// in pieces, which would let a client end a program built with assertions.
constexpr std::size_t least_chunk_bytes = 5;

std::string_view text(boost::beast::string_view view) {
    return {view.data(), view.size()};
}

/// The lines of a request that we look at. Each is met once: asking the parser for them one by one
/// is a search in a tree for each, and most requests have few of them.
class Lines {
  public:
    explicit Lines(const Fields& fields) {
        for (const auto& line : fields)
            take(line.name(), text(line.name_string()), text(line.value()));
    }

    std::string_view user_agent, content_type;  ///< borrowed; of the first line
    std::string languages, forwarded_for;       ///< of all lines, as one list
    bool objects_to_tracking = false;

    [[nodiscard]] std::string purposes() const {
        std::string joined;
        for (const std::string_view purpose : purposes_) {
            if (!joined.empty() && !purpose.empty()) joined += ' ';
            joined += purpose;
        }
        return joined;
    }

  private:
    static constexpr std::array<std::string_view, 4> purpose_names{"Sec-Purpose", "Purpose",
                                                                   "X-Purpose", "X-Moz"};

    void take(http::field field, std::string_view name, std::string_view value) {
        switch (field) {
            case http::field::user_agent: return keep_first(user_agent, value);
            case http::field::content_type: return keep_first(content_type, value);
            case http::field::accept_language: return add(languages, value);
            case http::field::unknown: return take_unknown(name, value);
            default: return;
        }
    }
    /// One that Beast has no number for.
    void take_unknown(std::string_view name, std::string_view value) {
        const auto is = [name](std::string_view other) {
            return name.size() == other.size() && equal_ignoring_case(name, other);
        };
        if (is("Sec-GPC") || is("DNT")) objects_to_tracking |= value == "1";
        if (is("X-Forwarded-For")) add(forwarded_for, value);
        for (std::size_t i = 0; i < purpose_names.size(); ++i) {
            if (is(purpose_names[i])) keep_first(purposes_[i], value);
        }
    }
    static void keep_first(std::string_view& kept, std::string_view value) {
        if (kept.data() == nullptr) kept = value;
    }
    /// A field that comes in several lines is one list (RFC 9110, section 5.3).
    static void add(std::string& list, std::string_view value) {
        if (!list.empty()) list += ',';
        list += value;
    }

    std::array<std::string_view, purpose_names.size()> purposes_;  ///< each of the first line
};

bool is_unreserved(int byte) {
    const auto c = static_cast<char>(byte);
    return policy::is_ascii_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~';
}

/// RFC 3986, section 6.2.2.2: `%2D` and `-` are one URL, and some gateways write the former.
std::string unescape_unreserved(std::string_view path) {
    if (path.find('%') == std::string_view::npos) return std::string(path);
    std::string out;
    out.reserve(path.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '%' && i + 2 < path.size()) {
            const int high = policy::hex_value(path[i + 1]);
            const int low = policy::hex_value(path[i + 2]);
            if (high >= 0 && low >= 0 && is_unreserved(high * 16 + low)) {
                out += static_cast<char>(high * 16 + low);
                i += 2;
                continue;
            }
        }
        out += path[i];
    }
    return out;
}

std::string path_of(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        // A server must take the absolute form as well (RFC 9112, section 3.2.2).
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const std::size_t slash = target.find('/', scheme.size());
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
        break;
    }
    // Two searches for one byte: a search for either asks anew at each byte.
    target = target.substr(0, target.find('?'));
    return unescape_unreserved(target.substr(0, target.find('#')));
}

Method method_of(http::verb verb) {
    if (verb == http::verb::get) return Method::Get;
    if (verb == http::verb::head) return Method::Head;
    if (verb == http::verb::post) return Method::Post;
    return Method::Other;
}

int status_of(const boost::beast::error_code& error) {
    if (error == http::error::header_limit) return 431;
    if (error == http::error::body_limit) return 413;
    return 400;
}

}  // namespace

struct RequestReader::Parsing {
    /// For a new request; the one before must be gone.
    void begin() {
        parser.reset();
        memory.release();
        parser.emplace(std::piecewise_construct, std::make_tuple(),
                       std::make_tuple(Allocator(&memory)));
        continue_asked = false;
        lines.reset();
    }

    // One allocation for each header line is a third of what reading a request costs.
    std::array<std::byte, header_room_bytes> room;
    std::pmr::monotonic_buffer_resource memory{room.data(), room.size()};
    std::optional<http::request_parser<http::string_body, Allocator>> parser;
    std::optional<Lines>
        lines;  // of the header alone, whatever a trailer adds; borrows from parser
    bool keep_alive = false;
    bool continue_asked = false;
};

RequestReader::RequestReader(const RequestLimits& limits)
    : limits_(limits), parsing_(std::make_unique<Parsing>()) {}
RequestReader::~RequestReader() = default;

std::span<char> RequestReader::room() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() < end_ + least_room_bytes) {
        buffer_.resize(std::max({first_buffer_bytes, buffer_.size() * 2, end_ + least_room_bytes}));
    }
    return std::span<char>(buffer_).subspan(end_);
}

RequestReader::State RequestReader::commit(std::size_t bytes) {
    end_ = std::min(end_ + bytes, buffer_.size());
    if (state_ == State::NeedMore) state_ = parse();
    return state_;
}

RequestReader::State RequestReader::state() const {
    return state_;
}
int RequestReader::refused_status() const {
    return refused_status_;
}

RequestReader::State RequestReader::refuse(int status) {
    refused_status_ = status;
    return State::Refused;
}

RequestReader::State RequestReader::parse() {
    auto& parser = parsing_->parser;
    while (end_ > begin_) {
        if (!parser) {
            parsing_->begin();
            parser->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
            parser->body_limit(limits_.body_bytes);
            parser->eager(false);  // stops behind the header
        }
        const bool chunks = parser->is_header_done() && parser->chunked();
        if (chunks && end_ - begin_ < least_chunk_bytes) break;
        boost::beast::error_code error;
        const std::size_t used =
            parser->put(boost::asio::const_buffer(buffer_.data() + begin_, end_ - begin_), error);
        if (error && error != http::error::need_more) return refuse(status_of(error));
        begin_ += used;
        if (parser->is_header_done() && !parsing_->lines) {
            if (const int status = check_header(); status != 0) return refuse(status);
            // Before the body: Beast puts the lines of a trailer among these, and what a client
            // says there no proxy in front has looked at.
            parsing_->lines.emplace(parser->get());
            parsing_->keep_alive = parser->get().version() >= 11 && parser->get().keep_alive();
            parser->eager(true);
        }
        if (parser->is_done()) return State::Ready;
        if (used == 0 || error) break;
    }
    // Only a chunk header can still be this long: the header limit stopped everything else.
    if (end_ - begin_ > limits_.header_bytes + spare_bytes) return refuse(431);
    return State::NeedMore;
}

/// What Beast leaves to the application; 0 when all is well.
int RequestReader::check_header() const {
    const auto& request = parsing_->parser->get();
    if (request.target().size() > limits_.target_bytes) return 414;
    const std::size_t hosts = request.count(http::field::host);
    // RFC 9112, section 3.2: 1.1 needs exactly one Host; 1.0 may do without.
    if (hosts > 1 || (hosts == 0 && request.version() >= 11)) return 400;
    const auto encodings = request.count(http::field::transfer_encoding);
    if (encodings == 0) return 0;
    // Any coding but plain `chunked` could hide a second request from a proxy in front.
    const auto value = request[http::field::transfer_encoding];
    const bool plain = encodings == 1 && boost::beast::iequals(value, "chunked");
    const bool also_length = request.count(http::field::content_length) > 0;
    return plain && !also_length && request.version() >= 11 ? 0 : 400;
}

Request RequestReader::take(const Peer& peer, const TrustedProxies& proxies) {
    Request request;
    {
        // Its fields lie in the memory that the next request begins anew.
        auto parsed = parsing_->parser->release();
        request.method = method_of(parsed.method());
        request.path = path_of(text(parsed.target()));
        const Lines& lines = *parsing_->lines;
        request.user_agent = lines.user_agent;
        request.content_type = lines.content_type;
        request.purpose = lines.purposes();
        if (!lines.languages.empty()) request.texts = &preferred_language(lines.languages);
        request.objects_to_tracking = lines.objects_to_tracking;
        request.keep_alive = parsing_->keep_alive;
        request.client = client_of(peer, lines.forwarded_for, proxies);
        request.body = std::move(parsed.body());
    }
    parsing_->parser.reset();

    if (begin_ == end_ && buffer_.size() > first_buffer_bytes) {
        // An idle connection should cost little.
        buffer_ = std::vector<char>();
        begin_ = end_ = 0;
    }
    state_ = State::NeedMore;
    state_ = parse();
    return request;
}

bool RequestReader::has_bytes() const {
    return end_ > begin_ || parsing_->parser.has_value();
}

bool RequestReader::wants_continue() {
    const auto& parser = parsing_->parser;
    if (state_ != State::NeedMore || !parser || !parser->is_header_done()) return false;
    if (parsing_->continue_asked) return false;
    parsing_->continue_asked = true;
    // RFC 9110, section 10.1.1: of HTTP/1.0 it is to be ignored, for it knows no interim answers.
    const auto& request = parser->get();
    return request.version() >= 11 &&
           boost::beast::iequals(request[http::field::expect], "100-continue");
}

}  // namespace candor::tracker
