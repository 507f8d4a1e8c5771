#include "policy/decision/notice_on_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace candor::policy {

namespace {

/// How far an attestation gets; the greatest is reported when none counts.
enum class Match { OtherUrl, NotCovered, NotYet, Expired, Counts };

Match match_of(const PrivacyNotice& notice, const Controller& controller, Measured measured,
               Instant now) {
    if (notice.url != controller.privacy_notice_url) return Match::OtherUrl;
    if (std::ranges::find(notice.covers, measured) == notice.covers.end()) return Match::NotCovered;
    if (!notice.attested_at || *notice.attested_at > now) return Match::NotYet;
    return notice.review_by && now < *notice.review_by ? Match::Counts : Match::Expired;
}

/// Of any match but one that counts.
std::string shortfall_of(Match match, const PrivacyNotice& notice, const Controller& controller,
                         std::string_view measured) {
    if (match == Match::OtherUrl) {
        return fmt::format(
            "The attestation in {} is of {}, but the privacy_notice_url of "
            "controller {} is {}: have that one read and attested.",
            notice.file, notice.url, controller.name, controller.privacy_notice_url);
    }
    if (match == Match::NotCovered) {
        return fmt::format(
            "The attestation in {} does not say that the privacy notice of {} "
            "explains {}: where it does, `covers` has to list them.",
            notice.file, controller.name, measured);
    }
    if (match == Match::NotYet) {
        return fmt::format("The attestation in {} begins in the future: see its attested_at.",
                           notice.file);
    }
    return fmt::format(
        "The attestation in {} is past its review date: have the privacy notice of "
        "{} read again, and put the new dates into the file.",
        notice.file, controller.name);
}

}  // namespace

NoticeAnswer find_privacy_notice(const Controller& controller, const Policy& policy,
                                 Measured measured, Instant now) {
    const std::string_view word = measured == Measured::Clicks ? "clicks" : "opens";
    // On a tie the first file by name, so that the order of files in a directory decides nothing.
    const PrivacyNotice* nearest = nullptr;
    std::optional<Match> nearest_match;
    for (const PrivacyNotice& notice : policy.evidence.privacy_notices) {
        if (notice.controller != controller.name) continue;
        const Match match = match_of(notice, controller, measured, now);
        if (match == Match::Counts) return {&notice, {}};
        if (!nearest_match || match > *nearest_match ||
            (match == *nearest_match && notice.file < nearest->file)) {
            nearest = &notice;
            nearest_match = match;
        }
    }
    if (nearest != nullptr)
        return {nullptr, shortfall_of(*nearest_match, *nearest, controller, word)};
    return {nullptr, fmt::format("Nothing on file attests that the privacy notice of {} explains "
                                 "{}: `candor privacy-notice new` writes a file to fill in.",
                                 controller.name, word)};
}

}  // namespace candor::policy
