// What lifts a recipient above the default of a row: a consent that holds now, or an assessment
// that covers them. And what a recipient is: class and segments.
#pragma once

#include <string>
#include <string_view>

#include "policy/clock.h"
#include "policy/decision/facts.h"

namespace candor::policy {

/// What does not hold.
struct Shortfall {
    Treatment lowers_to = Treatment::Untracked;
    std::string word;  ///< stable reason word
    std::string text;  ///< what is missing and what the operator can do about it
};

/// The class of the recipient: contact row, else domain row, else the stream's default. Where only
/// the stream speaks, an address at a freemail provider is a consumer's.
[[nodiscard]] RecipientClass class_of(const Facts& facts);
/// Every label this recipient carries: of the contact, of the stream, and the class as a word.
[[nodiscard]] bool in_segment(const Facts& facts, std::string_view segment);

/// When it ends unless it is withdrawn before; one that does not say it is not for ever.
[[nodiscard]] Instant end_of(const Consent& consent, const PolicySettings& settings);

/// The consent for `purpose` that holds now, the longest of several, or why none does.
struct ConsentAnswer {
    const Consent* consent = nullptr;  ///< borrowed from the person; null when none holds
    Shortfall why;  ///< set when null: "consent_missing", "consent_withdrawn" ...
};
[[nodiscard]] ConsentAnswer find_consent(const Person& person, ConsentPurpose purpose,
                                         const PolicySettings& settings, Instant now);

/// The LIA that covers this person, stream's controller and `wanted`, or why none does.
struct LiaAnswer {
    const Lia* lia = nullptr;  ///< borrowed from the policy; null when none covers
    Shortfall why;  ///< set when null: "lia_missing", "lia_expired", "lia_not_approved" ...
};
/// An assessment of a looser treatment covers a stricter one: `individual` includes `aggregate`.
[[nodiscard]] LiaAnswer find_lia(const Facts& facts, const Policy& policy, const Row& row,
                                 Treatment wanted, Instant now);

}  // namespace candor::policy
