// The bytes of one connection, from anybody: a PROXY header or not, then requests. However they are
// cut into portions they are the same requests, and nothing of them splits an answer. The first
// byte is the size of the portions.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/require.h"
#include "tracker/http_request.h"
#include "tracker/http_response.h"
#include "tracker/proxy_header.h"

namespace {

using namespace candor::tracker;

/// Until the first refusal. When that comes may depend on the portions: of headers that are not all
/// here Beast finds some faults at once, others at their end.
std::vector<Request> read_in_portions(std::string_view bytes, std::size_t portion) {
    const std::vector<std::string> networks{"10.0.0.0/8"};
    const TrustedProxies proxies(networks);
    const Peer proxy{*ClientAddress::parse("10.0.0.1"), true};
    std::vector<Request> requests;
    RequestReader reader;
    while (!bytes.empty()) {
        const auto room = reader.room();
        require(!room.empty(), "there is always room");
        const std::size_t some = std::min({room.size(), portion, bytes.size()});
        std::copy_n(bytes.begin(), some, room.begin());
        reader.commit(some);
        bytes.remove_prefix(some);
        while (reader.state() == RequestReader::State::Ready) {
            requests.push_back(reader.take(proxy, proxies));
        }
        if (reader.state() == RequestReader::State::Refused) {
            require(reader.refused_status() >= 400, "a refusal has a status");
            break;
        }
        (void)reader.wants_continue();
    }
    return requests;
}

void check_request(const Request& request) {
    require(request.path.find_first_of("?#") == std::string::npos, "a path has no query");
    require(request.body.size() <= RequestLimits{}.body_bytes, "a body keeps its limit");
    const Response response{200, {{"Location", request.path}, {"X", request.user_agent}}, "body"};
    const std::string text = serialise(response, {.head = false, .close = true, .date = {}});
    require(text.find("\r\n\r\n") + 8 == text.size(), "no text splits an answer");
}

bool same(const Request& one, const Request& other) {
    return one.method == other.method && one.path == other.path && one.body == other.body &&
           one.client == other.client && one.keep_alive == other.keep_alive &&
           one.user_agent == other.user_agent && one.purpose == other.purpose &&
           one.texts == other.texts && one.objects_to_tracking == other.objects_to_tracking;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t portion = std::size_t{bytes[0]} + 1;
    std::string_view text{reinterpret_cast<const char*>(bytes) + 1, size - 1};
    if (const auto header = read_proxy_header(text); header && *header) {
        require((*header)->bytes > 0 && (*header)->bytes <= text.size(),
                "a header lies in its bytes");
        for (std::size_t cut = 0; cut < (*header)->bytes; ++cut) {
            const auto begun = read_proxy_header(text.substr(0, cut));
            require(begun && !*begun, "the beginning of a header is no header, and no fault");
        }
        text.remove_prefix((*header)->bytes);
    }
    const auto whole = read_in_portions(text, text.size() + 1);
    const auto cut = read_in_portions(text, portion);
    for (const Request& request : whole) check_request(request);
    for (const Request& request : cut) check_request(request);
    // Some bytes more or less at the limit of headers also depend on the portions.
    if (text.size() >= RequestLimits{}.header_bytes) return 0;
    require(whole.size() == cut.size(), "portions make no request");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        require(same(whole[i], cut[i]), "portions change no request");
    }
    return 0;
}
