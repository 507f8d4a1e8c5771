// policy::Store on SQLite: which file holds what, who writes it, and what happens to a change when
// somebody else is the writer. docs/formats.md has the tables.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "policy/decision/audit.h"
#include "policy/journal.h"
#include "policy/store.h"
#include "sqlite/decisions.h"
#include "sqlite/events.h"
#include "sqlite/messages.h"
#include "sqlite/opt_out_index.h"
#include "sqlite/store_file.h"
#include "sqlite/waiting.h"

namespace candor::sqlite {

/// Which files a process writes for its whole life.
enum class Role {
    None,    ///< the command line: takes a lock for the moment, or asks the writer
    Milter,  ///< people, campaigns, decisions
    Tracker  ///< opt-outs, totals, events
};

struct Options {
    std::filesystem::path state_dir;  ///< the store lies in STATE/store, the sockets in STATE/run
    Role role = Role::None;
    /// Chains the decision log; without it no decision can be appended or erased.
    std::optional<policy::AuditKey> audit_key{};
    /// Where a daemon says that it waits for another process, and the tracker which opt-outs it
    /// wrote for commands; null says nothing. Must outlive the store.
    policy::Journal* journal = nullptr;
};

/// Safe to call from any thread. What another process has committed, or put into the journal of
/// waiting opt-outs, is seen by the next call. From memory is answered only that somebody has no
/// opt-out, and only by the process that alone writes them: opt_outs_of() sees its own at once, and
/// what others put into the journal within 2 ms.
class SqliteStore final : public policy::Store {
  public:
    /// Makes the directories and, with a role, the files of that role.
    /// Errors: Unavailable (also when another process has the role), Damaged.
    [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const Options& options);

    Result<policy::Person> person(policy::ControllerNumber controller,
                                  const policy::RecipientId& recipient,
                                  std::string_view domain) override;
    Result<policy::OptOuts> opt_outs_of(policy::ControllerNumber controller,
                                        std::uint64_t recipient_prefix) override;
    /// Where optouts.db cannot be written now: into the journal of what waits, and then it is as
    /// good as on record.
    Result<policy::OptOut> add_opt_out(const policy::OptOut& opt_out) override;
    /// For many at once: they go to the writer, and wait only where it does not answer.
    Result<void> add_opt_outs(std::span<const policy::OptOut> opt_outs) override;
    Result<void> undo_opt_out(const policy::OptOut& made, policy::Instant now) override;
    Result<std::vector<policy::UndoneOptOut>> undone_opt_outs(
        policy::ControllerNumber controller) override;
    Result<std::size_t> times_undone(policy::ControllerNumber controller,
                                     const policy::RecipientId& recipient,
                                     policy::OptOutScope scope) override;
    Result<void> remove_opt_out(policy::ControllerNumber controller,
                                const policy::RecipientId& recipient, policy::OptOutScope scope,
                                policy::Instant now) override;
    Result<void> record_duty(policy::ControllerNumber controller, policy::Duty duty,
                             policy::Instant done_at) override;
    Result<policy::Duties> duties_of(policy::ControllerNumber controller) override;
    Result<std::vector<policy::OptOut>> opt_outs_after(
        policy::ControllerNumber controller, const std::optional<policy::OptOutPlace>& after,
        std::size_t limit) override;
    Result<bool> add_request(const policy::DataRequest& request) override;
    Result<std::vector<policy::DataRequest>> requests(policy::ControllerNumber controller) override;
    Result<void> close_request(policy::ControllerNumber controller,
                               const policy::RecipientId& recipient, policy::RequestKind kind,
                               policy::Instant now) override;
    /// Errors: Malformed too (the length of `name`).
    Result<policy::CampaignId> campaign(policy::ControllerNumber controller, std::string_view name,
                                        policy::Instant now) override;
    Result<void> put_contacts(std::span<const policy::ContactRow> rows,
                              const policy::ContactColumns& columns) override;
    Result<void> put_domains(std::span<const policy::DomainImport> rows) override;
    Result<void> put_consents(std::span<const policy::ConsentRow> rows,
                              policy::Instant now) override;
    Result<void> delete_contact(policy::ControllerNumber controller,
                                const policy::RecipientId& recipient, policy::Instant now) override;
    Result<std::vector<policy::ContactRow>> contacts_after(
        policy::ControllerNumber controller, const std::optional<policy::RecipientId>& after,
        std::size_t limit) override;
    Result<std::vector<policy::DomainImport>> domains_after(policy::ControllerNumber controller,
                                                            const std::optional<std::string>& after,
                                                            std::size_t limit) override;
    Result<std::vector<policy::ConsentRow>> consents_after(
        policy::ControllerNumber controller, const std::optional<policy::ConsentPlace>& after,
        std::size_t limit) override;
    Result<void> record_feed_run(policy::ControllerNumber controller, std::string_view feed,
                                 policy::Instant at) override;
    Result<std::optional<policy::Instant>> feed_ran_at(policy::ControllerNumber controller,
                                                       std::string_view feed) override;
    Result<void> append(std::span<const policy::Event> events,
                        const policy::SpoolPosition& position) override;
    Result<std::uint64_t> taken_from(std::uint64_t spool) override;
    Result<std::size_t> erase_events(policy::ControllerNumber controller,
                                     const policy::RecipientId& recipient,
                                     policy::Instant now) override;
    Result<std::vector<policy::Event>> events_of(policy::ControllerNumber controller,
                                                 policy::CampaignId campaign) override;
    Result<std::vector<policy::Event>> events_of_person(
        policy::ControllerNumber controller, const policy::RecipientId& recipient) override;
    Result<std::vector<policy::Total>> totals_of(policy::ControllerNumber controller,
                                                 policy::CampaignId campaign) override;

