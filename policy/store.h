// Port: what is remembered about people, campaigns and clicks. Every call may answer Unavailable.
// No cache may stand between a caller and the store: an opt-out that was committed is visible to
// the very next call.
#pragma once

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
#include "policy/records.h"
#include "policy/result.h"
#include "policy/tokens/token.h"

namespace candor::policy {

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

    /// Returns only when durable, and what now stands; the same opt-out twice is one, the first,
    /// and then no page may take it back any more (its `page` is 0), but for the page that only
    /// said it again. Errors: Unavailable.
    [[nodiscard]] virtual Result<OptOut> add_opt_out(const OptOut& opt_out) = 0;
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
    /// How often opt-outs of this person and scope were taken back. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::size_t> times_undone(ControllerNumber controller,
                                                           const RecipientId& recipient,
                                                           OptOutScope scope) = 0;
    /// For an operator's correction. It stays as evidence, but for one of `nobody`.
    /// Errors: Missing (there was none), Unavailable.
    [[nodiscard]] virtual Result<void> remove_opt_out(ControllerNumber controller,
                                                      const RecipientId& recipient,
                                                      OptOutScope scope, Instant now) = 0;
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

    /// Returns only when durable; one that is still open is not registered again. Whether it was
    /// registered now. Errors: Unavailable.
    [[nodiscard]] virtual Result<bool> add_request(const DataRequest& request) = 0;
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
    /// Clicks and openings of everybody whose id starts as this one's (RecipientId::prefix()), by
    /// time. Errors: Unavailable.
    [[nodiscard]] virtual Result<std::vector<Event>> events_of_person(
        ControllerNumber controller, const RecipientId& recipient) = 0;
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
