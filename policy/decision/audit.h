// How the decision log proves itself: each row is committed to under a salt, the commitments are
// chained by HMAC-SHA-256 under a key outside the database. Whoever edits, drops or adds a row
// without the key breaks the chain; whoever erases one takes its fields and salt and leaves the
// commitment, which then says nothing about anybody. docs/formats.md has it byte by byte.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "policy/decision/decision_log.h"
#include "policy/tokens/digest.h"

struct evp_mac_ctx_st;

namespace candor::policy {

/// 32 random bytes, made once and backed up, apart from the database.
using AuditKey = std::array<std::uint8_t, 32>;
using AuditSalt = std::array<std::uint8_t, 16>;

/// 16 random bytes: a salt, or the nonce of a body.
[[nodiscard]] AuditSalt random_salt();

/// What a row of the log is about.
enum class AuditKind : std::uint8_t {
    Decision = 1,
    Erasure = 2,    ///< rows that were blanked for a person's sake; `note` names them
    Retirement = 3  ///< rows that went because their time was over; `note` says up to which
};

/// The fields of a decision in one unambiguous spelling. `grounds` is the SHA-256 of its grounds.
[[nodiscard]] std::string audited_fields(const DecisionRecord& record, const Sha256& grounds);
/// The same of the two other kinds.
[[nodiscard]] std::string audited_fields(AuditKind kind, Instant at, std::string_view note);

/// Hides `fields` as long as nobody has the salt, and fits no others.
[[nodiscard]] Sha256 commitment_of(const AuditSalt& salt, std::string_view fields);

/// The link of row `number`: over the link before it, so over all rows before it.
[[nodiscard]] Sha256 link_of(const AuditKey& key, const Sha256& previous, std::uint64_t number,
                             AuditKind kind, const Sha256& commitment);

/// The tag of one body, in pieces.
class BodyDigester {
  public:
    /// A nonce makes a key that tags one body: a random one for a body that leaves, that of the
    /// record to compare with.
    BodyDigester(const AuditKey& key, const AuditSalt& nonce);
    void add(std::string_view piece);
    /// Once, at the end.
    [[nodiscard]] BodyDigest finish();

  private:
    struct Free {
        void operator()(evp_mac_ctx_st* context) const;
    };
    std::unique_ptr<evp_mac_ctx_st, Free> mac_;
    BodyDigest digest_;
};

}  // namespace candor::policy