    Result<void> append_decisions(std::span<const policy::DecisionRecord> records) override;
    Result<std::vector<policy::KeptDecision>> decisions(
        const policy::DecisionQuery& query) override;
    Result<std::size_t> erase_decisions(policy::ControllerNumber controller,
                                        const policy::RecipientId& recipient,
                                        policy::Instant now) override;

    /// `write` brings what this process still holds of decisions to append_decisions(): asked
    /// before an erasure, which it must not come after. Empty: nothing is held any more; when this
    /// returns, the one before is not running. For the milter.
    void before_erasing_decisions(std::function<Result<void>()> write);
    /// Unlinks the months of decisions whose time is over. Returns how many. Errors: Unavailable.
    [[nodiscard]] Result<std::size_t> retire_decisions(policy::Instant now, int months);
    /// The end of the decision log, for syslog. Errors: Unavailable.
    [[nodiscard]] Result<policy::DecisionHead> decision_head();
    /// STATE/store/decisions, and the file beside the store that remembers its end.
    [[nodiscard]] static std::filesystem::path decision_directory(
        const std::filesystem::path& state_dir);
    [[nodiscard]] static std::filesystem::path decision_head_file(
        const std::filesystem::path& state_dir);
    /// STATE/optouts.made: optouts.db was there, and no empty one may take its place.
    [[nodiscard]] static std::filesystem::path opt_outs_mark(
        const std::filesystem::path& state_dir);

