// Port: what is remembered about people, campaigns and clicks. Every call may answer Unavailable.
// No cache may stand between a caller and the store: an opt-out that was committed is visible to
// the very next call.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/decision_log.h"
#include "policy/decision/duties.h"
#include "policy/people/recipient_id.h"
#include "policy/result.h"
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

/// An opt-out that was taken back by the page on which it was made: evidence of both.
struct UndoneOptOut {
    OptOut opt_out;
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

class Store {
  public:
    virtual ~Store() = default;

    /// Everything on record for one recipient; `domain` is the domain of the address as A-labels.
    /// Nothing on record is an empty Person, not an error. Errors: Unavailable.
    [[nodiscard]] virtual Result<Person> person(ControllerNumber controller,
                                                const RecipientId& recipient,
                                                std::string_view domain) = 0;

    /// The opt-outs of everybody whose id starts with these 64 bits. Over-matching is the safe
    /// side. Errors: Unavailable.
    [[nodiscard]] virtual Result<OptOuts> opt_outs_of(ControllerNumber controller,
                                                      std::uint64_t recipient_prefix) = 0;

    /// Returns only when durable; the same opt-out twice is one, and then no page may take it back
    /// any more, but for the page that only said it again. Errors: Unavailable.
    [[nodiscard]] virtual Result<void> add_opt_out(const OptOut& opt_out) = 0;
    /// An import, in one step. Some may be on record when it fails: the same again is the same
    /// state. Errors: Unavailable.
    [[nodiscard]] virtual Result<void> add_opt_outs(std::span<const OptOut> opt_outs) = 0;
    /// Takes back the opt-out of this person and scope if `made.page` made it and nobody has said
    /// the same, in any way. Both stay as evidence. Errors: Missing (nothing of that page is on
    /// record), Unavailable.
    [[nodiscard]] virtual Result<void> undo_opt_out(const OptOut& made, Instant now) = 0;
    /// Oldest first. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::vector<UndoneOptOut>> undone_opt_outs(
        ControllerNumber controller) = 0;
    /// For an operator's correction; Missing when there was none. Errors: Missing, Unavailable.
    [[nodiscard]] virtual Result<void> remove_opt_out(ControllerNumber controller,
                                                      const RecipientId& recipient,
                                                      OptOutScope scope) = 0;
    /// A page of the opt-outs of one controller, in the order of OptOutPlace: at most `limit`,
    /// those behind `after`, or the first; without `nobody`, who has none. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::vector<OptOut>> opt_outs_after(
        ControllerNumber controller, const std::optional<OptOutPlace>& after,
        std::size_t limit) = 0;

    /// A daemon did one of its duties for this controller; the latest word counts, also where the
    /// clock was put back. Errors: Unavailable.
    [[nodiscard]] virtual Result<void> record_duty(ControllerNumber controller, Duty duty,
                                                   Instant done_at) = 0;
    [[nodiscard]] virtual Result<Duties> duties_of(ControllerNumber controller) = 0;

    /// Returns only when durable; one that is still open is not registered again.
    /// Errors: Unavailable.
    [[nodiscard]] virtual Result<void> add_request(const DataRequest& request) = 0;
    /// Open and closed ones, oldest first. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::vector<DataRequest>> requests(
        ControllerNumber controller) = 0;
    /// Errors: Missing (no open one of this kind), Unavailable.
    [[nodiscard]] virtual Result<void> close_request(ControllerNumber controller,
                                                     const RecipientId& recipient, RequestKind kind,
                                                     Instant now) = 0;

    /// The id of a campaign, allotted on first use. `name` is 1..255 bytes. Errors: Unavailable.
    [[nodiscard]] virtual Result<CampaignId> campaign(ControllerNumber controller,
                                                      std::string_view name, Instant now) = 0;

    /// All rows or none. The same rows twice are the same state. Errors: Unavailable, Malformed.
    /// An empty sealed address leaves the one on record.
    [[nodiscard]] virtual Result<void> put_contacts(std::span<const ContactRow> rows,
                                                    const ContactColumns& columns) = 0;
    [[nodiscard]] virtual Result<void> put_domains(std::span<const DomainImport> rows) = 0;
    /// A consent is one of a person, purpose and moment. A withdrawal on record stays, whatever
    /// comes later; of two the earlier. One that is news, as an end earlier than what is on record,
    /// puts an opt-out of mail so far on record: old links obey at once.
    [[nodiscard]] virtual Result<void> put_consents(std::span<const ConsentRow> rows,
                                                    Instant now) = 0;
    /// Removes the contact row and its consents; opt-outs stay. Where a consent went, links sealed
    /// so far have lost their ground as by a withdrawal. Errors: Missing, Unavailable.
    [[nodiscard]] virtual Result<void> delete_contact(ControllerNumber controller,
                                                      const RecipientId& recipient,
                                                      Instant now) = 0;
    /// Pages as of opt_outs_after(): in the order of ids, of names, of ConsentPlace.
    [[nodiscard]] virtual Result<std::vector<ContactRow>> contacts_after(
        ControllerNumber controller, const std::optional<RecipientId>& after,
        std::size_t limit) = 0;
    [[nodiscard]] virtual Result<std::vector<DomainImport>> domains_after(
        ControllerNumber controller, const std::optional<std::string>& after,
        std::size_t limit) = 0;
    [[nodiscard]] virtual Result<std::vector<ConsentRow>> consents_after(
        ControllerNumber controller, const std::optional<ConsentPlace>& after,
        std::size_t limit) = 0;

    /// A feed is an import that brings an application's opt-outs here. The latest word
    /// counts, also where the clock was put back.
    /// Errors: Unavailable, Malformed (a name of 0 or more than 255 bytes).
    [[nodiscard]] virtual Result<void> record_feed_run(ControllerNumber controller,
                                                       std::string_view feed, Instant at) = 0;
    /// When the feed ran last; nullopt when never. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::optional<Instant>> feed_ran_at(ControllerNumber controller,
                                                                     std::string_view feed) = 0;

    /// Writes a batch in one commit per file. Events with a person become a row and a count, events
    /// without become a count. What lies at or before a position that was taken before changes
    /// nothing: after any fault or crash the same batch may come again. An event of before its
    /// person's erasure becomes a count only, however long it waited. Errors: Unavailable.
    [[nodiscard]] virtual Result<void> append(std::span<const Event> events,
                                              const SpoolPosition& position) = 0;
    /// The number of the last event taken from that spool; 0 when none was. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::uint64_t> taken_from(std::uint64_t spool) = 0;
    /// Takes every click and opening of one person out, those still on their way to append() too;
    /// the totals stay. Links sealed so far name the person no more. Returns how many rows there
    /// were. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::size_t> erase_events(ControllerNumber controller,
                                                           const RecipientId& recipient,
                                                           Instant now) = 0;
    [[nodiscard]] virtual Result<std::vector<Event>> events_of(ControllerNumber controller,
                                                               CampaignId campaign) = 0;
    [[nodiscard]] virtual Result<std::vector<Total>> totals_of(ControllerNumber controller,
                                                               CampaignId campaign) = 0;

    /// Evidence, in the order given; durable when it returns, all or none. Errors: Unavailable.
    [[nodiscard]] virtual Result<void> append_decisions(
        std::span<const DecisionRecord> records) = 0;
    /// Oldest first. Erased ones are found by nothing. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::vector<KeptDecision>> decisions(
        const DecisionQuery& query) = 0;
    /// Takes everything about one person out of the evidence; that there was a row stays. Returns
    /// how many rows. Errors: Missing (none), Unavailable.
    [[nodiscard]] virtual Result<std::size_t> erase_decisions(ControllerNumber controller,
                                                              const RecipientId& recipient,
                                                              Instant now) = 0;
};

}  // namespace candor::policy
