// What a store remembers, as values: contacts, consents, opt-outs, requests, clicks and openings,
// and where lists of them go on. The port that takes and gives them is store.h; what is kept of
// decisions is decision/decision_log.h.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/people/recipient_id.h"
#include "policy/tokens/token.h"

namespace candor::policy {

enum class RecipientClass : std::uint8_t { Unknown = 0, B2b = 1, B2c = 2 };

/// What a CRM import knows of one person.
struct Contact {
    std::string jurisdiction;  ///< ISO 3166-1/-2, upper case; empty = not known
    RecipientClass recipient_class = RecipientClass::Unknown;
    std::vector<std::string> segments;
    bool gpc = false;    ///< a Global Privacy Control opt-out on record
    std::string source;  ///< where the row came from, e.g. "crm-2026-11"
    std::string
        sealed_address;  ///< policy/people/sealed_address.h; empty where the writer had no address
    bool operator==(const Contact&) const = default;
};

/// What is known of everybody at one domain.
struct DomainRow {
    std::string jurisdiction;
    RecipientClass recipient_class = RecipientClass::Unknown;
    std::string source;
    bool operator==(const DomainRow&) const = default;
};

enum class ConsentPurpose : std::uint8_t { Click = 1, Open = 2, Profile = 3 };

struct Consent {
    ConsentPurpose purpose = ConsentPurpose::Click;
    Instant given_at{};
    std::optional<Instant> expires_at;
    std::optional<Instant> withdrawn_at;
    std::string method;        ///< "double-opt-in", "form", "paper"
    std::string source;        ///< URL or form id
    std::string text_version;  ///< which wording was agreed to
    std::string proof;         ///< reference to the proof kept elsewhere
    bool operator==(const Consent&) const = default;
};

/// The first two are said for all time to come. The others hold up to their moment `at` and are
/// written by the store itself: what consent ends and erasure mean for mail already sent.
enum class OptOutScope : std::uint8_t {
    All = 1,
    Tracking = 2,
    ClicksSoFar = 3,  ///< links sealed until then name nobody, neither by a click nor an opening
    OpensSoFar = 4,   ///< the same of openings alone
    ErasedSoFar = 5   ///< nothing that was sealed or recorded until then names anybody
};
/// Whether a person may say it, and lists of opt-outs have it.
[[nodiscard]] constexpr bool is_said_by_people(OptOutScope scope) {
    return scope == OptOutScope::All || scope == OptOutScope::Tracking;
}
/// As log lines have the two.
[[nodiscard]] constexpr std::string_view to_string(OptOutScope scope) {
    return scope == OptOutScope::Tracking ? "tracking" : "all";
}
/// Added to the moment of an opt-out "so far": a message that is being decided, or a click that is
/// being answered, goes by what was on record before.
inline constexpr std::chrono::seconds still_under_way{60};
/// After so long no link remembers what an opt-out "so far" is about.
inline constexpr std::chrono::days longest_memory{retention_class_days.back() + 2};
enum class OptOutSource : std::uint8_t {
    OneClick = 1,
    Page = 2,
    Operator = 3,
    Import = 4,
    Reply = 5
};

struct OptOut {
    ControllerNumber controller = 0;
    RecipientId recipient;
    OptOutScope scope = OptOutScope::All;
    Instant at{};
    OptOutSource source = OptOutSource::Operator;
    std::uint64_t page = 0;  ///< the one visit of a page that may take it back; 0 = none may
    bool operator==(const OptOut&) const = default;
};

/// An opt-out that was taken back, by the page on which it was made or by an operator: evidence of
/// both.
struct UndoneOptOut {
    OptOut opt_out;  ///< `page` took it back; 0 = an operator did
    Instant undone_at{};
    bool operator==(const UndoneOptOut&) const = default;
};

enum class RequestKind : std::uint8_t { Access = 1, Erasure = 2 };

/// A person asked, on a page of ours, for a copy or the erasure of their data.
struct DataRequest {
    ControllerNumber controller = 0;
    RecipientId recipient;
    RequestKind kind = RequestKind::Access;
    Instant at{};
    std::optional<Instant> closed_at;  ///< when the operator had answered it
    bool operator==(const DataRequest&) const = default;
};

enum class EventKind : std::uint8_t { Click = 1, Open = 2 };

/// Which opt-outs are on record for one person.
struct OptOuts {
    bool all = false;
    bool tracking = false;  ///< set by scope `tracking`; `all` implies no tracking as well
    /// Of the scopes "so far": up to when; nothing where none is on record.
    std::optional<Instant> no_clicks_until{}, no_opens_until{}, erased_until{};

