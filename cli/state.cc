// STATE/keys by cli/key_files, STATE/store by sqlite/store; who makes and destroys keys is said
// here.
#include "cli/state.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "cli/clock_guard.h"
#include "cli/live_keys.h"
#include "sqlite/control.h"
#include "sqlite/store.h"
#include "sqlite/writer.h"

namespace candor::cli {
namespace {

sqlite::Role role_of(StateRole role) {
    switch (role) {
        case StateRole::Milter: return sqlite::Role::Milter;
        case StateRole::Tracker: return sqlite::Role::Tracker;
        case StateRole::Command: return sqlite::Role::None;
    }
    return sqlite::Role::None;
}

std::vector<policy::ControllerNumber> numbers_of(const policy::Config& config) {
    std::vector<policy::ControllerNumber> numbers;
    for (const policy::Controller& controller : config.controllers)
        numbers.push_back(controller.number);
    return numbers;
}

/// The directory of a host's state is shared by one group: no one else may look in.
Result<void> make_state_directory(const std::filesystem::path& directory) {
    return sqlite::make_shared_directory(directory);
}

// The other daemon may just be starting, its lock held and its socket not yet there. Not sooner:
// the milter's thread that asks also writes the decision log, and a tracker that hangs answers
// late.
constexpr std::chrono::seconds record_pause{30};

// A click that was answered before the ring changed is written within this.
constexpr std::chrono::seconds events_on_their_way{5};

/// Keys whose source can change at a reload of the configuration.
class Keys final : public policy::KeySource {
  public:
    void replace(std::shared_ptr<LiveKeys> keys) {
        const std::scoped_lock lock(mutex_);
        keys_ = std::move(keys);
    }
    [[nodiscard]] std::shared_ptr<LiveKeys> live() const {
        const std::scoped_lock lock(mutex_);
        return keys_;
    }
    [[nodiscard]] std::shared_ptr<const policy::KeyRing> ring() const override {
        return live()->ring();
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<LiveKeys> keys_;  // guarded by mutex_
};

class FileState final : public State {
  public:
    FileState(StateRole role, std::filesystem::path directory)
        : role_(role), directory_(std::move(directory)) {}

    Result<void> open_all(const policy::Config& config, policy::Journal* journal) {
        if (auto made = make_state_directory(directory_); !made) return made;
        if (auto keys = use_controllers(config); !keys) return keys;
        sqlite::Options options{directory_, role_of(role_), {}, journal};
        if (role_ != StateRole::Tracker) {
            const auto key = audit_key();
            if (!key) return fail(key.error());
            options.audit_key = *key;
        }
        auto store = sqlite::SqliteStore::open(options);
        if (!store) return fail(store.error());
        store_ = *std::move(store);
        if (role_ == StateRole::Command) return {};
        auto control = sqlite::ControlServer::start(
            *store_, sqlite::SqliteStore::control_socket(directory_, role_of(role_)));
        if (!control) return fail(control.error());
        control_ = *std::move(control);
        return {};
    }

    policy::Store& store() override { return *store_; }
    const policy::KeySource& keys() const override { return keys_; }
    Result<policy::RecipientKey> recipient_key() const override {
        return keys_.live()->files().recipient_key();
    }
    Result<policy::AddressKey> address_key() const override {
        return keys_.live()->files().address_key();
    }
    Result<policy::AuditKey> audit_key() const override {
        return keys_.live()->files().audit_key();
    }

    Result<void> use_controllers(const policy::Config& config) override {
        // The tracker only reads: it holds none of the keys of people and evidence.
        const KeyMode mode = role_ == StateRole::Tracker ? KeyMode::Read : KeyMode::Create;
        auto files = KeyFiles::open(directory_ / "keys", numbers_of(config), mode);
        if (!files) return fail(files.error());
        auto left = KeyFiles::open_left(directory_ / "keys", numbers_of(config));
        if (!left) return fail(left.error());
        if (auto there = files->refuse_if_links_lost(); !there) return there;
        const policy::Instant now = SystemClock{}.now();
        // Of a clock that is not believed, housekeeping tells.
        if (mode == KeyMode::Create && believe_clock(directory_, *files, now)) {
            if (auto daily = files->ensure_daily(policy::day_of(now)); !daily) {
                return fail(daily.error());
            }
        }
        left_ = *left;
        // The milter has nothing to do with them: it neither makes links of theirs nor takes them
        // for its own.
        auto live = role_ == StateRole::Tracker
                        ? std::make_shared<LiveKeys>(*std::move(files), *std::move(left))
                        : std::make_shared<LiveKeys>(*std::move(files));
        if (auto read = live->reload(); !read) return read;
        keys_.replace(std::move(live));
        controllers_ = numbers_of(config);
        decision_months_ = config.decisions.retention_months;
        return {};
    }

    void housekeeping(policy::Instant now, policy::Journal& journal) override {
        const auto live = keys_.live();
        const auto believed = believe_clock(directory_, live->files(), now);
        if (!believed) {
            journal.warning("clock_jumped", believed.error().message);
        } else if (role_ == StateRole::Milter ? keep_keys_and_decisions(*live, now, journal)
                                              : keep_events(now, journal)) {
            destroyed_at_ = now;
        }
        if (auto read = live->reload(); !read)
            journal.warning("keys_not_read", read.error().message);
        if (role_ == StateRole::Tracker) forget_shredded(*live, journal);
    }

    void follow_keys(policy::Journal& journal) override {
        const auto live = keys_.live();
        const auto changed = live->reload_if_changed();
        if (!changed) journal.warning("keys_not_read", changed.error().message);
        if (role_ != StateRole::Tracker) return;
        const auto now = std::chrono::steady_clock::now();
        // Also where one could not be read: another may have been shredded.
        if (!changed || *changed) forget_until_ = now + events_on_their_way;
        if (now < forget_until_) forget_shredded(*live, journal);
    }