    /// Whether opt-outs go to another optouts.db since this was last asked.
    [[nodiscard]] bool opt_outs_replaced() { return opt_outs_.was_replaced(); }
    /// Brings what waits into optouts.db; for the tracker's housekeeping. Returns how many.
    /// Errors: Unavailable (nothing is lost: they go on waiting).
    [[nodiscard]] Result<std::size_t> drain_waiting();
    /// How many lines of what waited were no opt-outs and were set aside since this was last asked.
    [[nodiscard]] std::size_t opt_out_lines_set_aside() { return waiting_.lines_set_aside(); }
    /// STATE/store/waiting/optouts.unreadable: where they are.
    [[nodiscard]] static std::filesystem::path unreadable_opt_outs(
        const std::filesystem::path& state_dir);
    /// Unlinks the event files whose class has ended before `today`, of a clock that is believed,
    /// and forgets the opt-outs "so far" that no link remembers. Returns how many files.
    [[nodiscard]] Result<std::size_t> retire(policy::Day today);
    /// As EventFiles: for epochs whose key was shredded. For the tracker, or while none runs.
    [[nodiscard]] Result<std::size_t> forget_events(std::span<const policy::Epoch> epochs);
    [[nodiscard]] Result<std::size_t> event_rows_of(std::span<const policy::Epoch> epochs);

    /// STATE/run/milter.sock or STATE/run/tracker.sock.
    [[nodiscard]] static std::filesystem::path control_socket(
        const std::filesystem::path& state_dir, Role role);

  private:
    explicit SqliteStore(const Options& options);
    [[nodiscard]] Result<void> own_files();
    [[nodiscard]] Result<void> know_opt_outs();
    [[nodiscard]] Result<void> put_on_record(Database& opt_outs,
                                             std::span<const policy::OptOut> rows);
    /// The one of its person and scope that counts, after it was put into the journal.
    [[nodiscard]] policy::OptOut standing_for_waiting(const policy::OptOut& opt_out);
    /// Brings what waits into the file. Returns what it was.
    [[nodiscard]] Result<std::vector<policy::OptOut>> drain_into(Database& opt_outs);
    /// The tracker, who writes for commands, says so: no other log has it. With no lock held.
    void tell_of_drained(std::span<const policy::OptOut> drained);
    [[nodiscard]] bool tells_of_opt_outs() const {
        return options_.role == Role::Tracker && options_.journal != nullptr;
    }
    /// Not before a second after optouts.db was found locked: each try costs a thread its patience.
    [[nodiscard]] bool may_try_opt_outs() const;
    void leave_opt_outs_alone();
    /// Whether its person was erased since. Errors: Unavailable.
    [[nodiscard]] Result<bool> is_erased(const policy::Event& event);
    /// `change` on optouts.db, with all that waits in it: how many that were. Errors: those of
    /// `change`, Unavailable, Damaged.
    template <class Change>
    [[nodiscard]] Result<std::size_t> change_opt_outs(Change&& change);
    /// The same for who waits for an answer.
    template <class Change>
    [[nodiscard]] Result<void> change_opt_outs_now(Change&& change);
    /// `attempt` answers nothing while another process is the writer; then `request` goes to that
    /// one, which has `role`.
    template <class Attempt, class Ask>
    [[nodiscard]] Result<AnswerNumber> attempt_or_ask(Role role, Attempt&& attempt, Ask&& request);
    /// `change` on the file, or `request` to its writer.
    template <class Change, class Ask>
    [[nodiscard]] Result<AnswerNumber> change(StoreFile& file, Role role, Change&& change,
                                              Ask&& request);
    /// The same where the answer says only whether it went well.
    template <class Write, class Ask>
    [[nodiscard]] Result<void> write(StoreFile& file, Role role, Write&& write, Ask&& request);

    const Options options_;
    StoreFile people_, campaigns_, opt_outs_, totals_;
    std::optional<OptOutIndex> opted_out_;  // with Role::Tracker, from the start
    /// When a look at the files last found that the index alone knows who may have opted out.
    std::atomic<std::chrono::steady_clock::time_point> index_confirmed_at_{};
    std::atomic<std::chrono::steady_clock::time_point> opt_outs_alone_until_{};
    WaitingOptOuts waiting_;
    EventFiles events_;
    DecisionFiles decisions_;
    std::mutex holding_;  // guards the one below, also while it runs
    std::function<Result<void>()> write_held_decisions_;
};

}  // namespace candor::sqlite
