// Routes each call of the port to a file and a connection. The SQL is in the `_rows` and in
// `events`.
#include "sqlite/store.h"

#include <fmt/format.h>

#include "sqlite/campaign_rows.h"
#include "sqlite/consent_ends.h"
#include "sqlite/messages.h"
#include "sqlite/opt_out_rows.h"
#include "sqlite/page_rows.h"
#include "sqlite/people_rows.h"
#include "sqlite/requests.h"
#include "sqlite/store_change.h"

namespace candor::sqlite {
namespace {

// A daemon that starts meets at most somebody's moment with its file.
constexpr std::chrono::milliseconds own_wait{5000};

// Clicks wait behind an opt-out that waits for a lock, and it can go into the journal instead.
constexpr std::chrono::milliseconds opt_outs_patience{50};

std::filesystem::path store_dir(const Options& options) {
    return options.state_dir / "store";
}

}  // namespace

SqliteStore::SqliteStore(const Options& options)
    : options_(options),
      people_(store_dir(options) / "people" / "people.db", FileKind::People),
      campaigns_(store_dir(options) / "evidence" / "campaigns.db", FileKind::Campaigns),
      opt_outs_(store_dir(options) / "optouts" / "optouts.db", FileKind::OptOuts,
                opt_outs_mark(options.state_dir), opt_outs_patience),
      totals_(store_dir(options) / "totals" / "totals.db", FileKind::Totals),
      waiting_(store_dir(options) / "waiting"),
      events_(store_dir(options) / "events", totals_),
      decisions_(decision_directory(options.state_dir), decision_head_file(options.state_dir),
                 options.audit_key) {}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const Options& options) {
    const auto store = store_dir(options);
    for (const auto& directory :
         {store, store / "people", store / "evidence", store / "optouts", store / "totals",
          store / "events", store / "waiting", decision_directory(options.state_dir),
          options.state_dir / "run"}) {
        if (auto made = make_shared_directory(directory); !made) return fail(made.error());
    }
    std::unique_ptr<SqliteStore> opened(new SqliteStore(options));
    if (auto owned = opened->own_files(); !owned) return fail(owned.error());
    return opened;
}

Result<void> SqliteStore::own_files() {
    const auto own = [this](StoreFile& file) {
        return file.own(own_wait, [this](const std::string& name) {
            if (options_.journal == nullptr) return;
            options_.journal->warning(
                "store_waits", fmt::format("another process writes {}: waiting up to {} s", name,
                                           own_wait.count() / 1000));
        });
    };
    switch (options_.role) {
        case Role::None: return {};
        case Role::Milter: {
            // Without it every message would be sent back for later, one by one.
            if (auto there = opt_outs_.refuse_if_lost(); !there) return there;
            if (auto owned = own(people_); !owned) return owned;
            if (auto owned = own(campaigns_); !owned) return owned;
            return decisions_.own(own_wait);
        }
        case Role::Tracker: {
            if (auto owned = own(opt_outs_); !owned) return owned;
            if (auto known = know_opt_outs(); !known) return known;
            if (auto owned = own(totals_); !owned) return owned;
            return events_.own(own_wait);
        }
    }
    return {};
}

std::filesystem::path SqliteStore::control_socket(const std::filesystem::path& state_dir,
                                                  Role role) {
    return state_dir / "run" / (role == Role::Tracker ? "tracker.sock" : "milter.sock");
}

Result<policy::Person> SqliteStore::person(policy::ControllerNumber controller,
                                           const policy::RecipientId& recipient,
                                           std::string_view domain) {
    // What waits is read before what is on record: a drain moves an opt-out from here to there, and
    // the other order could miss it in both.
    const auto waiting =
        waiting_.find(controller, recipient.prefix(),
                      [&](const policy::RecipientId& id) { return id == recipient; });
    if (!waiting) return fail(waiting.error());
    policy::OptOuts on_record;
    {
        const auto reading = opt_outs_.read();
        if (!reading) return fail(reading.error());
        const auto found = read_opt_outs(*reading->database, controller, recipient, recipient);
        if (!found) return fail(found.error());
        on_record = *found;
    }
    const auto reading = people_.read();
    if (!reading) return fail(reading.error());
    auto person = read_person(*reading->database, controller, recipient, domain);
    if (person) person->opt_outs = *waiting | on_record;
    return person;
}

Result<policy::CampaignId> SqliteStore::campaign(policy::ControllerNumber controller,
                                                 std::string_view name, policy::Instant now) {
    if (name.empty() || name.size() > 255) {
        return fail(Fault::Malformed, "a campaign name has 1 to 255 bytes");
    }
    {
        const auto reading = campaigns_.read();
        if (!reading) return fail(reading.error());
        const auto known = find_campaign(*reading->database, controller, name);
        if (!known) return fail(known.error());
        if (*known) return **known;
    }
    return change(
        campaigns_, Role::Milter,
        [&](Database& campaigns) { return add_campaign(campaigns, controller, name, now); },
        [&] { return ask_campaign(controller, name, now); });
}

Result<void> SqliteStore::put_contacts(std::span<const policy::ContactRow> rows,
                                       const policy::ContactColumns& columns) {
    return write(
        people_, Role::Milter,
        [&](Database& people) { return write_contacts(people, rows, columns); },
        [&] { return ask_put_contacts(rows, columns); });
}

