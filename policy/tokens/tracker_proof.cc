// Challenge and answer of a tracker. docs/formats.md has the bytes.
#include "policy/tokens/tracker_proof.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <charconv>
#include <limits>

#include "policy/tokens/base64url.h"
#include "policy/tokens/digest.h"
#include "policy/tokens/token_header.h"

namespace candor::policy {
namespace {

/// A number without sign or leading zero, up to the greatest Number.
template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number value = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return value;
}

/// Under a key that is made of the link key and used for nothing else.
Sha256 proof_of(const LinkKey& key, ControllerNumber controller, std::uint8_t id,
                std::string_view challenge) {
    std::string secret = "candor tracker proof key v1";
    secret.append(key.begin(), key.end());
    Sha256 proof_key = sha256(secret);
    OPENSSL_cleanse(secret.data(), secret.size());
    std::string text = "candor tracker proof v1";
    put_number(text, controller);
    put_number(text, id);
    text += challenge;
    const Sha256 proof = hmac_sha256(proof_key, text);
    OPENSSL_cleanse(proof_key.data(), proof_key.size());
    return proof;
}

}  // namespace

std::optional<std::string> prove_tracker(const KeyRing& ring, std::string_view request) {
    const std::size_t slash = request.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto controller = number_from<ControllerNumber>(request.substr(0, slash));
    const auto challenge = from_base64url(request.substr(slash + 1));
    if (!controller || !challenge || challenge->size() != challenge_bytes) return std::nullopt;
    const auto id = ring.sealing_link_key_id(*controller);
    if (!id) return std::nullopt;
    const Sha256 proof = proof_of(*ring.link_key(*controller, *id), *controller, *id, *challenge);
    return fmt::format("{} {}", *id,
                       to_base64url({reinterpret_cast<const char*>(proof.data()), proof.size()}));
}

Result<std::uint8_t> verify_tracker(const KeyRing& ring, ControllerNumber controller,
                                    std::string_view challenge, std::string_view answer) {
    const std::size_t blank = answer.find(' ');
    const auto id = number_from<std::uint8_t>(answer.substr(0, blank));
    const auto mac =
        blank == std::string_view::npos ? std::nullopt : from_base64url(answer.substr(blank + 1));
    if (!id || !mac || mac->size() != sizeof(Sha256)) {
        return fail(Fault::Malformed, "not the answer of a tracker");
    }
    const LinkKey* key = ring.link_key(controller, *id);
    if (key == nullptr) return fail(Fault::Missing, fmt::format("link key {:03} is not here", *id));
    const Sha256 proof = proof_of(*key, controller, *id, challenge);
    if (CRYPTO_memcmp(proof.data(), mac->data(), proof.size()) != 0) {
        return fail(Fault::Malformed, "a tracker with other keys");
    }
    return *id;
}

}  // namespace candor::policy
