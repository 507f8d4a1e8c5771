// What each kind of token says, both ways. The layout is frozen: what is sealed here must open for
// ever, so a change is a new version beside this one, never an edit of it.
#include "policy/tokens/token.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "policy/tokens/siv.h"
#include "policy/tokens/subject_cipher.h"
#include "policy/tokens/token_bytes.h"
#include "policy/tokens/token_header.h"
#include "policy/tokens/url_dictionary.h"

namespace candor::policy {
namespace {

constexpr std::size_t aggregate_bytes = 6;       // campaign and ordinal before the destination
constexpr std::size_t aggregate_open_bytes = 4;  // the campaign
constexpr std::size_t opt_out_bytes = 21;
constexpr std::string_view open_image_plain = "\x01";  // AES-SIV wants something to seal

Result<void> check_destination(std::string_view destination) {
    if (destination.empty()) return fail(Fault::Malformed, "a link without destination");
    if (destination.size() > max_destination_bytes) {
        return fail(Fault::OverLimit, "a destination is longer than max_destination_bytes");
    }
    unsigned char seen = 0;
    for (const char c : destination) seen |= static_cast<unsigned char>(c);
    if (seen >= 0x80) {
        return fail(Fault::Malformed, "a destination is not ASCII: it is not serialised");
    }
    return {};
}

struct Sealer {
    std::uint8_t id;
    const Siv* cipher;  // borrowed from the ring
};

Result<Sealer> sealer_of(const KeyRing& ring, ControllerNumber controller) {
    const auto id = ring.sealing_link_key_id(controller);
    if (!id) return fail(Fault::Missing, "no link key for the controller");
    return Sealer{*id, ring.link_cipher(controller, *id)};
}

OpenedToken open_individual(const KeyRing& ring, const TokenHeader& header,
                            std::string_view subject, std::string destination, Instant now,
                            Identity identity) {
    const SubjectCipher* cipher = nullptr;
    // The class is authenticated, so the end of a link's life does not hang on a file being gone:
    // a key that came back with a backup is not used.
    if (identity == Identity::Open && last_day_of(header.day, header.retention) >= day_of(now)) {
        cipher = ring.daily_cipher({header.controller, header.day, header.retention});
    }
    if (cipher != nullptr) {
        if (auto link = read_subject(*cipher, header, subject)) {
            link->destination = std::move(destination);
            return *std::move(link);
        }
    }
    return ForgottenLink{header.controller, header.day, header.retention, std::move(destination)};
}

std::string destination_in(const TokenHeader& header, std::string_view sealed) {
    return header.version == TokenVersion::Plain ? std::string(sealed) : restored_url(sealed);
}

Result<OpenedToken> open_aggregate(const TokenHeader& header, std::string_view plain) {
    if (plain.size() <= aggregate_bytes) return no_token();
    return AggregateLink{header.controller, number_at<std::uint32_t>(plain, 0),
                         number_at<std::uint16_t>(plain, 4),
                         destination_in(header, plain.substr(aggregate_bytes))};
}

Result<OpenedToken> open_opt_out(const TokenHeader& header, std::string_view plain) {
    if (plain.size() != opt_out_bytes) return no_token();
    OptOutLink link;
    link.controller = header.controller;
    std::ranges::copy(plain.substr(0, link.recipient.bytes.size()), link.recipient.bytes.begin());
    link.campaign = number_at<std::uint32_t>(plain, 16);
    const auto page = number_at<std::uint8_t>(plain, 20);
    if (page < static_cast<int>(OptOutPage::Unsubscribe) ||
        page > static_cast<int>(OptOutPage::Privacy)) {
        return no_token();
    }
    link.page = static_cast<OptOutPage>(page);
    return link;
}

Result<std::string> seal_individual(const KeyRing& ring, const IndividualLink& link,
                                    TokenHeader header, std::string_view plain) {
    const Day day = day_of(link.sealed_at);
    if (day < 0 || day > std::numeric_limits<std::uint16_t>::max()) {
        return fail(Fault::Malformed, "a link is sealed at a time outside 1970 to 2149");
    }
    const auto sealer = sealer_of(ring, link.controller);
    if (!sealer) return fail(sealer.error());
    const SubjectCipher* cipher = ring.daily_cipher({link.controller, day, link.retention});
    if (cipher == nullptr) return fail(Fault::Missing, "no daily key for the controller");
    header.link_key_id = sealer->id;
    header.controller = link.controller;
    header.retention = link.retention;
    header.day = static_cast<std::uint16_t>(day);
    return seal_bytes(*sealer->cipher, header, subject_of(*cipher, link), plain);
}

}  // namespace

Result<std::string> seal(const KeyRing& ring, const IndividualLink& link) {
    if (auto ok = check_destination(link.destination); !ok) return fail(ok.error());
    return seal_individual(ring, link, {TokenVersion::Dictionary, TokenKind::Individual},
                           shortened_url(link.destination));
}

Result<std::string> seal(const KeyRing& ring, const AggregateLink& link) {
    if (auto ok = check_destination(link.destination); !ok) return fail(ok.error());
    const auto sealer = sealer_of(ring, link.controller);
    if (!sealer) return fail(sealer.error());
    std::string plain;
    put_number(plain, link.campaign);
    put_number(plain, link.ordinal);
    plain += shortened_url(link.destination);
    return seal_bytes(
        *sealer->cipher,
        {TokenVersion::Dictionary, TokenKind::Aggregate, sealer->id, link.controller, 0, 0, 0},
        std::nullopt, plain);
}

Result<std::string> seal(const KeyRing& ring, const OptOutLink& link) {
    const auto sealer = sealer_of(ring, link.controller);
    if (!sealer) return fail(sealer.error());
    std::string plain(link.recipient.bytes.begin(), link.recipient.bytes.end());
    put_number(plain, link.campaign);
    put_number(plain, static_cast<std::uint8_t>(link.page));
    return seal_bytes(
        *sealer->cipher,
        {TokenVersion::Plain, TokenKind::OptOut, sealer->id, link.controller, 0, 0, 0},
        std::nullopt, plain);
}

Result<std::string> seal_image(const KeyRing& ring, const IndividualLink& link) {
    IndividualLink image = link;
    image.ordinal = 0;
    return seal_individual(ring, image, {TokenVersion::Plain, TokenKind::IndividualOpen},
                           open_image_plain);
}

Result<std::string> seal_image(const KeyRing& ring, const AggregateLink& link) {
    const auto sealer = sealer_of(ring, link.controller);
    if (!sealer) return fail(sealer.error());
    std::string plain;
    put_number(plain, link.campaign);
    return seal_bytes(
        *sealer->cipher,
        {TokenVersion::Plain, TokenKind::AggregateOpen, sealer->id, link.controller, 0, 0, 0},
        std::nullopt, plain);
}

Result<OpenedToken> open(const KeyRing& ring, std::string_view token, Instant now,
                         Identity identity) {
    const auto unsealed = unseal(ring, token);
    if (!unsealed) return fail(unsealed.error());
    const TokenHeader& header = unsealed->header;
    switch (header.kind) {
        case TokenKind::Individual:
            return open_individual(ring, header, unsealed->subject,
                                   destination_in(header, unsealed->plain), now, identity);
        case TokenKind::Aggregate: return open_aggregate(header, unsealed->plain);
        case TokenKind::OptOut: return open_opt_out(header, unsealed->plain);
        case TokenKind::IndividualOpen:
        case TokenKind::AggregateOpen: return no_token();
    }
    return no_token();
}

Result<OpenedToken> open_image(const KeyRing& ring, std::string_view token, Instant now,
                               Identity identity) {
    const auto unsealed = unseal(ring, token);
    if (!unsealed) return fail(unsealed.error());
    const TokenHeader& header = unsealed->header;
    if (header.kind == TokenKind::AggregateOpen && unsealed->plain.size() == aggregate_open_bytes) {
        return AggregateLink{
            header.controller, number_at<std::uint32_t>(unsealed->plain, 0), 0, {}};
    }
    if (header.kind != TokenKind::IndividualOpen || unsealed->plain != open_image_plain) {
        return no_token();
    }
    return open_individual(ring, header, unsealed->subject, {}, now, identity);
}

bool is_honeypot(const OpenedToken& link) {
    if (const auto* one = std::get_if<IndividualLink>(&link)) {
        return one->ordinal == honeypot_ordinal;
    }
    const auto* shared = std::get_if<AggregateLink>(&link);
    return shared != nullptr && shared->ordinal == honeypot_ordinal;
}

}  // namespace candor::policy