Result<void> SqliteStore::put_domains(std::span<const policy::DomainImport> rows) {
    return write(
        people_, Role::Milter, [&](Database& people) { return write_domains(people, rows); },
        [&] { return ask_put_domains(rows); });
}

// In both cases below what old links obey is on record before the change: killed in between, they
// forget somebody too early and not too late.
Result<void> SqliteStore::put_consents(std::span<const policy::ConsentRow> rows,
                                       policy::Instant now) {
    return write(
        people_, Role::Milter,
        [&](Database& people) -> Result<void> {
            const auto ended = ended_by_news(people, rows, now);
            if (!ended) return fail(ended.error());
            if (auto done = add_opt_outs(*ended); !done) return done;
            return write_consents(people, rows);
        },
        [&] { return ask_put_consents(rows, now); });
}

Result<void> SqliteStore::delete_contact(policy::ControllerNumber controller,
                                         const policy::RecipientId& recipient,
                                         policy::Instant now) {
    return write(
        people_, Role::Milter,
        [&](Database& people) -> Result<void> {
            const auto ended = ended_by_deletion(people, controller, recipient, now);
            if (!ended) return fail(ended.error());
            if (auto done = add_opt_outs(*ended); !done) return done;
            return erase_contact(people, controller, recipient);
        },
        [&] { return ask_delete_contact(controller, recipient, now); });
}

Result<std::vector<policy::ContactRow>> SqliteStore::contacts_after(
    policy::ControllerNumber controller, const std::optional<policy::RecipientId>& after,
    std::size_t limit) {
    const auto reading = people_.read();
    if (!reading) return fail(reading.error());
    return read_contacts_after(*reading->database, controller, after, limit);
}

Result<std::vector<policy::DomainImport>> SqliteStore::domains_after(
    policy::ControllerNumber controller, const std::optional<std::string>& after,
    std::size_t limit) {
    const auto reading = people_.read();
    if (!reading) return fail(reading.error());
    return read_domains_after(*reading->database, controller, after, limit);
}

Result<std::vector<policy::ConsentRow>> SqliteStore::consents_after(
    policy::ControllerNumber controller, const std::optional<policy::ConsentPlace>& after,
    std::size_t limit) {
    const auto reading = people_.read();
    if (!reading) return fail(reading.error());
    return read_consents_after(*reading->database, controller, after, limit);
}

Result<void> SqliteStore::record_feed_run(policy::ControllerNumber controller,
                                          std::string_view feed, policy::Instant at) {
    if (feed.empty() || feed.size() > 255) {
        return fail(Fault::Malformed, "the name of a feed has 1 to 255 bytes");
    }
    return write(
        people_, Role::Milter,
        [&](Database& people) { return write_feed_run(people, controller, feed, at); },
        [&] { return ask_record_feed_run(controller, feed, at); });
}

Result<std::optional<policy::Instant>> SqliteStore::feed_ran_at(policy::ControllerNumber controller,
                                                                std::string_view feed) {
    const auto reading = people_.read();
    if (!reading) return fail(reading.error());
    return read_feed_run(*reading->database, controller, feed);
}

Result<void> SqliteStore::append_decisions(std::span<const policy::DecisionRecord> records) {
    return decisions_.append(records);
}
Result<std::vector<policy::KeptDecision>> SqliteStore::decisions(
    const policy::DecisionQuery& query) {
    return decisions_.find(query);
}
Result<std::size_t> SqliteStore::erase_decisions(policy::ControllerNumber controller,
                                                 const policy::RecipientId& recipient,
                                                 policy::Instant now) {
    {
        const std::scoped_lock lock(holding_);
        const auto written = write_held_decisions_ ? write_held_decisions_() : Result<void>();
        if (!written) return fail(written.error());
    }
    using Answer = std::optional<AnswerNumber>;
    const auto attempt = [&](std::chrono::milliseconds wait) -> Result<Answer> {
        const auto erased = decisions_.erase(controller, recipient, now, wait);
        if (!erased) return fail(erased.error());
        return *erased ? Answer(static_cast<AnswerNumber>(**erased)) : Answer();
    };
    const auto erased = attempt_or_ask(
        Role::Milter, attempt, [&] { return ask_erase_decisions(controller, recipient, now); });
    if (!erased) return fail(erased.error());
    return *erased;
}
void SqliteStore::before_erasing_decisions(std::function<Result<void>()> write) {
    const std::scoped_lock lock(holding_);
    write_held_decisions_ = std::move(write);
}
Result<std::size_t> SqliteStore::retire_decisions(policy::Instant now, int months) {
    return decisions_.retire(now, months);
}
Result<policy::DecisionHead> SqliteStore::decision_head() {
    return decisions_.head();
}
std::filesystem::path SqliteStore::decision_directory(const std::filesystem::path& state_dir) {
    return state_dir / "store" / "decisions";
}
std::filesystem::path SqliteStore::decision_head_file(const std::filesystem::path& state_dir) {
    return state_dir / "decisions.head";
}
std::filesystem::path SqliteStore::opt_outs_mark(const std::filesystem::path& state_dir) {
    return state_dir / "optouts.made";
}
std::filesystem::path SqliteStore::unreadable_opt_outs(const std::filesystem::path& state_dir) {
    return state_dir / "store" / "waiting" / unreadable_lines_name;
}

}  // namespace candor::sqlite