    void record_duties(policy::Journal& journal) override {
        const auto duty =
            role_ == StateRole::Tracker ? policy::Duty::PurgeEvents : policy::Duty::ShredKeys;
        if (!destroyed_at_ || std::chrono::steady_clock::now() < record_again_at_) return;
        for (const policy::ControllerNumber controller : controllers_) {
            policy::Instant& on_record = on_record_[controller];
            const bool ahead = on_record > *destroyed_at_;  // the clock was put back
            if (!ahead && *destroyed_at_ - on_record < policy::duty_every) continue;
            if (auto done = store_->record_duty(controller, duty, *destroyed_at_); !done) {
                journal.warning("duty_not_recorded", done.error().message);
                record_again_at_ = std::chrono::steady_clock::now() + record_pause;
                return;
            }
            on_record = *destroyed_at_;
        }
    }

    void before_erasing_decisions(std::function<Result<void>()> write) override {
        store_->before_erasing_decisions(std::move(write));
    }

    void report_decision_head(policy::Journal& journal) override {
        const auto head = store_->decision_head();
        if (!head) return journal.warning("decision_head_unknown", head.error().message);
        if (head->number > 0) journal.decision_head(head->number, policy::to_hex(head->link));
    }

    void deliver_waiting(policy::Journal& journal) override {
        const auto delivered = store_->drain_waiting();
        const std::string why = delivered ? "" : delivered.error().message;
        if (!why.empty() && why != not_delivered_) journal.warning("opt_outs_waiting", why);
        not_delivered_ = why;
        if (const std::size_t lines = store_->opt_out_lines_set_aside(); lines > 0) {
            journal.error("opt_outs_unreadable",
                          fmt::format("{} lines of what waited are no opt-outs, and are kept in {}",
                                      lines, store_->unreadable_opt_outs(directory_).string()));
        }
        if (store_->opt_outs_replaced()) {
            journal.warning("opt_outs_replaced", "optouts.db is another file: it is written now");
        }
    }

  private:
    /// Whether all went that had to go; so with the next one.
    bool keep_keys_and_decisions(const LiveKeys& live, policy::Instant now,
                                 policy::Journal& journal) {
        const policy::Day today = policy::day_of(now);
        if (auto made = live.files().ensure_daily(today); !made) {
            journal.warning("keys_not_made", made.error().message);
        } else if (made->lost > 0) {
            journal.warning(
                "keys_lost",
                fmt::format("{} daily keys are gone; links go on without identity", made->lost));
        }
        auto keys = live.files().destroy_expired(today);
        // Who left the configuration is forgotten as punctually as the others.
        if (const auto of_left = left_->destroy_expired(today); keys && !of_left) keys = of_left;
        if (!keys) journal.warning("keys_not_destroyed", keys.error().message);
        const auto decisions = store_->retire_decisions(now, decision_months_);
        if (!decisions) journal.warning("decisions_not_retired", decisions.error().message);
        return keys && decisions;
    }
    bool keep_events(policy::Instant now, policy::Journal& journal) {
        const auto gone = store_->retire(policy::day_of(now));
        if (!gone) journal.warning("events_not_retired", gone.error().message);
        return gone.has_value();
    }
    void forget_shredded(const LiveKeys& live, policy::Journal& journal) {
        const auto epochs = live.files().shredded();
        if (!epochs) return journal.warning("keys_not_read", epochs.error().message);
        const auto gone = store_->forget_events(*epochs);
        if (!gone) journal.warning("events_not_forgotten", gone.error().message);
    }

    const StateRole role_;
    const std::filesystem::path directory_;
    // Written by a reload and read by housekeeping, on one thread.
    int decision_months_ = 0;
    std::vector<policy::ControllerNumber> controllers_;  // never empty once keys are open
    std::optional<policy::Instant> destroyed_at_;        // the last housekeeping without a fault
    std::map<policy::ControllerNumber, policy::Instant> on_record_;
    std::chrono::steady_clock::time_point record_again_at_;
    std::chrono::steady_clock::time_point forget_until_;
    std::string not_delivered_;     ///< why opt-outs wait, said once: they are tried every second
    std::optional<KeyFiles> left_;  ///< of controllers that are not configured any more
    Keys keys_;
    std::unique_ptr<sqlite::SqliteStore> store_;
    std::unique_ptr<sqlite::ControlServer> control_;  // ends before the store it serves
};

}  // namespace

Result<std::unique_ptr<State>> State::open(const milter::Rules& rules, StateRole role,
                                           policy::Journal* journal) {
    auto state = std::make_unique<FileState>(role, rules.config.state_dir);
    if (auto opened = state->open_all(rules.config, journal); !opened) return fail(opened.error());
    return state;
}

Loaded load_for(const Command& command) {
    auto rules = load_rules(command.config_file);
    if (!rules) return {nullptr, report(rules.error())};
    if (command.state_dir.empty()) return {*std::move(rules), EX_OK};
    auto with_state = std::make_shared<milter::Rules>(**rules);
    with_state->config.state_dir = command.state_dir;
    return {std::move(with_state), EX_OK};
}

Result<const policy::Controller*> chosen_controller(const Command& command,
                                                    const milter::Rules& rules) {
    if (command.controller.empty()) return &rules.config.controllers.front();
    if (const auto* found = rules.config.controller(command.controller)) return found;
    return fail(Fault::Missing,
                fmt::format("no controller `{}` in {}", command.controller, rules.config.file));
}

}  // namespace candor::cli
