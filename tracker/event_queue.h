// Clicks on their way to the store: a bounded queue and one writer thread that commits in groups.
// A redirect never waits for the store; an outage of the store costs nothing below the cap.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "policy/journal.h"
#include "policy/store.h"

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
    std::size_t capacity = 200000;       ///< events that may wait; then the oldest waiting go
    std::chrono::milliseconds first_retry{50};
    std::chrono::milliseconds last_retry{5000};  ///< the pause doubles up to this
};

class EventQueue final : public EventSink {
  public:
    /// `store` and `journal` must outlive the queue. The writer thread runs until stop().
    EventQueue(policy::Store& store, policy::Journal& journal, const EventQueueLimits& limits = {});
    /// stop() without patience for a store that fails.
    ~EventQueue() override;
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;

    void record(const policy::Event& event) override;

    /// Whether, within `limit`, everything recorded so far was written (or given up).
    bool flush(std::chrono::milliseconds limit);
    /// Writes what waits, retrying a failing store for at most `limit`, and ends the thread.
    void stop(std::chrono::milliseconds limit);

    [[nodiscard]] EventCounts counts() const;

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    void run();
    [[nodiscard]] bool next_batch(std::vector<policy::Event>& batch);
    void write(const std::vector<policy::Event>& batch);
    [[nodiscard]] bool pause_before_retry(std::chrono::milliseconds pause);
    void report_written(std::size_t events, std::chrono::milliseconds took, bool final_line);
    void report_dropped(bool final_line);

    policy::Store& store_;
    policy::Journal& journal_;
    const EventQueueLimits limits_;

    // Only the writer thread touches these.
    std::size_t unreported_events_ = 0;
    std::chrono::milliseconds unreported_time_{0};
    SteadyTime next_report_{};
    std::uint64_t dropped_reported_ = 0;
    SteadyTime next_drop_report_{};

    mutable std::mutex mutex_;  // guards all below
    std::condition_variable to_writer_;
    std::condition_variable from_writer_;
    std::deque<policy::Event> waiting_;
    std::size_t in_hand_ = 0;  ///< events of the batch being written
    int flushing_ = 0;         ///< callers of flush(): no batch waits for others then
    bool stopping_ = false;
    SteadyTime give_up_at_ = SteadyTime::max();
    std::uint64_t written_ = 0;
    std::uint64_t dropped_ = 0;

    std::thread writer_;  // last: starts when all is there
};

}  // namespace candor::tracker