    [[nodiscard]] bool any() const { return all || tracking; }
    /// Whether an event of a link that was sealed at `sealed_at` may name the person.
    [[nodiscard]] bool allow_naming(EventKind kind, Instant sealed_at) const {
        if (any() || sealed_at <= no_clicks_until || sealed_at <= erased_until) return false;
        return kind == EventKind::Click || !(sealed_at <= no_opens_until);
    }
    void add(OptOutScope scope, Instant at) {
        switch (scope) {
            case OptOutScope::All: all = true; return;
            case OptOutScope::Tracking: tracking = true; return;
            case OptOutScope::ClicksSoFar:
                no_clicks_until = std::max(no_clicks_until, {at});
                return;
            case OptOutScope::OpensSoFar: no_opens_until = std::max(no_opens_until, {at}); return;
            case OptOutScope::ErasedSoFar: erased_until = std::max(erased_until, {at}); return;
        }
    }
    bool operator==(const OptOuts&) const = default;
    /// What either says.
    friend OptOuts operator|(const OptOuts& one, const OptOuts& other) {
        return {one.all || other.all, one.tracking || other.tracking,
                std::max(one.no_clicks_until, other.no_clicks_until),
                std::max(one.no_opens_until, other.no_opens_until),
                std::max(one.erased_until, other.erased_until)};
    }
};

/// What the end of one consent means for mail already sent; nothing for a purpose that no link
/// rests on.
[[nodiscard]] constexpr std::optional<OptOutScope> ended_by(ConsentPurpose purpose) {
    switch (purpose) {
        case ConsentPurpose::Click: return OptOutScope::ClicksSoFar;
        case ConsentPurpose::Open: return OptOutScope::OpensSoFar;
        case ConsentPurpose::Profile: return std::nullopt;
    }
    return std::nullopt;
}

/// Whether a consent whose record says when it ends now ends before what it said: links may have
/// been made that would outlive it.
[[nodiscard]] constexpr bool ends_earlier(std::optional<Instant> expires_at,
                                          std::optional<Instant> said_before) {
    return expires_at && (!said_before || *expires_at < *said_before);
}

/// All that one look-up brings.
struct Person {
    std::optional<Contact> contact;
    std::optional<DomainRow> domain;
    std::vector<Consent> consents;
    OptOuts opt_outs;
    bool operator==(const Person&) const = default;
};

enum class Verdict : std::uint8_t { Human = 1, Machine = 2 };
/// Why a verdict is what it is. The numbers are kept; new ones are appended.
enum class VerdictReason : std::uint8_t {
    None = 0,         ///< nothing spoke against a human
    Head = 1,         ///< HEAD: nobody wanted to read
    Prefetch = 2,     ///< the request says itself that nobody asked for it yet
    NoUserAgent = 3,  ///< programs only
    UserAgent = 4,    ///< names a program
    MailPrivacy = 5,  ///< Apple's Mail Privacy Protection, which fetches whatever arrives
    ImageProxy = 6,   ///< Gmail's or Yahoo's, which fetches for its reader
    Network = 7,      ///< of a mail scanner
    TooFast = 8,      ///< so soon after the message was sealed
    Burst = 9,        ///< several links at once, or a client beyond its rate
    Honeypot = 10     ///< a link that nobody sees, or another one by who followed it moments ago
};

/// One click or open. `recipient` is set only for an individual link whose person may still be
/// named.
struct Event {
    ControllerNumber controller = 0;
    CampaignId campaign = 0;
    std::optional<std::uint64_t> recipient;  ///< RecipientId::prefix()
    std::uint16_t link = 0;
    EventKind kind = EventKind::Click;
    Verdict verdict = Verdict::Human;
    Instant at{};
    Day sent_on = 0;  ///< the day in the token: chooses the event file with `retention`
    RetentionClass retention = 0;  ///< 0 for events without a person: totals only
    VerdictReason reason = VerdictReason::None;
    bool operator==(const Event&) const = default;
};

/// Where in a spool events come from: the store notes in the same commit how far it has taken them.
struct SpoolPosition {
    std::uint64_t spool = 0;    ///< which spool; 0 = from none
    std::uint64_t through = 0;  ///< the number of the last event of the batch, from 1
    bool operator==(const SpoolPosition&) const = default;
};

/// One line of the totals: hourly counters, no person, kept for ever.
struct Total {
    ControllerNumber controller = 0;
    CampaignId campaign = 0;
    std::uint16_t link = 0;
    EventKind kind = EventKind::Click;
    Verdict verdict = Verdict::Human;
    std::int64_t hour = 0;  ///< hours since 1970-01-01 UTC
    std::int64_t count = 0;
    VerdictReason reason = VerdictReason::None;
    bool operator==(const Total&) const = default;
};

/// A row that an import brings. Addresses are normalised and sealed before they get here.
struct ContactRow {
    ControllerNumber controller = 0;
    RecipientId recipient;
    Contact contact;
    bool operator==(const ContactRow&) const = default;
};
/// Which columns the rows of an import bring; the others stay as they are on record, so that a file
/// without `gpc` does not take anybody's opt-out away.
struct ContactColumns {
    bool jurisdiction = true, recipient_class = true, segments = true, gpc = true, source = true;
};
struct DomainImport {
    ControllerNumber controller = 0;
    std::string domain;  ///< A-labels
    DomainRow row;
    bool operator==(const DomainImport&) const = default;
};
struct ConsentRow {
    ControllerNumber controller = 0;
    RecipientId recipient;
    Consent consent;
    bool operator==(const ConsentRow&) const = default;
};
/// Where a list that is read in pages goes on: behind this row.
struct ConsentPlace {
    RecipientId recipient;
    ConsentPurpose purpose = ConsentPurpose::Click;
    Instant given_at{};
    auto operator<=>(const ConsentPlace&) const = default;
};
struct OptOutPlace {
    RecipientId recipient;
    OptOutScope scope = OptOutScope::All;
    auto operator<=>(const OptOutPlace&) const = default;
};

}  // namespace candor::policy
