// The bytes of a record. A change of the layout is a new version beside this one: what lies in a
// spool when the program is replaced must be read by the new one.
#include "tracker/spool_record.h"

#include <algorithm>

#include "policy/tokens/checksum.h"
#include "policy/tokens/subject_cipher.h"
#include "policy/tokens/token_header.h"

namespace candor::tracker {
namespace {

using policy::number_at;
using policy::put_number;

constexpr std::uint8_t version = 1;
constexpr std::size_t subject_at = 24;
constexpr std::size_t checksum_at = spool_record_bytes - 8;

policy::Epoch epoch_of(const policy::Event& event) {
    return {event.controller, event.sent_on, event.retention};
}

/// The person and, so that another key's block is not taken for one, the time once more.
policy::Block subject_of(const policy::Event& event) {
    std::string plain;
    put_number(plain, *event.recipient);
    put_number(plain, static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
    policy::Block block{};
    std::ranges::copy(plain, block.begin());
    return block;
}

std::optional<policy::Block> sealed_subject(const policy::Event& event,
                                            const policy::KeyRing& ring) {
    if (!event.recipient || event.retention == 0) return std::nullopt;
    const policy::SubjectCipher* cipher = ring.daily_cipher(epoch_of(event));
    return cipher == nullptr ? std::nullopt : cipher->encrypt(subject_of(event));
}

std::optional<std::uint64_t> opened_subject(const policy::Event& event, std::string_view sealed,
                                            const policy::KeyRing& ring) {
    const policy::SubjectCipher* cipher = ring.daily_cipher(epoch_of(event));
    if (cipher == nullptr) return std::nullopt;
    policy::Block block{};
    std::ranges::copy(sealed, block.begin());
    const auto opened = cipher->decrypt(block);
    if (!opened) return std::nullopt;
    const std::string plain(opened->begin(), opened->end());
    const auto at = static_cast<std::int64_t>(number_at<std::uint64_t>(plain, 8));
    if (at != event.at.time_since_epoch().count()) return std::nullopt;
    return number_at<std::uint64_t>(plain, 0);
}

}  // namespace

std::string to_spool_record(const policy::Event& event, const policy::KeyRing& ring) {
    const auto subject = sealed_subject(event, ring);
    std::string bytes;
    bytes.reserve(spool_record_bytes);
    put_number(bytes, version);
    put_number(bytes, static_cast<std::uint8_t>(event.kind));
    put_number(bytes, static_cast<std::uint8_t>(event.verdict));
    put_number(bytes, static_cast<std::uint8_t>(event.reason));
    put_number(bytes, static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
    put_number(bytes, event.controller);
    put_number(bytes, event.campaign);
    put_number(bytes, event.link);
    put_number(bytes, static_cast<std::uint16_t>(subject ? event.sent_on : 0));
    put_number(bytes, subject ? event.retention : policy::RetentionClass{0});
    put_number(bytes, std::uint8_t{0});
    const policy::Block block = subject.value_or(policy::Block{});
    bytes.append(block.begin(), block.end());
    put_number(bytes, policy::checksum(bytes));
    return bytes;
}

std::optional<policy::Event> from_spool_record(std::string_view bytes, const policy::KeyRing& ring,
                                               policy::Day today) {
    if (bytes.size() != spool_record_bytes || number_at<std::uint8_t>(bytes, 0) != version ||
        policy::checksum(bytes.substr(0, checksum_at)) !=
            number_at<std::uint64_t>(bytes, checksum_at)) {
        return std::nullopt;
    }
    const auto kind = number_at<std::uint8_t>(bytes, 1);
    const auto verdict = number_at<std::uint8_t>(bytes, 2);
    if (kind < 1 || kind > 2 || verdict < 1 || verdict > 2) return std::nullopt;
    policy::Event event;
    // One that a newer program knows is kept as a number.
    event.reason = static_cast<policy::VerdictReason>(number_at<std::uint8_t>(bytes, 3));
    event.kind = static_cast<policy::EventKind>(kind);
    event.verdict = static_cast<policy::Verdict>(verdict);
    event.at = policy::Instant{
        std::chrono::seconds{static_cast<std::int64_t>(number_at<std::uint64_t>(bytes, 4))}};
    event.controller = number_at<policy::ControllerNumber>(bytes, 12);
    event.campaign = number_at<policy::CampaignId>(bytes, 14);
    event.link = number_at<std::uint16_t>(bytes, 18);
    event.sent_on = number_at<std::uint16_t>(bytes, 20);
    event.retention = number_at<policy::RetentionClass>(bytes, 22);
    if (event.retention != 0 && policy::last_day_of(event.sent_on, event.retention) >= today) {
        event.recipient = opened_subject(event, bytes.substr(subject_at, 16), ring);
    }
    if (!event.recipient) {
        event.sent_on = 0;
        event.retention = 0;
    }
    return event;
}

}  // namespace candor::tracker
