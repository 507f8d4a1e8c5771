// Layout: version 1, link key id, controller u16; then AES-256-SIV, with these four bytes
// associated, over recipient 16, scope, page u64, time i64. All big endian.
#include "tracker/undo_token.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "policy/tokens/base64url.h"
#include "policy/tokens/digest.h"
#include "policy/tokens/siv.h"

namespace candor::tracker {
namespace {

using policy::OptOut;

constexpr std::size_t header_bytes = 4;
constexpr std::size_t plain_bytes = 16 + 1 + 8 + 8;
constexpr std::uint8_t version = 1;

template <class Number>
void put(std::string& bytes, Number number) {
    for (std::size_t i = sizeof number; i-- > 0;) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
    }
}
template <class Number>
Number get(std::string_view bytes, std::size_t at) {
    std::uint64_t number = 0;
    for (const char byte : bytes.substr(at, sizeof(Number))) {
        number = number << 8 | static_cast<unsigned char>(byte);
    }
    return static_cast<Number>(number);
}

/// The two AES-256 keys of SIV are HMAC-SHA-256 under the first half of the link key. That half
/// only authenticates links (RFC 5297): nothing that leaves says anything about it.
policy::LinkKey undo_key(const policy::LinkKey& link_key) {
    std::array<std::uint8_t, 32> half{};
    std::copy_n(link_key.begin(), half.size(), half.begin());
    policy::LinkKey key{};
    auto to = key.begin();
    for (const std::string_view label : {"candor undo v1 a", "candor undo v1 b"}) {
        to = std::ranges::copy(policy::hmac_sha256(half, label), to).out;
    }
    return key;
}

}  // namespace

bool is_too_late_to_undo(const OptOut& made, policy::Instant now) {
    return now - made.at > undo_time || made.at - now > undo_time;
}

Result<std::string> seal_undo(const policy::KeyRing& ring, const OptOut& made) {
    const auto id = ring.sealing_link_key_id(made.controller);
    const policy::LinkKey* key = id ? ring.link_key(made.controller, *id) : nullptr;
    if (key == nullptr) return fail(Fault::Missing, "no link key for the controller");
    std::string token;
    put(token, version);
    put(token, *id);
    put(token, made.controller);
    std::string plain(made.recipient.bytes.begin(), made.recipient.bytes.end());
    put(plain, static_cast<std::uint8_t>(made.scope));
    put(plain, made.page);
    put(plain, static_cast<std::int64_t>(made.at.time_since_epoch().count()));
    const auto sealed = policy::Siv(undo_key(*key)).seal(token, plain);
    if (!sealed) return fail(sealed.error());
    return policy::to_base64url(token + *sealed);
}

Result<OptOut> open_undo(const policy::KeyRing& ring, std::string_view token, policy::Instant now) {
    const auto bytes = policy::from_base64url(token);
    const auto malformed = [] { return fail(Fault::Malformed, "not a token of a page"); };
    if (!bytes || bytes->size() != header_bytes + policy::siv_bytes + plain_bytes) {
        return malformed();
    }
    const std::string_view header = std::string_view(*bytes).substr(0, header_bytes);
    if (get<std::uint8_t>(header, 0) != version) return malformed();
    OptOut made;
    made.controller = get<policy::ControllerNumber>(header, 2);
    const policy::LinkKey* key = ring.link_key(made.controller, get<std::uint8_t>(header, 1));
    if (key == nullptr) return fail(Fault::Missing, "no link key for a token of a page");
    const auto plain =
        policy::Siv(undo_key(*key)).open(header, std::string_view(*bytes).substr(header_bytes));
    if (!plain) return malformed();
    std::ranges::copy(plain->substr(0, 16), made.recipient.bytes.begin());
    made.scope = static_cast<policy::OptOutScope>(get<std::uint8_t>(*plain, 16));
    made.page = get<std::uint64_t>(*plain, 17);
    made.at = policy::Instant{std::chrono::seconds{get<std::int64_t>(*plain, 25)}};
    made.source = policy::OptOutSource::Page;
    if (is_too_late_to_undo(made, now)) {
        return fail(Fault::OverLimit, "the time for undoing is over");
    }
    return made;
}

}  // namespace candor::tracker
