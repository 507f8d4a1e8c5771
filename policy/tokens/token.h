// Seal and open tracking tokens. The layout is frozen; docs/formats.md has it byte by byte.
//
//   header 7: version|kind, link key id, controller u16, class|tweak, day u16
//   [subject 16]   one AES-256 block under the daily key; only `individual`
//   SIV 16, ciphertext: AES-256-SIV under the link key, header and subject as associated data
//
// The sealed destination is shortened by the URL dictionary (version 2); one sealed as it is
// (version 1) opens for ever.
//
// base64url without padding, strict: one spelling per token. The last character is alphanumeric,
// because programs that find links in text cut a final `-` or `_`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "policy/clock.h"
#include "policy/people/recipient_id.h"
#include "policy/result.h"
#include "policy/tokens/keys.h"

namespace candor::policy {

using CampaignId = std::uint32_t;  ///< allotted by the store; 0 = no campaign

/// What an unsubscribe token opens. Part of the frozen format.
enum class OptOutPage : std::uint8_t { Unsubscribe = 1, StopTracking = 2, Privacy = 3 };

inline constexpr std::size_t max_destination_bytes = 8192;

/// The ordinal of the link that nobody sees (docs/decisions.md); those to be seen count from 1.
inline constexpr std::uint16_t honeypot_ordinal = 0;

/// A link of one person. `destination` is serialised (policy/links/destination.h).
struct IndividualLink {
    ControllerNumber controller = 0;
    CampaignId campaign = 0;
    std::uint64_t recipient = 0;  ///< RecipientId::prefix()
    std::uint16_t ordinal = 0;    ///< position of the link in the message, from 1
    Instant sealed_at{};          ///< kept in steps of 2 seconds
    RetentionClass retention = 0;
    std::string destination;
    bool operator==(const IndividualLink&) const = default;
};

/// A link of a campaign: nothing in it differs between recipients, days or retention classes.
struct AggregateLink {
    ControllerNumber controller = 0;
    CampaignId campaign = 0;
    std::uint16_t ordinal = 0;
    std::string destination;
    bool operator==(const AggregateLink&) const = default;
};

/// An individual link whose daily key is gone (or not for us to use): the destination is all it
/// says.
struct ForgottenLink {
    ControllerNumber controller = 0;
    Day day = 0;
    RetentionClass retention = 0;
    std::string destination;
    bool operator==(const ForgottenLink&) const = default;
};

/// Valid for ever and never tracked: it names the person to opt out, only to the store.
struct OptOutLink {
    ControllerNumber controller = 0;
    RecipientId recipient;
    CampaignId campaign = 0;
    OptOutPage page = OptOutPage::Unsubscribe;
    bool operator==(const OptOutLink&) const = default;
};

using OpenedToken = std::variant<IndividualLink, AggregateLink, ForgottenLink, OptOutLink>;

/// Of a link, not of a picture: whether it is the one that nobody sees. A ForgottenLink does not
/// say.
[[nodiscard]] bool is_honeypot(const OpenedToken& link);

/// Whether the 16-byte subject may be decrypted at all. `Skip` is for GPC and DNT: the identity is
/// not opened, and the link comes back as ForgottenLink.
enum class Identity { Open, Skip };

/// Errors: Missing (no link key, or for an individual link no daily key: the caller degrades, mail
/// is never held for a key), OverLimit (destination over max_destination_bytes), Malformed (it is
/// empty or not ASCII). Same in, same out: no randomness.
[[nodiscard]] Result<std::string> seal(const KeyRing& ring, const IndividualLink& link);
[[nodiscard]] Result<std::string> seal(const KeyRing& ring, const AggregateLink& link);
[[nodiscard]] Result<std::string> seal(const KeyRing& ring, const OptOutLink& link);

/// The picture that tells of an opening: what `link` says of the person and the message; its
/// ordinal and destination are left out. Errors: Missing, as above.
[[nodiscard]] Result<std::string> seal_image(const KeyRing& ring, const IndividualLink& link);
/// The one of a whole campaign, byte-identical in every mail of it: of `link` the controller and
/// the campaign.
[[nodiscard]] Result<std::string> seal_image(const KeyRing& ring, const AggregateLink& link);

/// A daily key past its last day (`last_day_of` < day of `now`) is not used even if the ring has
/// it. Errors: Malformed (not a token of ours, tampered, or a version not known here), Missing (its
/// link key is not in the ring).
[[nodiscard]] Result<OpenedToken> open(const KeyRing& ring, std::string_view token, Instant now,
                                       Identity identity = Identity::Open);

/// The same for pictures: an IndividualLink, AggregateLink or ForgottenLink without ordinal and
/// destination. A token of one purpose is none of the other.
[[nodiscard]] Result<OpenedToken> open_image(const KeyRing& ring, std::string_view token,
                                             Instant now, Identity identity = Identity::Open);

}  // namespace candor::policy
