// Each word stands here once, for both directions where it is read as well.
#include "cli/people_words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace candor::cli {
namespace {

template <class Enum>
using Word = std::pair<Enum, std::string_view>;

constexpr std::array<Word<policy::ConsentPurpose>, 3> purposes{
    {{policy::ConsentPurpose::Click, "click"},
     {policy::ConsentPurpose::Open, "open"},
     {policy::ConsentPurpose::Profile, "profile"}}};
constexpr std::array<Word<policy::RecipientClass>, 3> classes{
    {{policy::RecipientClass::Unknown, "unknown"},
     {policy::RecipientClass::B2b, "b2b"},
     {policy::RecipientClass::B2c, "b2c"}}};
constexpr std::array<Word<policy::OptOutScope>, 2> scopes{
    {{policy::OptOutScope::All, "all"}, {policy::OptOutScope::Tracking, "tracking"}}};
constexpr std::array<Word<policy::OptOutSource>, 5> sources{
    {{policy::OptOutSource::OneClick, "one-click"},
     {policy::OptOutSource::Page, "page"},
     {policy::OptOutSource::Operator, "operator"},
     {policy::OptOutSource::Import, "import"},
     {policy::OptOutSource::Reply, "reply"}}};
constexpr std::array<Word<policy::RequestKind>, 2> requests{
    {{policy::RequestKind::Access, "access"}, {policy::RequestKind::Erasure, "erasure"}}};
constexpr std::array<Word<policy::EventKind>, 2> events{
    {{policy::EventKind::Click, "click"}, {policy::EventKind::Open, "open"}}};
constexpr std::array<Word<policy::Verdict>, 2> verdicts{
    {{policy::Verdict::Human, "human"}, {policy::Verdict::Machine, "machine"}}};
constexpr std::array<Word<policy::VerdictReason>, 11> reasons{
    {{policy::VerdictReason::None, "none"},
     {policy::VerdictReason::Head, "head"},
     {policy::VerdictReason::Prefetch, "prefetch"},
     {policy::VerdictReason::NoUserAgent, "no_user_agent"},
     {policy::VerdictReason::UserAgent, "user_agent"},
     {policy::VerdictReason::MailPrivacy, "mail_privacy"},
     {policy::VerdictReason::ImageProxy, "image_proxy"},
     {policy::VerdictReason::Network, "network"},
     {policy::VerdictReason::TooFast, "too_fast"},
     {policy::VerdictReason::Burst, "burst"},
     {policy::VerdictReason::Honeypot, "honeypot"}}};

template <class Words, class Enum>
std::string_view word_of(const Words& words, Enum value) {
    for (const auto& [meant, word] : words) {
        if (meant == value) return word;
    }
    return {};  // a value outside the enum
}
template <class Enum, std::size_t Size>
std::optional<Enum> value_of(const std::array<Word<Enum>, Size>& words, std::string_view word) {
    for (const auto& [meant, its_word] : words) {
        if (its_word == word) return meant;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_word(policy::ConsentPurpose purpose) {
    return word_of(purposes, purpose);
}
std::string_view to_word(policy::RecipientClass recipient_class) {
    return word_of(classes, recipient_class);
}
std::string_view to_word(policy::OptOutScope scope) {
    return word_of(scopes, scope);
}
std::string_view to_word(policy::OptOutSource source) {
    return word_of(sources, source);
}
std::string_view to_word(policy::RequestKind kind) {
    return word_of(requests, kind);
}
std::string_view to_word(policy::EventKind kind) {
    return word_of(events, kind);
}
std::string_view to_word(policy::Verdict verdict) {
    return word_of(verdicts, verdict);
}
std::string_view to_word(policy::VerdictReason reason) {
    return word_of(reasons, reason);
}

std::optional<policy::ConsentPurpose> purpose_from(std::string_view word) {
    return value_of(purposes, word);
}
std::optional<policy::OptOutScope> scope_from(std::string_view word) {
    return word.empty() ? policy::OptOutScope::All : value_of(scopes, word);
}
std::optional<policy::OptOutSource> opt_out_source_from(std::string_view word) {
    return value_of(sources, word);
}

std::string to_text(const std::optional<policy::Instant>& instant) {
    return instant ? fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", *instant) : std::string{};
}

}  // namespace candor::cli
