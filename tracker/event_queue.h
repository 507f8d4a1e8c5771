// Clicks on their way to the store: into the spool before the answer leaves, from there to the
// store by one writer thread that commits in groups. A redirect never waits for the store; an
// outage of the store costs disk, a killed process nothing. Events wait in memory only while the
// spool refuses them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "policy/clock.h"
#include "policy/journal.h"
#include "policy/store.h"
#include "policy/tokens/keys.h"
#include "tracker/rare_warning.h"
#include "tracker/spool.h"

namespace candor::tracker {

/// Port: takes an event and returns at once. Safe to call from any thread.
class EventSink {
  public:
    virtual ~EventSink() = default;
    virtual void record(const policy::Event& event) = 0;
};

/// Since the start.
struct EventCounts {
    std::uint64_t written = 0;
    std::uint64_t waiting = 0;  ///< now
    /// Lost to the cap, a batch the store calls wrong, or a stop during an outage.
    std::uint64_t dropped = 0;
};

struct EventQueueLimits {
    std::size_t batch = 200;             ///< events in one commit
    std::chrono::milliseconds wait{20};  ///< how long the first event of a batch waits for others
    std::size_t capacity = 200000;       ///< events that may wait in memory; then the oldest go
    std::chrono::milliseconds first_retry{50};
    std::chrono::milliseconds last_retry{5000};  ///< the pause doubles up to this
    std::chrono::milliseconds say_again{60000};  ///< that the store fails, while it does
    std::chrono::milliseconds sync{1000};        ///< what a power loss may cost of the spool
    std::chrono::milliseconds file{60000};       ///< taken records stay in the spool up to this
};

class EventQueue final : public EventSink {
  public:
    /// All borrowed.
    struct Ports {
        policy::Store& store;
        Spool& spool;
        const policy::KeySource& keys;
        const policy::Clock& clock;
        policy::Journal& journal;
    };
    /// `ports` must outlive the queue. What an earlier process left in the spool is written first.
    /// The threads run until stop().
    explicit EventQueue(const Ports& ports, const EventQueueLimits& limits = {});
    /// stop() without patience for a store that fails.
    ~EventQueue() override;
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;

    void record(const policy::Event& event) override { record(std::span(&event, 1)); }
    /// The same for several at once.
    void record(std::span<const policy::Event> events);

    /// Whether, within `limit`, everything recorded so far was written (or given up).
    bool flush(std::chrono::milliseconds limit);
    /// Writes what waits, for at most `limit` where the store fails or much waits, and ends the
    /// threads. What is in the spool then stays there for the next start.
    void stop(std::chrono::milliseconds limit);

    [[nodiscard]] EventCounts counts() const;

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    /// With mutex_ held.
    void keep_in_memory(std::span<const policy::Event> events);
    struct Batch {
        std::vector<policy::Event> events;
        policy::SpoolPosition position;  ///< of none where they waited in memory
        bool last = true;                ///< nothing waited behind it when it was taken
    };
    void run();
    template <class Attempt>
    [[nodiscard]] auto keep_trying(std::string_view resumed, Attempt attempt)
        -> std::optional<decltype(attempt())>;
    [[nodiscard]] bool learn_what_was_taken();
    [[nodiscard]] bool next_batch(Batch& batch);
    [[nodiscard]] bool take_from_spool(Batch& batch);
    [[nodiscard]] bool take_from_memory(Batch& batch);
    [[nodiscard]] bool write(const Batch& batch);
    void done_with(const Batch& batch);
    void give_up(const Batch& in_hand);
    void change_file_in_time();
    [[nodiscard]] bool pause_before_retry(std::chrono::milliseconds pause);
    void report_written(std::size_t events, std::chrono::milliseconds took, bool final_line);
    void report_dropped(bool final_line);
    void keep_synced();

    policy::Store& store_;
    Spool& spool_;
    const policy::KeySource& keys_;
    const policy::Clock& clock_;
    policy::Journal& journal_;
    const EventQueueLimits limits_;
    RareWarning refused_warning_, sync_warning_;

    // Only the writer thread touches these.
    /// Up to which number the spool is in the store; others may read it.
    std::atomic<std::uint64_t> taken_ = 0;
    std::size_t unreported_events_ = 0;
    std::chrono::milliseconds unreported_time_{0};
    SteadyTime next_report_{};
    std::uint64_t dropped_reported_ = 0;
    SteadyTime next_drop_report_{};
    SteadyTime next_file_{};

    mutable std::mutex mutex_;  // guards all below
    std::condition_variable to_writer_;
    std::condition_variable from_writer_;
    std::condition_variable to_syncer_;
    std::deque<policy::Event> waiting_;  ///< in memory
    std::size_t fresh_ = 0;              ///< recorded since the writer last looked
    bool settled_ = false;               ///< nothing but what is fresh waits
    int flushing_ = 0;                   ///< callers of flush(): no batch waits for others then
    bool stopping_ = false;
    SteadyTime give_up_at_ = SteadyTime::max();
    std::uint64_t written_ = 0;
    std::uint64_t dropped_ = 0;

    // Last: they start when all is there.
    std::thread writer_;
    std::thread syncer_;
};

}  // namespace candor::tracker
