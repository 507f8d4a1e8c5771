// policy::Store in memory, for tests that need one and no disk. One class, because the port is one.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/people/recipient_id.h"
#include "policy/store.h"

namespace candor::tests {

/// policy::Store in memory; holds the same promises as the real ones (tests/store_contract.h).
class MemoryStore final : public policy::Store {
  public:
    /// While unavailable every call answers Fault::Unavailable and changes nothing.
    void set_unavailable(bool unavailable) {
        const std::scoped_lock lock(mutex_);
        unavailable_ = unavailable;
    }
    /// Only the next `calls` calls answer Unavailable.
    void fail_next(int calls) {
        const std::scoped_lock lock(mutex_);
        failures_ = calls;
    }
    /// From now on append() answers Fault::Malformed: a batch that will be wrong next time too.
    void call_events_wrong() {
        const std::scoped_lock lock(mutex_);
        events_are_wrong_ = true;
    }
    /// How many calls of any kind were made, the refused ones too.
    [[nodiscard]] int calls() const {
        const std::scoped_lock lock(mutex_);
        return calls_;
    }

    [[nodiscard]] Result<policy::Person> person(policy::ControllerNumber controller,
                                                const policy::RecipientId& recipient,
                                                std::string_view domain) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        policy::Person person;
        if (const auto it = contacts_.find({controller, recipient}); it != contacts_.end()) {
            person.contact = it->second;
        }
        if (const auto it = domains_.find({controller, std::string(domain)});
            it != domains_.end()) {
            person.domain = it->second;
        }
        for (const auto& [key, consent] : consents_) {
            if (std::get<0>(key) == controller && std::get<1>(key) == recipient) {
                person.consents.push_back(consent);
            }
        }
        for (const auto& [key, opt_out] : opt_outs_) {
            if (opt_out.controller == controller && opt_out.recipient == recipient) {
                person.opt_outs.add(opt_out.scope, opt_out.at);
            }
        }
        return person;
    }

