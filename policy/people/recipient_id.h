// A recipient as everything but the envelope knows it: a keyed hash of the address.
// Says how an address is normalised; leaves where the key lies to `cli/key_files`.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.h"

namespace candor::policy {

/// The number of a controller in rows, keys and tokens: `controller.number` of the configuration.
using ControllerNumber = std::uint16_t;

/// 32 random bytes, made once and backed up: hashed opt-outs cannot be hashed again.
using RecipientKey = std::array<std::uint8_t, 32>;

/// The first 128 bits of HMAC-SHA-256 over the normalised address, keyed per controller.
/// Not an address and not reversible without the key, but still personal data.
struct RecipientId {
    std::array<std::uint8_t, 16> bytes{};

    /// The 64 bits that travel in tokens and event rows, big endian.
    [[nodiscard]] std::uint64_t prefix() const;
    /// 32 lower-case hex digits.
    [[nodiscard]] std::string hex() const;
    /// Errors: Malformed (not 32 hex digits).
    [[nodiscard]] static Result<RecipientId> from_hex(std::string_view text);

    auto operator<=>(const RecipientId&) const = default;
};

/// The id that no address has, but for a chance of 1 in 2^128: with it the tracker tests its own
/// opt-out page. Its opt-outs count in look-ups and stand in no list.
inline constexpr RecipientId nobody{};

/// `address` as two spellings of one mailbox are compared: brackets, source route and outer blanks
/// gone, all lower case, domain as A-label (IDNA 2008) without a final dot. Lower-casing the local
/// part over-matches on purpose: an opt-out must not be missed for the sake of a capital letter.
/// Errors: Malformed (no local part or no domain). The message does not repeat the address.
[[nodiscard]] Result<std::string> normalise_address(std::string_view address);

/// The domain of a normalised address (behind the last `@`).
[[nodiscard]] std::string_view domain_of(std::string_view normalised_address);

enum class PlusTags : std::uint8_t { Keep, Drop };

/// [addresses]: which addresses reach one mailbox although they differ in more than case. Part of
/// every RecipientId: another rule later, and rows on record no longer belong to these addresses.
struct AddressRules {
    PlusTags plus_tags = PlusTags::Keep;
    std::vector<std::string> dotless_domains;  ///< A-labels: dots of a local part do not count
};

/// The mailbox that stands for a *normalised* address: what ids are made of. Without rules the
/// address itself. Over-matches, like lower-casing does: an opt-out must reach the mailbox.
[[nodiscard]] std::string mailbox_of(std::string_view normalised_address,
                                     const AddressRules& rules);

/// The id of a *normalised* address at one controller. The same address at two controllers has two
/// unrelated ids.
[[nodiscard]] RecipientId recipient_id(const RecipientKey& key, const AddressRules& rules,
                                       ControllerNumber controller,
                                       std::string_view normalised_address);

}  // namespace candor::policy
