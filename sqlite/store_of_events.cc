// Clicks and opens: whose may stay, what goes with time, and what a damaged file does.
#include <fmt/format.h>

#include "sqlite/messages.h"
#include "sqlite/opt_out_rows.h"
#include "sqlite/requests.h"
#include "sqlite/store.h"
#include "sqlite/store_change.h"

namespace candor::sqlite {

Result<void> SqliteStore::append(std::span<const policy::Event> events,
                                 const policy::SpoolPosition& position) {
    // Asked once for the batch: it costs a look at the file.
    const bool index_holds = opted_out_ && opt_outs_.is_what_we_own();
    auto done = events_.append(events, position, [&](const policy::Event& event) -> Result<bool> {
        if (index_holds && !opted_out_->may_have(event.controller, *event.recipient)) return false;
        return is_erased(event);
    });
    for (const std::filesystem::path& file : events_.set_aside()) {
        if (options_.journal == nullptr) break;
        options_.journal->error("events_damaged",
                                fmt::format("{} is a damaged file of clicks that was set aside; a "
                                            "new one is written",
                                            file.string()));
    }
    return done;
}
Result<std::uint64_t> SqliteStore::taken_from(std::uint64_t spool) {
    return events_.taken_from(spool);
}
Result<std::vector<policy::Event>> SqliteStore::events_of(policy::ControllerNumber controller,
                                                          policy::CampaignId campaign) {
    return events_.find({controller, campaign, {}});
}
Result<std::vector<policy::Event>> SqliteStore::events_of_person(
    policy::ControllerNumber controller, const policy::RecipientId& recipient) {
    return events_.find({controller, {}, recipient.prefix()});
}
Result<std::vector<policy::Total>> SqliteStore::totals_of(policy::ControllerNumber controller,
                                                          policy::CampaignId campaign) {
    return events_.totals_of(controller, campaign);
}

Result<bool> SqliteStore::is_erased(const policy::Event& event) {
    const auto opt_outs = opt_outs_of(event.controller, *event.recipient);
    if (!opt_outs) return fail(opt_outs.error());
    return event.at <= opt_outs->erased_until;
}

Result<std::size_t> SqliteStore::erase_events(policy::ControllerNumber controller,
                                              const policy::RecipientId& recipient,
                                              policy::Instant now) {
    const policy::OptOut mark{controller, recipient, policy::OptOutScope::ErasedSoFar,
                              now + policy::still_under_way};
    using Answer = std::optional<AnswerNumber>;
    const auto attempt = [&](std::chrono::milliseconds wait) -> Result<Answer> {
        {
            auto writing = opt_outs_.write(wait);
            if (!writing) return fail(writing.error());
            if (!*writing) return Answer();
            // Before the rows go: what comes to append() from now on finds it.
            const auto done = put_on_record((*writing)->database(), std::span(&mark, 1));
            if (!done) return fail(done.error());
        }
        const auto erased = events_.erase(controller, recipient.prefix());
        if (!erased) return fail(erased.error());
        return Answer(static_cast<AnswerNumber>(*erased));
    };
    const auto erased = attempt_or_ask(
        Role::Tracker, attempt, [&] { return ask_erase_events(controller, recipient, now); });
    if (!erased) return fail(erased.error());
    return *erased;
}

Result<std::size_t> SqliteStore::retire(policy::Day today) {
    {
        auto writing = opt_outs_.write(std::chrono::milliseconds{0});
        if (!writing) return fail(writing.error());
        const auto until = policy::start_of(today) - policy::longest_memory;
        if (*writing) {
            auto done = forget_opt_outs_so_far((*writing)->database(), until);
            if (!done) return fail(done.error());
        }
    }
    return events_.retire(today);
}
Result<std::size_t> SqliteStore::forget_events(std::span<const policy::Epoch> epochs) {
    return events_.forget(epochs);
}
Result<std::size_t> SqliteStore::event_rows_of(std::span<const policy::Epoch> epochs) {
    return events_.rows_of(epochs);
}

}  // namespace candor::sqlite