    [[nodiscard]] Result<policy::OptOuts> opt_outs_of(policy::ControllerNumber controller,
                                                      std::uint64_t recipient_prefix) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        policy::OptOuts found;
        for (const auto& [key, opt_out] : opt_outs_) {
            if (opt_out.controller == controller &&
                opt_out.recipient.prefix() == recipient_prefix) {
                found.add(opt_out.scope, opt_out.at);
            }
        }
        return found;
    }

    [[nodiscard]] Result<policy::OptOut> add_opt_out(const policy::OptOut& opt_out) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        say(opt_out);
        return opt_outs_.at({opt_out.controller, opt_out.recipient, opt_out.scope});
    }
    [[nodiscard]] Result<void> add_opt_outs(std::span<const policy::OptOut> opt_outs) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        for (const auto& opt_out : opt_outs) say(opt_out);
        return {};
    }
    [[nodiscard]] Result<void> undo_opt_out(const policy::OptOut& made,
                                            policy::Instant now) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const auto found = opt_outs_.find({made.controller, made.recipient, made.scope});
        if (found == opt_outs_.end() || made.page == 0 || found->second.page != made.page) {
            return fail(Fault::Missing, "no opt-out of that page is on record");
        }
        undone_.push_back({found->second, now});
        opt_outs_.erase(found);
        return {};
    }
    [[nodiscard]] Result<std::vector<policy::UndoneOptOut>> undone_opt_outs(
        policy::ControllerNumber controller) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::UndoneOptOut> list;
        std::ranges::copy_if(undone_, std::back_inserter(list), [&](const auto& undone) {
            return undone.opt_out.controller == controller;
        });
        return list;
    }
    [[nodiscard]] Result<std::size_t> times_undone(policy::ControllerNumber controller,
                                                   const policy::RecipientId& recipient,
                                                   policy::OptOutScope scope) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        return static_cast<std::size_t>(std::ranges::count_if(undone_, [&](const auto& undone) {
            const policy::OptOut& one = undone.opt_out;
            return one.controller == controller && one.recipient == recipient && one.scope == scope;
        }));
    }
    [[nodiscard]] Result<bool> add_request(const policy::DataRequest& request) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const bool is_new =
            open_request(request.controller, request.recipient, request.kind) == requests_.end();
        if (is_new) requests_.push_back(request);
        return is_new;
    }
    [[nodiscard]] Result<std::vector<policy::DataRequest>> requests(
        policy::ControllerNumber controller) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::DataRequest> list;
        std::ranges::copy_if(requests_, std::back_inserter(list),
                             [&](const auto& request) { return request.controller == controller; });
        return list;
    }
    [[nodiscard]] Result<void> close_request(policy::ControllerNumber controller,
                                             const policy::RecipientId& recipient,
                                             policy::RequestKind kind,
                                             policy::Instant now) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const auto open = open_request(controller, recipient, kind);
        if (open == requests_.end()) return fail(Fault::Missing, "no such open request on record");
        open->closed_at = now;
        return {};
    }

    [[nodiscard]] Result<void> remove_opt_out(policy::ControllerNumber controller,
                                              const policy::RecipientId& recipient,
                                              policy::OptOutScope scope,
                                              policy::Instant now) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const auto found = opt_outs_.find({controller, recipient, scope});
        if (found == opt_outs_.end()) return fail(Fault::Missing, "no such opt-out on record");
        found->second.page = 0;
        if (recipient != policy::nobody) undone_.push_back({found->second, now});
        opt_outs_.erase(found);
        return {};
    }

    [[nodiscard]] Result<std::vector<policy::OptOut>> opt_outs_after(
        policy::ControllerNumber controller, const std::optional<policy::OptOutPlace>& after,
        std::size_t limit) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::OptOut> page;
        for (const auto& [key, opt_out] : opt_outs_) {
            if (opt_out.controller != controller || opt_out.recipient == policy::nobody) continue;
            if (!policy::is_said_by_people(opt_out.scope)) continue;
            if (page.size() == limit) continue;
            if (after && policy::OptOutPlace{opt_out.recipient, opt_out.scope} <= *after) continue;
            page.push_back(opt_out);
        }
        return page;
    }

    [[nodiscard]] Result<void> record_duty(policy::ControllerNumber controller, policy::Duty duty,
                                           policy::Instant done_at) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        duties_[controller].at(duty) = done_at;
        return {};
    }
    [[nodiscard]] Result<policy::Duties> duties_of(policy::ControllerNumber controller) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const auto found = duties_.find(controller);
        return found == duties_.end() ? policy::Duties{} : found->second;
    }
    /// As if the daemons had done everything at `done_at`.
    void all_duties_done(policy::ControllerNumber controller, policy::Instant done_at) {
        const std::scoped_lock lock(mutex_);
        duties_[controller] = {done_at, done_at, done_at};
    }

    [[nodiscard]] std::vector<std::string> campaign_names() const {
        const std::scoped_lock lock(mutex_);
        std::vector<std::string> names;
        for (const auto& [campaign, id] : campaigns_) names.push_back(campaign.second);
        return names;
    }
    [[nodiscard]] Result<policy::CampaignId> campaign(policy::ControllerNumber controller,
                                                      std::string_view name,
                                                      policy::Instant /*now*/) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        if (name.empty() || name.size() > 255) {
            return fail(Fault::Malformed, "a campaign name has 1 to 255 bytes");
        }
        const auto next = static_cast<policy::CampaignId>(campaigns_.size() + 1);
        return campaigns_.try_emplace({controller, std::string(name)}, next).first->second;
    }

    [[nodiscard]] Result<void> put_contacts(std::span<const policy::ContactRow> rows,
                                            const policy::ContactColumns& columns) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        for (const policy::ContactRow& row : rows) {
            for (const std::string& segment : row.contact.segments) {
                if (segment.empty() || segment.find('\n') != std::string::npos) {
                    return fail(Fault::Malformed, "a segment is empty or holds a line break");
                }
            }
        }
        for (const policy::ContactRow& row : rows) {
            const auto [known, is_new] =
                contacts_.try_emplace({row.controller, row.recipient}, row.contact);
            if (is_new) continue;
            policy::Contact& contact = known->second;
            if (columns.jurisdiction) contact.jurisdiction = row.contact.jurisdiction;
            if (columns.recipient_class) contact.recipient_class = row.contact.recipient_class;
            if (columns.segments) contact.segments = row.contact.segments;
            if (columns.gpc) contact.gpc = row.contact.gpc;
            if (columns.source) contact.source = row.contact.source;
            if (!row.contact.sealed_address.empty())
                contact.sealed_address = row.contact.sealed_address;
        }
        return {};
    }

    [[nodiscard]] Result<void> put_domains(std::span<const policy::DomainImport> rows) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        for (const policy::DomainImport& row : rows) {
            if (row.domain.empty()) return fail(Fault::Malformed, "a domain row has no domain");
        }
        for (const policy::DomainImport& row : rows) {
            domains_.insert_or_assign({row.controller, row.domain}, row.row);
        }
        return {};
    }

    [[nodiscard]] Result<void> put_consents(std::span<const policy::ConsentRow> rows,
                                            policy::Instant now) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        for (const policy::ConsentRow& row : rows) {
            const auto [place, added] = consents_.try_emplace(
                {row.controller, row.recipient, row.consent.purpose, row.consent.given_at});
            policy::Consent& known = place->second;
            if (!added && policy::ends_earlier(row.consent.expires_at, known.expires_at)) {
                end(row.controller, row.recipient, row.consent.purpose, now);
            }
            auto withdrawn_at = known.withdrawn_at;
            if (row.consent.withdrawn_at) {
                if (!withdrawn_at) end(row.controller, row.recipient, row.consent.purpose, now);
                withdrawn_at = std::min(withdrawn_at.value_or(policy::Instant::max()),
                                        *row.consent.withdrawn_at);
            }
            known = row.consent;
            known.withdrawn_at = withdrawn_at;
        }
        return {};
    }

    [[nodiscard]] Result<std::vector<policy::ContactRow>> contacts_after(
        policy::ControllerNumber controller, const std::optional<policy::RecipientId>& after,
        std::size_t limit) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::ContactRow> page;
        for (const auto& [key, contact] : contacts_) {
            const auto& [its_controller, recipient] = key;
            if (its_controller != controller || (after && recipient <= *after)) continue;
            if (page.size() < limit) page.push_back({controller, recipient, contact});
        }
        return page;
    }
    [[nodiscard]] Result<std::vector<policy::DomainImport>> domains_after(
        policy::ControllerNumber controller, const std::optional<std::string>& after,
        std::size_t limit) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::DomainImport> page;
        for (const auto& [key, row] : domains_) {
            if (key.first != controller || (after && key.second <= *after)) continue;
            if (page.size() < limit) page.push_back({key.first, key.second, row});
        }
        return page;
    }
    [[nodiscard]] Result<std::vector<policy::ConsentRow>> consents_after(
        policy::ControllerNumber controller, const std::optional<policy::ConsentPlace>& after,
        std::size_t limit) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::ConsentRow> page;
        for (const auto& [key, consent] : consents_) {
            const auto& [its_controller, recipient, purpose, given_at] = key;
            if (its_controller != controller || page.size() == limit) continue;
            if (after && policy::ConsentPlace{recipient, purpose, given_at} <= *after) continue;
            page.push_back({controller, recipient, consent});
        }
        return page;
    }

    [[nodiscard]] Result<void> delete_contact(policy::ControllerNumber controller,
                                              const policy::RecipientId& recipient,
                                              policy::Instant now) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        for (const auto& [key, consent] : consents_) {
            if (std::get<0>(key) == controller && std::get<1>(key) == recipient) {
                end(controller, recipient, consent.purpose, now);
            }
        }
        auto gone = contacts_.erase({controller, recipient});
        gone += std::erase_if(consents_, [&](const auto& entry) {
            return std::get<0>(entry.first) == controller && std::get<1>(entry.first) == recipient;
        });
        if (gone == 0) return fail(Fault::Missing, "no such contact on record");
        return {};
    }

    [[nodiscard]] Result<void> record_feed_run(policy::ControllerNumber controller,
                                               std::string_view feed, policy::Instant at) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        if (feed.empty() || feed.size() > 255) return fail(Fault::Malformed, "not a feed's name");
        feeds_[{controller, std::string{feed}}] = at;
        return {};
    }
    [[nodiscard]] Result<std::optional<policy::Instant>> feed_ran_at(
        policy::ControllerNumber controller, std::string_view feed) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const auto found = feeds_.find({controller, std::string{feed}});
        if (found == feeds_.end()) return std::nullopt;
        return found->second;
    }

    [[nodiscard]] Result<void> append(std::span<const policy::Event> events,
                                      const policy::SpoolPosition& position) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        if (events_are_wrong_) return fail(Fault::Malformed, "no such event file");
        if (position.spool != 0) {
            std::uint64_t& taken = spools_[position.spool];
            if (taken >= position.through) return {};
            taken = position.through;
        }
        for (const policy::Event& event : events) {
            const auto hour =
                std::chrono::floor<std::chrono::hours>(event.at).time_since_epoch().count();
            ++totals_[{event.controller, event.campaign, event.link, event.kind, event.verdict,
                       event.reason, hour}];
            const bool in_time =
                policy::day_of(event.at) <= policy::last_day_of(event.sent_on, event.retention);
            const bool named = event.recipient && event.retention != 0;
            // The same event within one second is one row, on SQLite too.
            if (named && in_time && !is_known(event) && !is_erased(event)) {
                events_.push_back(event);
            }
        }
        return {};
    }

    [[nodiscard]] Result<std::uint64_t> taken_from(std::uint64_t spool) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const auto found = spools_.find(spool);
        return found == spools_.end() ? 0 : found->second;
    }

    [[nodiscard]] Result<std::size_t> erase_events(policy::ControllerNumber controller,
                                                   const policy::RecipientId& recipient,
                                                   policy::Instant now) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        say({controller, recipient, policy::OptOutScope::ErasedSoFar,
             now + policy::still_under_way});
        return std::erase_if(events_, [&](const policy::Event& event) {
            return event.controller == controller && event.recipient == recipient.prefix();
        });
    }
    [[nodiscard]] Result<std::vector<policy::Event>> events_of(
        policy::ControllerNumber controller, policy::CampaignId campaign) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        return events_where([&](const policy::Event& event) {
            return event.controller == controller && event.campaign == campaign;
        });
    }
    [[nodiscard]] Result<std::vector<policy::Event>> events_of_person(
        policy::ControllerNumber controller, const policy::RecipientId& recipient) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        return events_where([&](const policy::Event& event) {
            return event.controller == controller && event.recipient == recipient.prefix();
        });
    }

    [[nodiscard]] Result<std::vector<policy::Total>> totals_of(
        policy::ControllerNumber controller, policy::CampaignId campaign) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::Total> found;
        for (const auto& [key, count] : totals_) {
            const auto& [its_controller, its_campaign, link, kind, verdict, reason, hour] = key;
            if (its_controller != controller || its_campaign != campaign) continue;
            found.push_back({controller, campaign, link, kind, verdict, hour, count, reason});
        }
        return found;
    }

    [[nodiscard]] Result<void> append_decisions(
        std::span<const policy::DecisionRecord> records) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        for (const policy::DecisionRecord& record : records) {
            decisions_.push_back({++last_decision_, record});
        }
        return {};
    }
    [[nodiscard]] Result<std::vector<policy::KeptDecision>> decisions(
        const policy::DecisionQuery& query) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        std::vector<policy::KeptDecision> found;
        for (const policy::KeptDecision& kept : decisions_) {
            const policy::DecisionRecord& record = kept.record;
            const auto asks = [](const auto& wanted, const auto& is) {
                return !wanted || *wanted == is;
            };
            if (asks(query.controller, record.controller) &&
                asks(query.recipient, record.recipient) && asks(query.campaign, record.campaign) &&
                (query.queue_id.empty() || query.queue_id == record.queue_id) &&
                (!query.since || *query.since <= record.at) &&
                (!query.until || record.at <= *query.until)) {
                found.push_back(kept);
            }
        }
        if (found.size() > query.limit) {
            found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(query.limit));
        }
        return found;
    }
    [[nodiscard]] Result<std::size_t> erase_decisions(policy::ControllerNumber controller,
                                                      const policy::RecipientId& recipient,
                                                      policy::Instant /*now*/) override {
        const std::scoped_lock lock(mutex_);
        if (refuse()) return refusal();
        const std::size_t gone = std::erase_if(decisions_, [&](const policy::KeptDecision& kept) {
            return kept.record.controller == controller && kept.record.recipient == recipient;
        });
        if (gone == 0) return fail(Fault::Missing, "no decision about this person on record");
        return gone;
    }

  private:
    // All with mutex_ held.
    void say(const policy::OptOut& opt_out) {
        const auto [on_record, added] =
            opt_outs_.try_emplace({opt_out.controller, opt_out.recipient, opt_out.scope}, opt_out);
        if (added) return;
        policy::OptOut& known = on_record->second;
        if (known.page != opt_out.page) known.page = 0;
        if (!policy::is_said_by_people(known.scope)) known.at = std::max(known.at, opt_out.at);
    }
    [[nodiscard]] bool is_erased(const policy::Event& event) const {
        return std::ranges::any_of(opt_outs_, [&event](const auto& entry) {
            const policy::OptOut& mark = entry.second;
            return mark.scope == policy::OptOutScope::ErasedSoFar &&
                   mark.controller == event.controller &&
                   mark.recipient.prefix() == event.recipient && event.at <= mark.at;
        });
    }
    /// By time.
    template <class Condition>
    [[nodiscard]] std::vector<policy::Event> events_where(Condition&& holds) const {
        std::vector<policy::Event> found;
        std::ranges::copy_if(events_, std::back_inserter(found), holds);
        std::ranges::stable_sort(found, {}, &policy::Event::at);
        return found;
    }
    /// The reason is not part of what makes two rows one.
    [[nodiscard]] bool is_known(policy::Event event) const {
        return std::ranges::any_of(events_, [&event](const policy::Event& known) {
            event.reason = known.reason;
            return event == known;
        });
    }
    [[nodiscard]] std::vector<policy::DataRequest>::iterator open_request(
        policy::ControllerNumber controller, const policy::RecipientId& recipient,
        policy::RequestKind kind) {
        return std::ranges::find_if(requests_, [&](const policy::DataRequest& request) {
            return request.controller == controller && request.recipient == recipient &&
                   request.kind == kind && !request.closed_at;
        });
    }
    /// Mail already sent goes by it.
    void end(policy::ControllerNumber controller, const policy::RecipientId& recipient,
             policy::ConsentPurpose purpose, policy::Instant now) {
        const auto scope = policy::ended_by(purpose);
        if (scope) say({controller, recipient, *scope, now + policy::still_under_way});
    }
    static tl::unexpected<Error> refusal() {
        return fail(Fault::Unavailable, "the store does not answer");
    }
    bool refuse() {
        ++calls_;
        if (failures_ > 0) {
            --failures_;
            return true;
        }
        return unavailable_;
    }

    using Who = std::tuple<policy::ControllerNumber, policy::RecipientId>;
    mutable std::mutex mutex_;  // guards all below
    bool unavailable_ = false;
    int failures_ = 0, calls_ = 0;
    bool events_are_wrong_ = false;
    std::map<Who, policy::Contact> contacts_;
    std::map<std::pair<policy::ControllerNumber, std::string>, policy::DomainRow> domains_;
    std::map<std::tuple<policy::ControllerNumber, policy::RecipientId, policy::ConsentPurpose,
                        policy::Instant>,
             policy::Consent>
        consents_;
    std::map<std::tuple<policy::ControllerNumber, policy::RecipientId, policy::OptOutScope>,
             policy::OptOut>
        opt_outs_;
    std::vector<policy::UndoneOptOut> undone_;
    std::vector<policy::DataRequest> requests_;
    std::map<std::pair<policy::ControllerNumber, std::string>, policy::CampaignId> campaigns_;
    std::map<std::pair<policy::ControllerNumber, std::string>, policy::Instant> feeds_;
    std::map<policy::ControllerNumber, policy::Duties> duties_;
    std::vector<policy::Event> events_;
    std::map<std::uint64_t, std::uint64_t> spools_;
    std::vector<policy::KeptDecision> decisions_;
    std::uint64_t last_decision_ = 0;
    std::map<std::tuple<policy::ControllerNumber, policy::CampaignId, std::uint16_t,
                        policy::EventKind, policy::Verdict, policy::VerdictReason, std::int64_t>,
             std::int64_t>
        totals_;
};

}  // namespace candor::tests
