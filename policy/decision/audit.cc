// Lengths stand before texts, so that no two rows have the same bytes.
#include "policy/decision/audit.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <new>
#include <span>
#include <stdexcept>

namespace candor::policy {
namespace {

constexpr std::string_view commitment_label = "candor decision v1";
constexpr std::string_view chain_label = "candor decision chain v1";
constexpr std::string_view body_label = "candor body v1";

void append_number(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU));
    }
}
void append_text(std::string& out, std::string_view text) {
    append_number(out, text.size(), 4);
    out += text;
}
void append_bytes(std::string& out, std::span<const std::uint8_t> bytes) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// Fetched once: looking an algorithm up costs more than running it over a mail.
EVP_MAC* poly1305() {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "POLY1305", nullptr);
    if (algorithm == nullptr) throw std::runtime_error("OpenSSL has no Poly1305");
    return algorithm;
}

}  // namespace

AuditSalt random_salt() {
    AuditSalt salt{};
    // A salt that somebody can guess hides nothing, and there is no way on without random bytes.
    if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
    return salt;
}

std::string audited_fields(const DecisionRecord& record, const Sha256& grounds) {
    std::string out;
    out.reserve(160);
    append_number(out, static_cast<std::uint64_t>(AuditKind::Decision), 1);
    append_number(out, static_cast<std::uint64_t>(record.at.time_since_epoch().count()), 8);
    append_number(out, record.controller, 2);
    append_bytes(out, record.recipient.bytes);
    append_number(out, record.campaign, 4);
    append_number(out, static_cast<std::uint64_t>(record.outcome), 1);
    append_text(out, record.queue_id);
    append_text(out, record.evidence);
    append_bytes(out, grounds);
    append_number(out, record.body ? 1 : 0, 1);
    if (record.body) {
        append_bytes(out, record.body->nonce);
        append_bytes(out, record.body->tag);
    }
    return out;
}

std::string audited_fields(AuditKind kind, Instant at, std::string_view note) {
    std::string out;
    append_number(out, static_cast<std::uint64_t>(kind), 1);
    append_number(out, static_cast<std::uint64_t>(at.time_since_epoch().count()), 8);
    append_text(out, note);
    return out;
}

Sha256 commitment_of(const AuditSalt& salt, std::string_view fields) {
    std::string bytes{commitment_label};
    append_bytes(bytes, salt);
    bytes += fields;
    return sha256(bytes);
}

Sha256 link_of(const AuditKey& key, const Sha256& previous, std::uint64_t number, AuditKind kind,
               const Sha256& commitment) {
    std::string bytes{chain_label};
    append_bytes(bytes, previous);
    append_number(bytes, number, 8);
    append_number(bytes, static_cast<std::uint64_t>(kind), 1);
    append_bytes(bytes, commitment);
    return hmac_sha256(key, bytes);
}

BodyDigester::BodyDigester(const AuditKey& key, const AuditSalt& nonce)
    : mac_(EVP_MAC_CTX_new(poly1305())) {
    digest_.nonce = nonce;
    std::string bytes{body_label};
    append_bytes(bytes, nonce);
    Sha256 once = hmac_sha256(key, bytes);
    const bool ready =
        mac_ != nullptr && EVP_MAC_init(mac_.get(), once.data(), once.size(), nullptr) == 1;
    OPENSSL_cleanse(once.data(), once.size());
    if (!ready) throw std::bad_alloc();
}

void BodyDigester::add(std::string_view piece) {
    if (EVP_MAC_update(mac_.get(), reinterpret_cast<const unsigned char*>(piece.data()),
                       piece.size()) != 1) {
        throw std::bad_alloc();
    }
}

BodyDigest BodyDigester::finish() {
    std::size_t length = 0;
    if (EVP_MAC_final(mac_.get(), digest_.tag.data(), &length, digest_.tag.size()) != 1 ||
        length != digest_.tag.size()) {
        throw std::bad_alloc();
    }
    return digest_;
}

void BodyDigester::Free::operator()(evp_mac_ctx_st* context) const {
    EVP_MAC_CTX_free(context);
}

}  // namespace candor::policy
